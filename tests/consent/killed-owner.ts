import { writeSync } from 'node:fs';
import { createOwnerConsent } from '../../electron/app/consent/owner.ts';
import { openParts } from '../../electron/app/open-parts.ts';
import { openOffstage } from '../../electron/app/offstage.ts';
import type { Heard } from '../../electron/consent/talk.ts';
import { PASSPHRASE } from '../market/world.ts';
import { answer, HEART, SPO2 } from './sides.ts';

// An owner's process that comes so far, says so, and waits to be killed: `record` seals a delivery for a grantee that is
// away, `approve` seals what a right is to open and does not reach the chain; `listed` and `kept` take what a grantee adds, and
// come to where it is listed as a recording, or to where the recording store has answered.
const [what, dir, network, ...rest] = process.argv.slice(2) as ['record' | 'approve' | 'listed' | 'kept', string, string, ...string[]];
const { parts } = await openParts({ dir, passphrase: async () => PASSPHRASE, network: () => network });
const b = await openOffstage(parts);
const owner = createOwnerConsent(b, { everyMs: 3_600_000, cutMs: () => 3_600_000 });
const say = (it: unknown) => process.stdout.write(`${JSON.stringify(it)}\n`);
setInterval(() => undefined, 60_000);

if (what === 'record') {
  const capture = await parts.recordings.begin({ title: 'Live', source: { kind: 'ble', device: null, simulated: false, times: 'source' }, channels: [HEART, SPO2], nominalRateHz: 1 });
  await capture.append({ t: Float64Array.from(rest, (_, i) => (Date.now() + 1 + i) * 1000), columns: [Int32Array.from(rest, Number), Int32Array.from(rest, () => 970)] });
  await owner.live.deliver();
  say(owner.store.rows.list().map((r) => owner.store.rows.cids(r.key)));
} else if (what === 'listed' || what === 'kept') {
  const { recordings } = parts;
  const add = recordings.add.bind(recordings);
  /** Nothing runs after this, not even what was about to. */
  const hang = () => { writeSync(1, `${JSON.stringify(what)}\n`); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };
  recordings.add = async (source, options) => {
    const info = await add(source, { ...options, listing: (insert, it) => (options?.listing ?? ((put: () => void) => put()))(() => { insert(); if (what === 'listed') hang(); }, it) });
    hang();
    return info;
  };
  const word = JSON.parse(rest[0]!) as Omit<Heard<'append'>, 'once'>;
  setInterval(() => { void owner.appended.answer({ ...word, once: () => undefined }); }, 50);
} else {
  const { as } = b.chain;
  b.chain.as = (index) => ({ ...as(index), send: () => { say(owner.store.rows.list().map((r) => r.state)); return new Promise(() => undefined); } });
  owner.api.approve(answer({ rightId: Number(rest[0]) }, [rest[1]!]));
}
