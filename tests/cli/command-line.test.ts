import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coins, wholeNumber } from '../../electron/cli/options.ts';
import { exitCodeOf } from '../../electron/cli/exit-code.ts';
import { formatCoins } from '../../electron/cli/output.ts';
import { AppError } from '../../shared/errors.ts';
import { e4Files } from '../capture/import/devices.ts';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => execFile(process.execPath, [CLI, ...args], { env: { ...process.env, PHDEX_PASSPHRASE: 'long enough words', PHDEX_NETWORK: '', ...env } }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr })));
const report = (r: Ran) => JSON.parse(r.stderr.trim().split('\n').at(-1)!) as { ok: boolean; code: string; error: string; hint: string | null };
const result = (r: Ran) => JSON.parse(r.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;

let dir: string;
let profile: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-cli-'));
  profile = join(dir, 'p');
  expect((await phdex(['wallet', 'create', '--profile', profile, '--json'])).code).toBe(0);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('usage', () => {
  it.each([['--help'], ['--version'], ...['import', 'score', 'publish', 'keeper', 'validator', 'list', 'buy', 'open', 'withdraw', 'balance', 'history', 'verify', 'send', 'forget', 'note', 'anchor', 'token', 'relay', 'accounts', 'collect'].map((c) => [c, '--help']), ['network', 'start', '--help'], ['study', 'open', '--help'], ['match', '--help'], ['institution', '--help'], ['wallet', 'create', '--help']])('%s %s', async (...args) => {
    const r = await phdex(args.filter((a): a is string => typeof a === 'string'));
    expect(r.code).toBe(0);
    expect(r.stdout.length).toBeGreaterThan(4);
    expect(r.stderr).toBe('');
  });

  it.each([[['nothing']], [['list', '--nothing']], [['publish', 'x', '--price', '1']], [['open']], [['buy', 'abc', '--json']], [['balance', '--profile']]])('%j is wrong usage: 2', async (args) => {
    expect((await phdex(args)).code).toBe(2);
  });
});

describe('a profile', () => {
  it('is made once', async () => {
    const r = await phdex(['wallet', 'create', '--profile', profile, '--json']);
    expect(r.code).toBe(5);
    expect(report(r)).toMatchObject({ ok: false, code: 'profile-exists' });
  });
  it('that is missing is named', async () => {
    const r = await phdex(['score', 'x', '--profile', join(dir, 'none'), '--json']);
    expect(r.code).toBe(5);
    expect(report(r).code).toBe('profile-missing');
  });
  it('opens with its passphrase only', async () => {
    const r = await phdex(['wallet', 'address', '--profile', profile, '--json'], { PHDEX_PASSPHRASE: 'other words' });
    expect(r.code).toBe(5);
    expect(report(r).code).toBe('passphrase-wrong');
    expect((await phdex(['wallet', 'address', '--profile', profile, '--json'])).code).toBe(0);
  });
  it('wants a passphrase from somewhere', async () => {
    const r = await phdex(['wallet', 'address', '--profile', profile, '--json'], { PHDEX_PASSPHRASE: '' });
    expect(report(r).code).toBe('passphrase-missing');
    const file = join(dir, 'pass');
    writeFileSync(file, 'long enough words\n');
    expect((await phdex(['wallet', 'address', '--profile', profile, '--json', '--passphrase-file', file], { PHDEX_PASSPHRASE: '' })).code).toBe(0);
  });
  it('serves one process at a time', async () => {
    const csv = join(dir, 'long.csv');
    writeFileSync(csv, `t,x,y,z\n${Array.from({ length: 200_000 }, (_, i) => `${i / 100},0.1,0.2,9.8`).join('\n')}\n`);
    const [a, b] = await Promise.all([phdex(['import', csv, '--profile', profile, '--json']), phdex(['import', csv, '--profile', profile, '--json'])]);
    expect([a.code, b.code].sort()).toEqual([0, 5]);
    expect(report(a.code === 0 ? b : a).code).toBe('profile-in-use');
  });
});

describe('import', () => {
  const cases: [string, string | Buffer, string][] = [
    ['an empty file', '', 'file-empty'],
    ['a header alone', 't,x,y,z\n', 'too-few-samples'],
    ['a single sample', 't,x,y,z\n0,1,2,3\n', 'too-few-samples'],
    ['a malformed row', 't,x,y,z\n0,1,2,3\n0.01,1,two,3\n0.02,1,2,3\n', 'row-malformed'],
    ['NaN', 't,x,y,z\n0,1,2,3\n0.01,NaN,2,3\n0.02,1,2,3\n', 'value-not-finite'],
    ['an infinity', 't,x,y,z\n0,1,2,3\n0.01,1,-Infinity,3\n0.02,1,2,3\n', 'value-not-finite'],
    ['a clock that runs backwards', 't,x,y,z\n0,1,2,3\n0.01,1,2,3\n0.005,1,2,3\n', 'clock-backwards'],
    ['a cut last line', 't,x,y,z\n0,1,2,3\n0.01,1,2,3\n0.02,1,', 'file-truncated'],
    ['mixed rates', `t,x,y,z\n${Array.from({ length: 2000 }, (_, i) => `${(i < 1000 ? i / 100 : 10 + (i - 1000) / 25).toFixed(3)},0,0,9.8`).join('\n')}\n`, 'rate-mixed'],
    ['bytes that are no text', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 97) & 255)), 'format-unknown'],
  ];
  it.each(cases)('of %s is refused by name, and leaves nothing', async (name, content, code) => {
    const path = join(dir, `${name.replaceAll(' ', '-')}.csv`);
    writeFileSync(path, content);
    const before = readdirSync(join(profile, 'recordings'));
    const r = await phdex(['import', path, '--profile', profile, '--json']);
    expect(report(r)).toMatchObject({ ok: false, code });
    expect(r.code).toBe(3);
    expect(report(r).error).toMatch(/^[^\n]+\.$/);
    expect(report(r).hint).toMatch(/\w/);
    expect(readdirSync(join(profile, 'recordings'))).toEqual(before);
  });

  it('of a file that is not there', async () => {
    expect(report(await phdex(['import', join(dir, 'nothing.csv'), '--profile', profile, '--json'])).code).toBe('file-not-found');
  });

  it('goes on past malformed rows when asked, and says which', async () => {
    const path = join(dir, 'bad.csv');
    writeFileSync(path, `t,x,y,z\n${Array.from({ length: 500 }, (_, i) => (i === 250 ? 'what' : `${(i / 100).toFixed(2)},0.1,0.2,9.8`)).join('\n')}\n`);
    const r = await phdex(['import', path, '--skip-malformed', '--profile', profile, '--json']);
    expect(r.code).toBe(0);
    expect(result(r)).toMatchObject({ ok: true, rows: 499, report: { rowsSkipped: 1, skipped: [{ count: 1, firstLine: 252 }] } });
    const scored = result(await phdex(['score', String(result(r).recordingId), '--profile', profile, '--json']));
    expect(scored.score).toBeGreaterThan(0);
    expect((await phdex(['forget', String(result(r).recordingId), '--profile', profile, '--json'])).code).toBe(0);
    expect((await phdex(['score', String(result(r).recordingId), '--profile', profile, '--json'])).code).toBe(2);
  });
});

