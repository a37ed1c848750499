import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
const env = { ...process.env, PHDEX_PASSPHRASE: 'long enough words', PHDEX_NETWORK: '' };
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => execFile(process.execPath, [CLI, ...args], { env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr })));
const lines = (text: string) => text.trim().split('\n').map((l) => JSON.parse(l) as Record<string, unknown>);
const result = (r: Ran) => { expect(r.stderr, 'nothing went wrong').toBe(''); return lines(r.stdout).at(-1)!; };
type Listed = { id: string; rows: number; simulated: boolean; session: string; recovered: boolean; title: string };

let dir: string;
let profile: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-cli-'));
  profile = join(dir, 'p');
  expect((await phdex('wallet', 'create', '--profile', profile, '--json')).code).toBe(0);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const list = async () => result(await phdex('capture', 'list', '--profile', profile, '--json'))['recordings'] as Listed[];

/** A capture that goes on, and its lines as they come. */
function running(...args: string[]): { child: ChildProcess; until(holds: (line: Record<string, unknown>) => boolean): Promise<void>; ended: Promise<number | null>; last(): Record<string, unknown> } {
  const child = spawn(process.execPath, [CLI, 'capture', 'start', '--profile', profile, '--json', ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const waiting = new Set<() => void>();
  const seen: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => { seen.push(JSON.parse(line) as Record<string, unknown>); for (const w of waiting) w(); });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return {
    child, ended, last: () => seen.at(-1)!,
    until: (holds) => new Promise((resolve, reject) => {
      const look = () => { if (seen.some(holds)) { waiting.delete(look); resolve(); } };
      waiting.add(look);
      void ended.then(() => reject(new Error('it ended before')));
      look();
    }),
  };
}
const rowsIn = (line: Record<string, unknown>): number => (line['event'] === 'live' ? ((line['captures'] as { streams: { name: string; rows: number }[] }[])[0]!.streams.find((s) => s.name === 'acceleration')?.rows ?? 0) : 0);

describe('phdex capture', () => {
  it('start --simulated records for as long as it is told, says what it does, and scores what it kept', async () => {
    expect(await list()).toEqual([]);
    const r = await phdex('capture', 'start', '--simulated', '--rate-hz', '100', '--seconds', '2', '--seed', '7', '--title', 'Try', '--samples', '--profile', profile, '--json');
    const { ok, recordings, problems } = result(r) as { ok: boolean; recordings: { id: string; title: string; rows: number; simulated: boolean; score: number | null }[]; problems: unknown[] };
    expect({ ok, problems }).toEqual({ ok: true, problems: [] });
    const acceleration = recordings.find((x) => x.title === 'Try: acceleration')!;
    expect(acceleration).toMatchObject({ simulated: true, score: expect.any(Number) as number });
    expect(acceleration.rows).toBeGreaterThan(100);
    const live = lines(r.stdout).filter((l) => l['event'] === 'live') as { samples: { t: number[] }[] }[];
    expect(live.flatMap((l) => l.samples).some((s) => s.t.length > 0)).toBe(true);
    const listed = await list();
    expect(listed.map((l) => [l.id, l.rows, l.simulated, l.recovered])).toEqual(recordings.map((x) => [x.id, x.rows, true, false]));
    expect(new Set(listed.map((l) => l.session)).size).toBe(1);
  });

  it('stopped by Ctrl-C it keeps what came, and that is no failure', async () => {
    const before = (await list()).length;
    const run = running('--simulated');
    await run.until((l) => rowsIn(l) > 20);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(run.last()).toMatchObject({ ok: true, recordings: [{ simulated: true }, {}, {}].slice(0, (run.last()['recordings'] as unknown[]).length) });
    expect((await list()).length).toBeGreaterThan(before);
  });

  it('killed, it is a recording at the next start, but for its last second', async () => {
    const before = new Set((await list()).map((l) => l.id));
    const run = running('--simulated', '--rate-hz', '100', '--title', 'Killed');
    await run.until((l) => rowsIn(l) > 300);
    run.child.kill('SIGKILL');
    await run.ended;
    const shown = rowsIn(run.last());
    const made = (await list()).filter((l) => !before.has(l.id));
    expect(made.length).toBeGreaterThanOrEqual(2);
    expect(made.every((l) => l.recovered && l.simulated)).toBe(true);
    const acceleration = made.find((l) => l.title === 'Killed: acceleration')!;
    expect(acceleration.rows).toBeGreaterThan(shown - 200);
    expect(acceleration.rows).toBeGreaterThan(99);
    // It reads and scores like any other, and is not recovered twice.
    expect(result(await phdex('score', acceleration.id, '--profile', profile, '--json'))).toMatchObject({ score: expect.any(Number) as number });
    expect((await list()).every((l) => !l.recovered)).toBe(true);
    expect(readdirSync(join(profile, 'recordings')).filter((f) => /\.(capture|draft|tmp)$/.test(f))).toEqual([]);
  });

  it.each([
    ['nothing to record', []],
    ['a rate that no watch has', ['--simulated', '--rate-hz', '1000']],
    ['a device twice', ['--device', 'aa', '--device', 'aa']],
    ['three devices', ['--device', 'aa', '--device', 'bb', '--device', 'cc']],
    ['a device that is none', ['--device', '../x']],
  ])('%s is wrong usage, told with what to do', async (_what, args) => {
    const r = await phdex('capture', 'start', ...args, '--profile', profile, '--json');
    expect(r.code).toBe(2);
    expect(lines(r.stderr).at(-1)).toMatchObject({ ok: false, code: 'invalid-argument', hint: expect.any(String) as string });
  });
});
