import { MISSING_INT32 } from '../../../../shared/domain/recording.ts';
import { guarded, single, type Block, type Decoded, type Driver, type DriverLink, type Endpoint } from './driver.ts';

const SERVICE = '6e400001b5a3f393e0a9e50e24dcca9e';
const WRITE: Endpoint = { service: SERVICE, characteristic: '6e400002b5a3f393e0a9e50e24dcca9e' };
const READ: Endpoint = { service: SERVICE, characteristic: '6e400003b5a3f393e0a9e50e24dcca9e' };
/** Longer than any line that our script prints; more without an end is noise. */
const MAX_LINE = 512;

/**
 * The only text that is ever sent to a watch: writing here runs code on it (reference §1.10). `03` clears what was typed,
 * `10` keeps a line from being echoed. The handlers have a name so that stopping takes off ours and no other app's.
 */
export const START_SCRIPT = '\x03\x10global.phdx&&phdx();\n'
  + '\x10phdx=(function(){var p=function(o){Bluetooth.println(JSON.stringify(o));},a=function(e){p({t:"accel",ms:Date.now(),x:e.x,y:e.y,z:e.z});},'
  + 'h=function(e){p({t:"hrm",ms:Date.now(),bpm:e.bpm,c:e.confidence});};Bangle.on("accel",a);Bangle.on("HRM",h);Bangle.setHRMPower(1,"phdx");'
  + 'return function(){Bangle.removeListener("accel",a);Bangle.removeListener("HRM",h);Bangle.setHRMPower(0,"phdx");delete global.phdx;};})();\n';
export const STOP_SCRIPT = '\x10global.phdx&&phdx();\n';

/** Bangle.js: JSON lines over the Nordic UART service, with the watch's own clock in milliseconds. */
export const bangle: Driver = {
  id: 'bangle',
  name: 'Bangle.js',
  service: SERVICE,
  listen: [READ],
  streams: [
    { name: 'acceleration', label: 'acceleration', timing: 'device', nominalRateHz: 12.5, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 6 }] },
    { name: 'heart-rate', label: 'heart rate', timing: 'device', nominalRateHz: null, sparse: true, channels: [single('heart-rate', 'heart-rate', '/min', 0), single('confidence', 'other', '%', 0)] },
  ],
  open: createDecoder,
  async start(link) {
    await send(link, START_SCRIPT);
    return { notes: [] };
  },
  stop: (link) => send(link, STOP_SCRIPT),
};

/** In chunks of 20 bytes, as the watch asks until it has sent longer ones itself. Exported for tests. */
export async function send(link: DriverLink, script: string): Promise<void> {
  const bytes = new TextEncoder().encode(script);
  for (let at = 0; at < bytes.length; at += 20) await link.write(WRITE, bytes.subarray(at, at + 20));
}

function createDecoder() {
  let held = '';
  let dropping = false;

  function line(text: string): Block | 'noise' | 'bad' {
    // Prompts and blanks come between; whatever is not our JSON is the console's business.
    const plain = text.replace(/^[>\s]+/, '').trim();
    if (!plain.startsWith('{')) return 'noise';
    let value: unknown;
    try { value = JSON.parse(plain); } catch { return 'bad'; }
    const o = value as Record<string, unknown>;
    const number = (key: string, limit: number) => (typeof o[key] === 'number' && Number.isFinite(o[key]) && Math.abs(o[key]) <= limit ? o[key] : null);
    const ms = number('ms', 8.64e15);
    if (ms === null) return typeof o['t'] === 'string' && o['t'] !== 'accel' && o['t'] !== 'hrm' ? 'noise' : 'bad';
    if (o['t'] === 'accel') {
      const axes = ['x', 'y', 'z'].map((k) => number(k, 64));
      return axes.includes(null) ? 'bad' : { stream: 'acceleration', rows: 1, columns: axes.map((v) => [Math.round(v! * 1e6)]), deviceTimes: [ms * 1000] };
    }
    if (o['t'] === 'hrm') {
      const bpm = number('bpm', 350);
      const confidence = number('c', 100);
      return bpm === null || bpm < 0 ? 'bad' : { stream: 'heart-rate', rows: 1, columns: [[Math.round(bpm) || MISSING_INT32], [confidence === null ? MISSING_INT32 : Math.round(confidence)]], deviceTimes: [ms * 1000] };
    }
    return 'noise';
  }

  return guarded((_, bytes): Decoded => {
    const blocks: Block[] = [];
    let refused: Decoded['refused'] = null;
    for (const byte of bytes) {
      if (byte === 0x0a || byte === 0x0d) {
        const made = dropping ? 'noise' : line(held);
        if (made === 'bad') refused = 'malformed';
        else if (made !== 'noise') blocks.push(made);
        held = '';
        dropping = false;
      } else if (byte !== 0x11 && byte !== 0x13 && !dropping) {
        // Kept as single bytes: our lines are plain ASCII.
        held += String.fromCharCode(byte);
        if (held.length > MAX_LINE) { held = ''; dropping = true; refused = 'too-long'; }
      }
    }
    return { blocks, refused };
  });
}
