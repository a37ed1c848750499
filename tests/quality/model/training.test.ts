import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleForNode } from '../../../scripts/train/bundle.ts';
import { ARTEFACTS, KINDS, STRETCH } from '../../../scripts/train/artefacts.ts';
import { auroc, temperatureOf, thresholdAt } from '../../../scripts/train/metrics.ts';
import { randomOf } from '../../../scripts/train/random.ts';
import { wisdmFolder } from '../../../scripts/train/wisdm.ts';
import { WINDOW, type Axes } from '../../../electron/quality/model/windows.ts';
import { rowsOf, walk } from './wrists.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
const folder = mkdtempSync(join(tmpdir(), 'phdex-training-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const data = wisdmFolder(root);
if (data === null) console.warn('skipped: ../shared/data not present');

function node(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

it('gradients on WASM are those of the functions', { timeout: 60_000 }, async () => {
  const script = join(folder, 'gradients.mjs');
  await bundleForNode(new URL('./gradients-child.ts', import.meta.url), script, root);
  expect((JSON.parse(node(script, wasm)) as { worst: number }).worst).toBeLessThan(0.01);
});

describe.skipIf(data === null)('training', () => {
  it('gives the same weights for the same seed, and others for another', { timeout: 240_000 }, async () => {
    const script = join(folder, 'train.mjs');
    await bundleForNode(new URL('../../../scripts/train/train.ts', import.meta.url), script, root);
    const weights = (seed: number, name: string): string => {
      const job = join(folder, `${name}.job`), out = join(folder, `${name}.json`);
      writeFileSync(job, JSON.stringify({ kind: 'activity', name, seed, train: [1600], test: [], epochs: 1, weights: out }));
      node(script, job, data!, wasm);
      return readFileSync(out, 'utf8');
    };
    const first = weights(7, 'a');
    expect(weights(7, 'b')).toBe(first);
    expect(weights(8, 'c')).not.toBe(first);
  });
});

describe('the generator of artefacts', () => {
  const made = (kind: string, seed: number): { before: Axes; after: Axes } => {
    const { x, y, z } = rowsOf(STRETCH / 20, 20, walk(seed)), before = { x: Float32Array.from(x), y: Float32Array.from(y), z: Float32Array.from(z) };
    const after = { x: before.x.slice(), y: before.y.slice(), z: before.z.slice() };
    ARTEFACTS[kind]!({ axes: after, from: WINDOW, random: randomOf(seed) });
    return { before, after };
  };
  it.each(KINDS)('changes the judged window, stays finite and repeats under a seed: %s', (kind) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { before, after } = made(kind, seed), again = made(kind, seed).after;
      const judged = (a: Axes): number[] => [a.x, a.y, a.z].flatMap((c) => [...c.subarray(WINDOW, 2 * WINDOW)]);
      expect(judged(after).every(Number.isFinite)).toBe(true);
      expect(judged(after)).not.toEqual(judged(before));
      expect(judged(again)).toEqual(judged(after));
    }
  });
});

describe('the numbers of the card', () => {
  it('AUROC counts ties as half', () => {
    expect(auroc([1, 2, 3], [4, 5])).toBe(1);
    expect(auroc([1, 2, 3], [0])).toBe(0);
    expect(auroc([1, 1], [1, 1])).toBe(0.5);
    expect(auroc([1, 3], [2, 4])).toBe(0.75);
  });
  it('a threshold lets that share of real windows through', () => {
    const real = Array.from({ length: 1000 }, (_, i) => i), threshold = thresholdAt(real, 0.01);
    expect(real.filter((v) => v > threshold).length).toBe(10);
  });
  it('a temperature finds how overconfident log-odds are', () => {
    const random = randomOf(3);
    const rows = Array.from({ length: 4000 }, () => {
      const label = random.below(6), sure = [0, 0, 0, 0, 0, 0].map((_, k) => (k === label ? 1.5 : 0));
      // Drawn from what the log-odds say, then shown three times as sure.
      const e = sure.map(Math.exp), sum = e.reduce((a, b) => a + b, 0);
      let u = random.next() * sum, is = 0;
      while (is < 5 && (u -= e[is]!) > 0) is++;
      return { label: is, person: 0, logs: sure.map((v) => 3 * v) };
    });
    expect(temperatureOf(rows)).toBeGreaterThan(2.6);
    expect(temperatureOf(rows)).toBeLessThan(3.5);
  });
});
