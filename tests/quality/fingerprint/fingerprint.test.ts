import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSimulator } from '../../../electron/capture/simulator/index.ts';
import { openDatabase } from '../../../electron/db/open-database.ts';
import { fingerprintQueries } from '../../../electron/db/queries/fingerprints.ts';
import { labelQueries } from '../../../electron/db/queries/labels.ts';
import { createFingerprint } from '../../../electron/quality/fingerprint/fingerprint.ts';
import type { Label } from '../../../shared/domain/label.ts';
import type { Channel, RecordingSource } from '../../../shared/domain/recording.ts';
import { decodeFingerprint, encodeFingerprint, KEPT, likeness, MAX_FINGERPRINT_CHARS, type Fingerprint } from '../../../shared/fingerprint.ts';
import { openOne } from '../../open-one.ts';
import { sharedData } from '../../shared-data.ts';
import { createNumbers, normal } from '../day.ts';

/** Rows in m/s²: a channel of plain numbers, so that what is done to them is not rounded. */
const CHANNEL: Channel = { name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: null };
type Rows = { t: Float64Array; xyz: Float64Array[] };

function printOf({ t, xyz }: Rows, size = 8192, channel = CHANNEL): string | null {
  const f = createFingerprint([channel]);
  for (let i = 0; i < t.length; i += size) f.push({ t: t.subarray(i, i + size), columns: xyz.map((c) => c.subarray(i, i + size)) });
  return f.finish();
}
const told = (rows: Rows): Fingerprint => decodeFingerprint(printOf(rows)!)!;
async function gather(source: RecordingSource): Promise<Rows> {
  const [t, xyz]: [number[], number[][]] = [[], [[], [], []]];
  const scale = 10 ** (source.draft.channels[0]!.decimals ?? 0);
  for await (const b of source.batches) for (let i = 0; i < b.t.length; i++) { t.push(b.t[i]!); xyz.forEach((c, k) => c.push(b.columns[k]![i]! / scale)); }
  return { t: Float64Array.from(t, (x) => x - t[0]!), xyz: xyz.map((c) => Float64Array.from(c)) };
}
const simulate = (hours: number, seed: number, rateHz = 50) => gather(openSimulator({ rows: hours * 3600 * rateHz, seed, rateHz }));
const each = ({ t, xyz }: Rows, change: (p: [number, number, number]) => [number, number, number]): Rows => { const out = xyz.map((c) => c.slice()); for (let i = 0; i < t.length; i++) change([xyz[0]![i]!, xyz[1]![i]!, xyz[2]![i]!]).forEach((v, c) => { out[c]![i] = v; }); return { t, xyz: out }; };
const cut = ({ t, xyz }: Rows, from: number, to: number): Rows => { const [a, b] = [Math.floor(from * t.length), Math.floor(to * t.length)]; return { t: t.slice(a, b), xyz: xyz.map((c) => c.slice(a, b)) }; };
const noisy = (rows: Rows, sd: number): Rows => { const r = createNumbers(17); return each(rows, (p) => p.map((v) => v + sd * normal(r)) as typeof p); };
const turned = (rows: Rows): Rows => each(rows, ([x, y, z]) => { const [a, b] = [0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y]; return [-(0.28 * b + 0.96 * z), a, -0.96 * b + 0.28 * z]; });
function resampled({ t, xyz }: Rows, rateHz: number, stretch = 1): Rows {
  const [times, out]: [number[], number[][]] = [[], [[], [], []]];
  for (let k = 0, j = 0; (k * 1e6) / rateHz < t.at(-1)!; k++) {
    const at = (k * 1e6) / rateHz;
    while (t[j + 1]! <= at) j++;
    const gap = t[j + 1]! - t[j]!;
    if (gap > 1e6) continue;
    const f = gap > 0 ? (at - t[j]!) / gap : 0;
    times.push(Math.round(at * stretch));
    xyz.forEach((c, n) => out[n]!.push(c[j]! * (1 - f) + c[j + 1]! * f));
  }
  return { t: Float64Array.from(times), xyz: out.map((c) => Float64Array.from(c)) };
}

const own = await simulate(6, 5);
const original = told(own);

describe('a copy is found', () => {
  const copies: [string, (rows: Rows) => Rows][] = [
    ['as it is', (r) => r],
    ['with its axes turned', turned],
    ['with noise of 10 mg', (r) => noisy(r, 0.1)],
    ['with a wrong scale and an offset', (r) => each(r, (p) => p.map((v, i) => 0.93 * v + [0.3, -0.2, 0.1][i]!) as typeof p)],
    ['cut anew', (r) => cut(r, 0.137, 0.971)],
    ['an hour of it', (r) => cut(r, 0.4, 0.4 + 1 / 6)],
    ['at half the rate', (r) => resampled(r, 25)],
    ['at twice the rate', (r) => resampled(r, 100)],
    ['with a clock that runs 5 % slow', (r) => resampled(r, 50, 1.05)],
    ['cut, turned, resampled and noisy', (r) => noisy(turned(resampled(cut(r, 0.2, 0.8), 40)), 0.1)],
  ];
  it.each(copies)('%s', (_, change) => {
    const got = likeness(original, told(change(own)));
    expect(got, JSON.stringify(got)).toMatchObject({ copy: true });
  });
  it('and is the same to the last character whatever its batches, its first time and its storage', () => {
    const text = printOf(own)!;
    expect(printOf(own, 777)).toBe(text);
    expect(printOf({ ...own, t: own.t.map((t) => t + 1.7e15) })).toBe(text);
    expect(encodeFingerprint(decodeFingerprint(text)!)).toBe(text);
  });
});

