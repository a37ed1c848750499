import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sharedData } from '../shared-data.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
type Report = Record<string, unknown> & { checks: { name: string; ok: boolean }[]; steps: unknown[]; gas: Record<string, number> };

/** Runs the demo as the README says, but for npm: nine processes, a real chain, real IPFS nodes. */
async function demo(...args: string[]): Promise<Report> {
  // A demo in which something did not hold exits with 1, and its report says what.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'scripts', 'demo.ts'), '--json', ...args], { cwd: root, maxBuffer: 1 << 24 }).catch((e: unknown) => e as { stdout: string; stderr: string });
  if (!stdout.trim()) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Report;
}
const failed = (report: Report) => report.checks.filter((c) => !c.ok);

it('the eight steps, with a dead keeper and a liar', async () => {
  const report = await demo('--rows', '20000');
  expect(failed(report)).toEqual([]);
  expect(report).toMatchObject({ ok: true, rows: 20000, keepers: 5, threshold: 3, openedMatchesSource: true });
  expect(report.steps.length).toBeGreaterThanOrEqual(8);
  for (const name of ['publish', 'accept', 'certify', 'buy', 'release', 'dispute', 'settle']) expect(report.gas[name], name).toBeGreaterThan(21_000);
}, 180_000);

it('the refund, when too few keepers release', async () => {
  const report = await demo('--fail', '--rows', '6000', '--keepers', '3', '--threshold', '2');
  expect(failed(report)).toEqual([]);
  expect(report).toMatchObject({ ok: true, openedMatchesSource: null });
  expect(report.gas.refund).toBeGreaterThan(21_000);
}, 180_000);

const data = sharedData();
it.skipIf(data === null)('a real recording', async () => {
  const report = await demo('--input', join(data!, 'wisdm-watch', 'data_1600_accel_watch.txt'), '--keepers', '3', '--threshold', '2');
  expect(failed(report)).toEqual([]);
  expect(report).toMatchObject({ ok: true, rows: 14400, openedMatchesSource: true });
}, 180_000);
