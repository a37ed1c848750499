import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PhdexNode } from '../../electron/app/node.ts';
import { APPLE_HEAD, appleRecord } from '../capture/import/fixtures.ts';
import { createWorld, PHD, until, type Person, type World } from '../market/world.ts';

let world: World;
let owner: Person & { node: PhdexNode };
let customer: Person & { node: PhdexNode };
beforeAll(async () => {
  world = await createWorld();
  const [o, c] = [await world.person('owner'), await world.person('customer')];
  owner = { ...o, node: await world.open(o) };
  customer = { ...c, node: await world.open(c) };
});
afterAll(() => world?.stop());

/** Publishes, certifies, buys and opens a recording. @returns the values of the customer's CSV files by channel, and the label */
async function sold(recordingId: string, title: string): Promise<{ values: Record<string, (number | null)[]>; label: { dataTypes: string[]; quality: number } }> {
  const published = await owner.node.publish(world.request(recordingId, { title, price: 10n * PHD }), { wait: 'certified' });
  expect(published).toMatchObject({ status: 'certified' });
  await owner.node.collect();
  await owner.node.sendCoins(customer.address, '10');
  await until(async () => (await customer.node.balance(customer.address)).phd === 10n * PHD, 'the coins are there');
  const bought = await customer.node.buy(published.datasetId, {});
  const out = join(world.dir, `opened-${published.datasetId}`);
  const opened = await customer.node.open(bought.accessId, { outDir: out, csv: true });
  expect(opened.checks.filter((c) => !c.ok)).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { label: { dataTypes: string[]; quality: number } };
  const values: Record<string, (number | null)[]> = {};
  for (const file of opened.files.filter((f) => f.endsWith('.csv')).sort()) {
    const channel = /^(?:.*\/)?([a-z-]+?)[./]day-/.exec(file)![1]!;
    for (const line of readFileSync(join(out, file), 'utf8').trim().split('\n').slice(1)) (values[channel] ??= []).push(line.split(',')[1] === '' ? null : Number(line.split(',')[1]));
  }
  return { label: manifest.label, values };
}

it('an imported heart rate and what was written down go through the market to the very values', async () => {
  const path = join(world.dir, 'export.xml');
  const bpm = Array.from({ length: 400 }, (_, i) => 60 + ((i * 7) % 40));
  writeFileSync(path, `${APPLE_HEAD}${bpm.map((v, i) => appleRecord('HeartRate', 'count/min', String(v), new Date(1.7e12 + i * 300e3).toISOString().replace('T', ' ').replace(/\..*/, ' +0100'))).join('')}</HealthData>`);
  const { made } = await owner.node.importFile(path);
  expect(made).toHaveLength(1);
  const heart = await sold(made[0]!.id, 'Heart rate of two days');
  expect(heart.label.dataTypes).toEqual(['heart-rate']);
  expect(heart.label.quality).toBeGreaterThan(80);
  expect(heart.values).toEqual({ 'heart-rate': bpm });

  const notes = owner.node.notes();
  let recordingId = '';
  const pressures = [[121, 79, 61], [118, 76, null], [133, 84, 70], [127, 81, null]] as const;
  for (const [i, [systolic, diastolic, pulse]] of pressures.entries()) recordingId = (await notes.add({ kind: 'blood-pressure', time: 1.7e12 + i * 50_000_000, offsetMinutes: 60, systolic, diastolic, ...(pulse === null ? {} : { pulse }) })).recordingId!;
  const pressure = await sold(recordingId, 'Blood pressure by hand');
  expect(pressure.label).toMatchObject({ dataTypes: ['blood-pressure', 'heart-rate'], channels: [{ name: 'blood-pressure-systolic', unit: 'mm[Hg]' }, { name: 'blood-pressure-diastolic' }, { name: 'heart-rate' }] });
  expect(pressure.values).toEqual({ 'blood-pressure-systolic': pressures.map((p) => p[0]), 'blood-pressure-diastolic': pressures.map((p) => p[1]), 'heart-rate': pressures.map((p) => p[2]) });
});
