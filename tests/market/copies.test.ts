import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhdexNode } from '../../electron/app/node.ts';
import { openSimulator } from '../../electron/capture/simulator/index.ts';
import { createNumbers, normal } from '../quality/day.ts';
import { createWorld, until, type World } from './world.ts';

const HZ = 20;
let world: World;
let [owner, thief]: PhdexNode[] = [];
beforeAll(async () => {
  world = await createWorld();
  owner = await world.open(await world.person('owner'));
  thief = await world.open(await world.person('thief'));
});
afterAll(async () => { await world.stop(); });

/** A simulated person's three hours, from `from` of them on, each value off by noise of `noise` m/s². */
async function file(name: string, seed: number, { from = 0, noise = 0 } = {}): Promise<string> {
  const r = createNumbers(seed + 1000);
  const lines: string[] = [];
  let row = 0;
  for await (const { columns } of openSimulator({ rows: 3 * 3600 * HZ, seed, rateHz: HZ }).batches) {
    for (let i = 0; i < columns[0]!.length; i++, row++) {
      if (row >= from) lines.push(`${((row - from) / HZ).toFixed(2)},${columns.map((c) => (c[i]! / 1000 + (noise > 0 ? noise * normal(r) : 0)).toFixed(3)).join(',')}`);
    }
  }
  const path = join(world.dir, name);
  writeFileSync(path, `t,x [m/s2],y [m/s2],z [m/s2]\n${lines.join('\n')}\n`);
  return path;
}
async function list(node: PhdexNode, path: string) {
  const id = (await node.importFile(path, { simulated: true })).made[0]!.id;
  const { datasetId } = await node.publish(world.request(id), { wait: 'listed' });
  await until(() => world.verdicts.some((v) => v.datasetId === datasetId), `dataset ${datasetId} is judged`, world.trouble);
  return world.verdicts.find((v) => v.datasetId === datasetId)!;
}

describe('a dataset that was bought, changed and listed anew', () => {
  it('is refused by the validator, who names the one that was there before', async () => {
    const first = await list(owner!, await file('own.csv', 41));
    expect(first.findings.filter((f) => f.name === 'fingerprint' || f.name === 'copy')).toEqual([
      { name: 'fingerprint', ok: true, detail: 'the label\'s fingerprint against that of the data' },
      { name: 'copy', ok: true, detail: 'no dataset that was listed before has its movement' },
    ]);
    expect(first.certified).toBe(true);
    const stolen = await list(thief!, await file('stolen.csv', 41, { from: 12_345, noise: 0.08 }));
    expect(stolen.certified).toBe(false);
    expect(stolen.findings.filter((f) => !f.ok)).toEqual([{ name: 'copy', ok: false, detail: expect.stringMatching(new RegExp(`^its movement is that of dataset ${first.datasetId}, listed before: \\d+ % of their fingerprints are the same$`)) as string }]);
    // Nor may the owner earn the reward for one recording twice.
    expect((await list(owner!, await file('again.csv', 41, { from: 700 }))).certified).toBe(false);
    // Somebody else's day is somebody else's.
    expect((await list(thief!, await file('other.csv', 42))).certified).toBe(true);
  }, 300_000);
});
