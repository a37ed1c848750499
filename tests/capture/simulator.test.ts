import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSimulatedCsv } from '../../electron/app/simulated-csv.ts';
import { openOne } from '../open-one.ts';
import { openSimulator } from '../../electron/capture/simulator/index.ts';
import { code, drain, temporaryFolder } from './helpers.ts';

describe('the simulated wrist', () => {
  it('is the same for a seed and another for another', async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => drain(openSimulator({ rows: 5000, seed }))));
    expect(a!.values).toEqual(b!.values);
    expect(a!.values).not.toEqual(c!.values);
  });

  it('feels 1 g at rest, moves, and stays within its range', async () => {
    const { values: [x, y, z] } = await drain(openSimulator({ rows: 400_000, seed: 5 }));
    const norms = x!.map((v, i) => Math.hypot(v, y![i]!, z![i]!));
    const middle = [...norms].sort((p, q) => p - q)[norms.length >> 1]!;
    expect(middle).toBeGreaterThan(9.6);
    expect(middle).toBeLessThan(10.1);
    expect(Math.max(...x!.slice(0, 100_000))).toBeLessThanOrEqual(8 * 9.81);
    const spread = Math.sqrt(norms.reduce((s, n) => s + (n - middle) ** 2, 0) / norms.length);
    expect(spread).toBeGreaterThan(0.5);
  });

  it('as CSV is what it is in memory, at any rate', async () => {
    for (const rateHz of [100, 50, 32, 30]) {
      const path = join(temporaryFolder(), 'sim.csv');
      await writeSimulatedCsv(path, { rows: 20_000, seed: 9, rateHz });
      const [fromFile, direct] = [await drain(await openOne(path)), await drain(openSimulator({ rows: 20_000, seed: 9, rateHz }))];
      expect(fromFile.values).toEqual(direct.values);
      expect(fromFile.t).toEqual(direct.t);
      expect(readFileSync(path, 'utf8').slice(0, 8)).toBe('t,x,y,z\n');
    }
  });

  it('leaves no file when it is cancelled', async () => {
    const dir = temporaryFolder();
    const signal = AbortSignal.abort();
    expect((await code(writeSimulatedCsv(join(dir, 'a.csv'), { rows: 10, seed: 1, signal }))).code).not.toBe('no error');
    expect(readdirSync(dir)).toEqual([]);
  });
});