describe('an export', () => {
  it('is previewed, imported with a mapping and a zone, and known the second time', async () => {
    const path = join(dir, 'zucker.csv');
    writeFileSync(path, 'Datum;Uhrzeit;Zucker\n31.12.2023;23:59:59;5,4\n13.01.2024;00:00:01;6,1\n');
    const seen = result(await phdex(['import', path, '--preview', '--profile', profile, '--json'])) as unknown as { csv: { mapping: { channels: object[] } }; questions: { field: string }[]; problem: { code: string } };
    expect(seen).toMatchObject({ ok: true, problem: { code: 'format-unknown' }, questions: [{ field: 'mapping', required: true }, { field: 'zone' }] });
    const mapping = join(dir, 'mapping.json');
    writeFileSync(mapping, JSON.stringify({ ...seen.csv.mapping, channels: [{ ...seen.csv.mapping.channels[0], name: 'glucose', kind: 'glucose', unit: 'mmol/L' }] }));
    const args = ['import', path, '--mapping', mapping, '--zone', 'Europe/Berlin', '--title', 'Zucker', '--profile', profile, '--json'];
    const first = result(await phdex(args));
    expect(first).toMatchObject({ title: 'Zucker', rows: 2, formats: ['csv'], recordings: [{ rows: 2, channels: [{ kind: 'glucose', unit: 'mmol/L' }] }], report: { export: { name: 'zucker.csv' } } });
    expect(result(await phdex(args))).toMatchObject({ recordingId: null, recordings: [], export: { skipped: [{ reason: 'already-there', count: 2 }] } });
    expect(report(await phdex(['import', path, '--mapping', '{"delimiter":";"}', '--profile', profile, '--json'])).code).toBe('invalid-argument');
    const text = await phdex(['import', path, '--preview', '--profile', profile]);
    expect(text.stdout).toMatch(/needed: --mapping/);
    await phdex(['forget', String(first.recordingId), '--profile', profile, '--json']);
  });

  it('of a folder tells each recording and each file', async () => {
    const folder = join(dir, 'e4');
    mkdirSync(folder, { recursive: true });
    for (const { name, content } of [...e4Files(), { name: 'readme.bin', content: Buffer.from([0, 1, 2]) }]) { mkdirSync(dirname(join(folder, name)), { recursive: true }); writeFileSync(join(folder, name), content); }
    const r = await phdex(['import', folder, '--profile', profile]);
    expect(r.code).toBe(0);
    expect(r.stdout.match(/^Recording [0-9a-f]{16}: /gm)!.length).toBeGreaterThan(3);
    expect(r.stdout).toContain('not read: readme.bin (format-unknown)');
  });
});

