import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManual } from '../../electron/app/owner/manual.ts';
import { createOwnerBase } from '../../electron/app/owner/base.ts';
import { createRecordings } from '../../electron/app/owner/recordings.ts';
import type { ManualEntry } from '../../shared/domain/manual-entry.ts';
import { createWorld, filesBelow, refusal, type World } from '../market/world.ts';
import { openOwner, share, type OwnerSide } from './owner-world.ts';

let world: World;
let owner: OwnerSide;
let dir: string;
beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  const person = await world.person('owner');
  dir = person.dir;
  owner = await openOwner(world, person);
});
afterAll(async () => { await owner?.stop(); await world?.stop(); });

const day = (d: number) => ({ time: Date.parse('2026-03-01T07:30:00Z') + d * 86_400_000, offsetMinutes: 60 });
const weight = (d: number, value: number): ManualEntry => ({ kind: 'weight', ...day(d), value, unit: 'kg' });
async function valuesOf(id: string): Promise<number[][]> {
  const info = owner.parts.recordings.get(id)!;
  const decimals = info.channels.flatMap((c) => c.components.map(() => c.decimals));
  const out: number[][] = [];
  for await (const { columns } of owner.parts.recordings.read(id)) columns.forEach((c, i) => { out[i] = [...(out[i] ?? []), ...Array.from(c, (v) => (v === -2_147_483_648 ? NaN : v / 10 ** (decimals[i] ?? 0)))]; });
  return out;
}
async function clear() { for (const e of await owner.api.manualEntries()) await owner.api.deleteEntry(e.id); }

