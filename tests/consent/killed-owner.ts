import { createOwnerConsent } from '../../electron/app/consent/owner.ts';
import { openParts } from '../../electron/app/node.ts';
import { openOffstage } from '../../electron/app/offstage.ts';
import { PASSPHRASE } from '../market/world.ts';
import { answer, HEART, SPO2 } from './sides.ts';

// An owner's process that comes so far, says so, and waits to be killed: `record` seals a delivery for a grantee that is
// away, `approve` seals what a right is to open and does not reach the chain.
const [what, dir, network, ...rest] = process.argv.slice(2) as ['record' | 'approve', string, string, ...string[]];
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
} else {
  const { as } = b.chain;
  b.chain.as = (index) => ({ ...as(index), send: () => { say(owner.store.rows.list().map((r) => r.state)); return new Promise(() => undefined); } });
  owner.api.approve(answer({ rightId: Number(rest[0]) }, [rest[1]!]));
}