describe('notes', () => {
  it('are written down, listed, scored and taken back', async () => {
    const note = (...args: string[]) => phdex(['note', ...args, '--profile', profile, '--json']);
    const first = result(await note('weight', '71.3', '--at', '2026-03-01T07:30+01:00')) as unknown as { entry: { id: string; time: number; offsetMinutes: number; recordingId: string } };
    expect(first.entry).toMatchObject({ time: Date.parse('2026-03-01T06:30:00Z'), offsetMinutes: 60, unit: 'kg' });
    const second = result(await note('weight', '71.5', '--at', '2026-03-02T07:30:00Z')) as unknown as typeof first;
    expect(second.entry).toMatchObject({ offsetMinutes: 0, recordingId: first.entry.recordingId });
    expect(result(await phdex(['score', first.entry.recordingId, '--profile', profile, '--json'])).score).toBe(100);
    expect(result(await note('symptom', 'Headache', '4', '--minutes', '30'))).toMatchObject({ entry: { severity: 4, minutes: 30 } });
    expect((result(await note('list')) as unknown as { entries: { kind: string }[] }).entries.map((e) => e.kind).sort()).toEqual(['symptom', 'weight', 'weight']);
    for (const bad of [['weight', 'heavy'], ['blood-pressure', '70', '110'], ['weight', '70', '--at', 'noon']]) expect(report(await note(...bad)).code, bad.join(' ')).toBe('invalid-argument');
    expect((await note('delete', second.entry.id)).code).toBe(0);
    await phdex(['forget', first.entry.recordingId, '--profile', profile, '--json']);
    expect((result(await note('list')) as unknown as { entries: { kind: string }[] }).entries.map((e) => e.kind)).toEqual(['symptom']);
  });
});

describe('network', () => {
  it('has to be named, exist, and answer', async () => {
    expect(report(await phdex(['balance', '--profile', profile, '--json'])).code).toBe('invalid-argument');
    expect(report(await phdex(['balance', '--profile', profile, '--network', join(dir, 'no.json'), '--json'])).code).toBe('file-not-found');
  });
  it('cannot be funded with what is no address', async () => {
    expect((await phdex(['network', 'fund', 'nobody', '--network', join(dir, 'no.json'), '--json'])).code).toBe(2);
  });
});

it('verify refuses a folder that is none', async () => {
  const r = await phdex(['verify', dir, '--json']);
  expect(report(r).code).toBe('file-not-found');
  expect(existsSync(join(dir, 'verification.json'))).toBe(false);
});

describe('amounts', () => {
  it('come back as they were written', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n - 1n }), (wei) => {
      const text = `${wei / 10n ** 18n}.${(wei % 10n ** 18n).toString().padStart(18, '0')}`;
      expect(coins('x')(text)).toBe(wei);
    }));
    expect(formatCoins(1_500_000_000_000_000_000n)).toBe('1.5');
    expect(formatCoins(-(10n ** 18n))).toBe('-1');
    expect(formatCoins(10n ** 13n)).toBe('0');
  });
  it.each(['', 'x', '1e5', '1.', '.5', '1,5', '--1', '1.0000000000000000001'])('%j is none', (text) => { expect(() => coins('--price')(text)).toThrow(/--price/); });
  it.each(['', 'x', '1.5', '-1', '9'.repeat(20)])('%j is no whole number in bounds', (text) => { expect(() => wholeNumber('--n', 0, 10)(text === '' ? 'x' : text)).toThrow(/--n/); });
});

it.each([['cancelled', 130], ['invalid-argument', 2], ['rate-mixed', 3], ['passphrase-wrong', 5], ['seal-tampered', 6], ['internal', 1]] as const)('%s exits with %i', (code, exit) => {
  expect(exitCodeOf(new AppError(code, 'x'))).toBe(exit);
  expect(exitCodeOf(new AppError('storage-timeout', 'x', { retryable: true }))).toBe(4);
});