describe('an entry', () => {
  it('makes a recording of its series, which the next one extends, in the order of time', async () => {
    const first = await owner.api.addEntry(weight(1, 71.3));
    expect(first).toMatchObject({ kind: 'weight', value: 71.3, series: 'Weight', loinc: ['29463-7'] });
    expect((await owner.api.recording(first.recordingId!))).toMatchObject({ title: 'Weight', rows: 1, quality: null, source: { kind: 'manual' } });
    const second = await owner.api.addEntry(weight(0, 72));
    expect(second.recordingId).toBe(first.recordingId);
    expect(await valuesOf(first.recordingId!)).toEqual([[72, 71.3]]);
    const seen = await owner.api.recording(first.recordingId!);
    expect(seen).toMatchObject({ rows: 2, startedAt: day(0).time, channels: [{ name: 'weight', kind: 'weight', unit: 'kg' }] });
    // Weighed once a day, and now and then twice: no gap and no jitter can be found in that.
    for (const d of [2, 5, 5.2, 11]) await owner.api.addEntry(weight(d, 71 + d / 10));
    expect((await owner.api.recording(first.recordingId!)).quality).toEqual({ score: 100, worst: null });
    expect((await owner.api.manualEntries()).map((e) => e.time)).toEqual([11, 5.2, 5, 2, 1, 0].map((d) => day(d).time));
    const plot = await owner.api.plot(first.recordingId!, { channel: 'weight', from: 0, to: 12 * 86_400e6, pixels: 600 });
    expect(plot.max.flat().filter((v) => v !== null)).toHaveLength(6);
    await clear();
    expect(await owner.api.recordings()).toEqual([]);
  });

  it('is edited where it is, and moved where its kind, name or unit changes', async () => {
    const a = await owner.api.addEntry({ kind: 'medicine', ...day(0), name: 'Ibuprofen', amount: 400, unit: 'mg' });
    const b = await owner.api.addEntry({ kind: 'medicine', ...day(1), name: 'ibuprofen', amount: 200, unit: 'mg' });
    expect(b.recordingId).toBe(a.recordingId);
    await owner.api.editEntry(b.id, { kind: 'medicine', ...day(1), name: 'Ibuprofen', amount: 600, unit: 'mg' });
    expect(await valuesOf(a.recordingId!)).toEqual([[400, 600]]);
    const moved = await owner.api.editEntry(b.id, { kind: 'medicine', ...day(1), name: 'Paracetamol', amount: 500, unit: 'mg' });
    expect(moved.recordingId).not.toBe(a.recordingId);
    expect((await owner.api.recordings()).map((r) => [r.title, r.rows]).sort()).toEqual([['Medicine: Ibuprofen', 1], ['Medicine: Paracetamol', 1]]);
    await owner.api.deleteEntry(a.id);
    expect((await owner.api.recordings()).map((r) => r.title)).toEqual(['Medicine: Paracetamol']);
    expect((await refusal(owner.api.deleteEntry(a.id) as Promise<void>)).code).toBe('invalid-argument');
    await clear();
  });

  it('goes with its recording, and rests sealed', async () => {
    const a = await owner.api.addEntry({ kind: 'symptom', ...day(0), name: 'Kopfschmerz', severity: 7, minutes: 90 });
    await owner.api.addEntry({ kind: 'symptom', ...day(2), name: 'Kopfschmerz', severity: 3 });
    const detail = await owner.api.recording(a.recordingId!);
    expect(detail.annotations).toEqual([{ from: 0, to: 90 * 60e6, label: 'Kopfschmerz' }, { from: 2 * 86_400e6, to: 2 * 86_400e6 + 1, label: 'Kopfschmerz' }]);
    for (const { path, bytes } of filesBelow(dir)) for (const word of ['Kopfschmerz', 'kopfschmerz', 'severity']) expect(bytes.includes(word), `${path}: ${word}`).toBe(false);
    await owner.api.forget(a.recordingId!);
    expect(await owner.api.manualEntries()).toEqual([]);
    const again = await owner.api.addEntry({ kind: 'symptom', ...day(3), name: 'Kopfschmerz', severity: 1 });
    expect((await owner.api.recording(again.recordingId!)).rows).toBe(1);
    await clear();
  });

  it('of many at once are all kept', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => owner.api.addEntry({ kind: 'blood-pressure', ...day(i), systolic: 120 + (i % 5), diastolic: 80 - (i % 3), ...(i % 2 ? { pulse: 60 + i } : {}) })));
    const [recording] = await owner.api.recordings();
    expect(recording).toMatchObject({ rows: 20, channels: [{ kind: 'blood-pressure', unit: 'mm[Hg]' }, { kind: 'blood-pressure' }, { kind: 'heart-rate' }] });
    const values = await valuesOf(recording!.id);
    expect(values[0]!.slice(0, 3)).toEqual([120, 121, 122]);
    expect(values[2]!.slice(0, 3)).toEqual([NaN, 61, NaN]);
    await clear();
  });

  it('is brought into its recording at the next start where a run ended in between', async () => {
    const a = await owner.api.addEntry(weight(0, 70));
    await owner.api.addEntry(weight(1, 71));
    const base = createOwnerBase(owner.b);
    // Written down, and killed before the recording followed: one value changed, one series never made.
    base.entries.put(a.id, weight(0, 99));
    base.entries.put('00112233aabbccdd', { kind: 'glucose', ...day(0), value: 5.5, unit: 'mmol/L' });
    const manual = createManual(base, createRecordings(base));
    await manual.reconcile();
    expect(await valuesOf(a.recordingId!)).toEqual([[99, 71]]);
    expect(manual.list().find((e) => e.kind === 'glucose')!.recordingId).not.toBeNull();
    for (const e of manual.list()) await manual.remove(e.id);
    expect(await owner.api.recordings()).toEqual([]);
  });

  it('can be shared like any channel, as far as the label goes', async () => {
    const a = await owner.api.addEntry(weight(0, 70));
    for (const d of [1, 2, 3]) await owner.api.addEntry(weight(d, 70 + d / 10));
    const seen = await owner.api.preview(share(a.recordingId!, { title: 'Weight over some days', keepers: 2 }));
    expect(seen.label).toMatchObject({ dataTypes: ['weight'], channels: [{ name: 'weight', unit: 'kg' }], rows: 4, days: 4, month: '2026-03', quality: 100, simulated: false });
    expect(seen.problems.map((p) => p.field)).not.toContain('recordingId');
    await clear();
  });
});