describe('somebody else is not', () => {
  it('other days of the same person, and other people', async () => {
    // The same seed walks alike; its second half is another day.
    expect(likeness(told(cut(own, 0, 0.5)), told(cut(own, 0.5, 1))).copy).toBe(false);
    const others = await Promise.all([6, 7, 8, 9].map(async (seed) => told(await simulate(6, seed))));
    const all = [original, ...others];
    for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) expect(likeness(a, b), JSON.stringify(likeness(a, b))).toMatchObject({ copy: false });
  });
  it('says nothing where hardly anything moves, and of channels that have no movement', async () => {
    const still: Rows = { t: Float64Array.from({ length: 60_000 }, (_, i) => i * 20_000), xyz: [0, 1, 2].map((c) => new Float64Array(60_000).fill(c === 2 ? 9.8 : 0)) };
    expect(printOf(still)).toBeNull();
    expect(createFingerprint([{ name: 'hr', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0 }]).finish()).toBeNull();
  });
});

describe('its text', () => {
  const some = (from: number, n: number) => Array.from({ length: n }, (_, i) => from + 7 * i);
  it('takes what it gave and nothing else', () => {
    const print = { plain: some(3, KEPT), faint: some(2 ** 47, KEPT) };
    const text = encodeFingerprint(print);
    expect(text.length).toBe(MAX_FINGERPRINT_CHARS);
    expect(decodeFingerprint(text)).toEqual(print);
    expect(decodeFingerprint('')).toBeNull();
    expect(decodeFingerprint(`${text}AAAA`)).toBeNull();
    expect(decodeFingerprint(text.slice(0, -4))).toBeNull();
    expect(decodeFingerprint(encodeFingerprint({ plain: [5, 4], faint: [] }))).toBeNull();
    expect(decodeFingerprint(encodeFingerprint({ plain: [4, 4], faint: [] }))).toBeNull();
    expect(decodeFingerprint('not base64!')).toBeNull();
  });
  it('compares in the range that both cover, and asks for more than chance', () => {
    const whole = { plain: some(0, KEPT), faint: [] };
    expect(likeness(whole, { plain: some(0, 20), faint: [] })).toEqual({ common: 20, share: 1, copy: true });
    // Beyond the 256th of the one, the other's tokens say nothing.
    expect(likeness(whole, { plain: [...some(0, 5), ...some(1e6, 200)], faint: [] })).toEqual({ common: 5, share: 0, copy: false });
    expect(likeness({ plain: some(0, 100), faint: [] }, { plain: [...some(0, 3), ...some(1, 97)].sort((a, b) => a - b), faint: [] })).toMatchObject({ common: 3, copy: false });
  });
});

describe('the index', () => {
  const db = openDatabase(':memory:');
  afterAll(() => { db.close(); });
  const label = (fingerprint?: string) => ({ title: 'Wrist', description: '', dataTypes: ['acceleration'], channels: [], rows: 1, durationSeconds: 1, month: null, days: 1, device: null, simulated: true, demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 1, tags: [], ...(fingerprint ? { fingerprint } : {}) }) as Label;
  const list = (id: number, hash: string) => db.prepare("INSERT INTO datasets (id, owner, content_hash, record_root, nonce, cid, price, version, keepers_bps, validator_bps, threshold, status, accepted_seats, seats, published_block, published_at) VALUES (?, 'o', ?, '', '', '', '1', 1, 0, 0, 2, 'published', 0, 3, ?, 1)").run(id, hash, id);
  it('finds a copy among all listings, and follows a label that changes', async () => {
    const labels = labelQueries(db);
    const prints = fingerprintQueries(db);
    const other = printOf(await simulate(1, 77))!;
    for (const [id, print] of [[1, printOf(own)!], [2, other], [3, undefined]] as const) { list(id, `h${id}`); labels.saveLabel(id, `h${id}`, label(print), 1); }
    const copy = printOf(noisy(cut(own, 0.1, 0.9), 0.1))!;
    expect(prints.copies(copy, 0).map((c) => c.datasetId)).toEqual([1]);
    expect(prints.copies(printOf(own)!, 1)).toEqual([]);
    labels.saveLabel(1, 'h1', label(other), 2);
    expect(prints.copies(copy, 0)).toEqual([]);
    expect(prints.copies(other, 0).map((c) => c.datasetId)).toEqual([1, 2]);
    expect(prints.copies('nonsense', 0)).toEqual([]);
  });
});

const data = sharedData();
describe.skipIf(!data)('people', () => {
  it('38 of them, twelve minutes each: none is another, and careful copies of all are found', async () => {
    const dir = join(data!, 'wisdm-watch');
    const people: Rows[] = [];
    for (const file of readdirSync(dir).filter((f) => f.endsWith('.txt'))) people.push(await gather(await openOne(join(dir, file))));
    const prints = people.map(told);
    let most = 0;
    prints.forEach((a, i) => prints.slice(i + 1).forEach((b) => { const l = likeness(a, b); most = Math.max(most, l.share); expect(l.copy).toBe(false); }));
    expect(most).toBeLessThan(0.04);
    const found = (change: (r: Rows) => Rows) => people.filter((p, i) => { const text = printOf(change(p)); return text !== null && likeness(prints[i]!, decodeFingerprint(text)!).copy; }).length;
    expect(found(turned)).toBe(people.length);
    expect(found((r) => noisy(r, 0.1))).toBe(people.length);
    expect(found((r) => resampled(r, 50))).toBe(people.length);
    expect(found((r) => cut(r, 0.13, 0.97))).toBe(people.length);
    expect(found((r) => resampled(r, 20, 1.05))).toBe(people.length);
  }, 60_000);
});
