import { createRequire } from 'node:module';

/** The prototypes of @stoprocent/noble 2.8.0 over an HCI socket (Linux) that read what a peer sends. */
type Hci = { onSocketData(data: Buffer): void; _handleBuffers: Record<number, { length: number; data: Buffer }> };
type Gatt = { onAclStreamData(cid: number, data: Buffer): void };
type Bindings = { _state: string | null; onStateChange(state: string): void };

const ATT = 4;
const OP = { error: 0x01, mtu: 0x03, byType: 0x09, byGroup: 0x11, notify: 0x1b, indicate: 0x1d } as const;
const DEFAULT_MTU = 23;

let guarded = false;

/**
 * noble reads a peer's packets without checks: a notification of one byte throws out of the socket's handler and ends the
 * process, a list with entries of 0 bytes is read for ever, and so is a write under an MTU of 5. So what makes no sense
 * is dropped before it is read, and what still throws is a packet less. On macOS and Windows the system does this.
 */
export function guardNoble(): void {
  if (guarded) return;
  guarded = true;
  const require = createRequire(import.meta.url);
  const load = <T>(name: string) => (require(`@stoprocent/noble/lib/hci-socket/${name}.js`) as { prototype: T }).prototype;
  let hci: Hci;
  let gatt: Gatt;
  let bindings: Bindings;
  // Where this part cannot be loaded, noble cannot use it either.
  try { hci = load('hci'); gatt = load('gatt'); bindings = load('bindings'); } catch { return; }
  const onSocketData = hci.onSocketData;
  hci.onSocketData = function (this: Hci, data) {
    try { onSocketData.call(this, data); } catch { /* a packet that noble could not read; a command that waited for it runs into its timeout */ }
    // A packet in pieces that grew past what it announced never ends, and would be held with all that follows.
    for (const handle in this._handleBuffers) if (this._handleBuffers[handle]!.data.length > this._handleBuffers[handle]!.length) delete this._handleBuffers[handle];
  };
  const onAclStreamData = gatt.onAclStreamData;
  gatt.onAclStreamData = function (this: Gatt, cid, data) {
    if (cid !== ATT) onAclStreamData.call(this, cid, data);
    else if (readable(data)) onAclStreamData.call(this, cid, data);
  };
  const onStateChange = bindings.onStateChange;
  bindings.onStateChange = function (this: Bindings, state) {
    // Of an adapter that is missing, or that it may not open, noble says in the same breath that it is off as well.
    if (state === 'poweredOff' && (this._state === 'unsupported' || this._state === 'unauthorized')) return;
    withoutItsAdvice(() => onStateChange.call(this, state));
  };
}

/** noble's advice is to run as root, and it goes to the standard output, where the command line's JSON is. adapter.ts has ours. */
function withoutItsAdvice(run: () => void): void {
  const log = console.log;
  console.log = (...words: unknown[]) => { if (!/^(noble warning: adapter| {15}\S)/.test(String(words[0]))) log(...words); };
  try { run(); } finally { console.log = log; }
}

/** Whether noble can read this packet of the Attribute Protocol (Core Specification volume 3 part F §3.4). Exported for tests. */
export function readable(data: Buffer): boolean {
  switch (data[0]) {
    case undefined: return false;
    case OP.error: return data.length === 5;
    case OP.mtu: return data.length === 3 && data.readUInt16LE(1) >= DEFAULT_MTU;
    case OP.notify:
    case OP.indicate: return data.length >= 3;
    // Entries of the length that their second byte tells, all whole.
    case OP.byType: return whole(data, 4);
    case OP.byGroup: return whole(data, 6);
    default: return true;
  }
}

function whole(data: Buffer, least: number): boolean {
  const entry = data[1] ?? 0;
  return data.length > 2 && entry >= least && (data.length - 2) % entry === 0;
}
