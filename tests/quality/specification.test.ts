import { describe, expect, it } from 'vitest';
import { leaveOut } from '../../electron/datasets/leave-out.ts';
import { scoreRecording } from '../../electron/quality/score.ts';
import { Specification } from '../../shared/domain/specification.ts';
import { complement, leaveOutByLabel, spansShowing } from '../../shared/spans-by-label.ts';
import { summarise, verdict } from '../../shared/verdict.ts';
import { batchesOf, G_CHANNEL, wristTable } from './day.ts';

const table = wristTable([{ what: 'sit', minutes: 120 }, { what: 'walk', minutes: 60 }, { what: 'sleep', minutes: 360 }, { what: 'walk', minutes: 30 }, { what: 'off', minutes: 90 }], { rateHz: 10, seed: 6 });
const report = await scoreRecording({ channels: [G_CHANNEL], simulated: true }, batchesOf(table));
const judge = (spec: Omit<Specification, 'version'>) => verdict(summarise(report), Specification.parse({ version: 1, ...spec }));
const bad = (spec: Omit<Specification, 'version'>) => judge(spec).reasons.filter((r) => !r.ok).map((r) => r.asked);

describe('a specification turns one report into a verdict for a buyer', () => {
  it('nothing asked: everything fits', () => { expect(judge({})).toEqual({ fits: true, reasons: [] }); });
  it('each line has its reason', () => {
    const fits: Omit<Specification, 'version'> = {
      channels: [{ kind: 'acceleration', minRateHz: 10, minHours: 10.9, maxStep: 0.001 }], minHours: 10, maxHours: 12,
      wanted: [{ show: 'sleep', minHours: 5 }, { show: 'activity', minHours: 1 }], unwanted: [{ show: 'not-worn', maxShare: 0.2 }, { show: 'artefact', maxShare: 0 }],
      minScore: 90, minParts: { signal: 100, wear: 80 }, without: ['clipped', 'unit'],
    };
    expect(judge(fits).reasons.filter((r) => !r.ok)).toEqual([]);
    expect(judge(fits).fits).toBe(true);
    expect(judge(fits).reasons).toHaveLength(15);
  });
  it('and each can fail by itself', () => {
    expect(bad({ channels: [{ kind: 'ecg' }] })).toEqual(['channels.ecg']);
    expect(bad({ channels: [{ kind: 'acceleration', minRateHz: 20, minHours: 12, maxStep: 0.0005 }] })).toEqual(['channels.acceleration.minRateHz', 'channels.acceleration.minHours', 'channels.acceleration.maxStep']);
    expect(bad({ minHours: 12, maxHours: 10 })).toEqual(['minHours', 'maxHours']);
    expect(bad({ wanted: [{ show: 'sleep', minHours: 7 }, { show: 'walk', minHours: 0 }] })).toEqual(['wanted.sleep', 'wanted.walk']);
    expect(bad({ unwanted: [{ show: 'not-worn', maxShare: 0.05 }] })).toEqual(['unwanted.not-worn']);
    expect(bad({ minScore: 100, minParts: { wear: 99, pattern: 0 } })).toEqual(['minScore', 'minParts.wear', 'minParts.pattern']);
    expect(bad({ without: ['not-worn'] })).toEqual(['without.not-worn']);
    expect(judge({ wanted: [{ show: 'sleep', minHours: 7 }] }).reasons[0]!.sentence).toMatch(/^[56](\.\d+)? h of sleep; at least 7 h are asked for\.$/);
  });
  it('refuses words that it does not know', () => {
    expect(Specification.safeParse({ version: 1, minQuality: 3 }).success).toBe(false);
    expect(Specification.safeParse({ version: 1, wanted: [{ show: 'snoring', minHours: 1 }] }).success).toBe(false);
  });
});

describe('leaving out by label', () => {
  const end = table.t.at(-1)! + 1;
  const length = (spans: { from: number; to: number }[]) => spans.reduce((sum, s) => sum + s.to - s.from, 0);
  it('«sleep only» and «everything but sleep» are each other\'s rest', async () => {
    const [only, but] = [leaveOutByLabel(report, { only: ['sleep'] }), leaveOutByLabel(report, { without: ['sleep'] })];
    expect(length(only) + length(but)).toBe(end);
    expect(complement(but, end)).toEqual(only);
    let rows = 0;
    for await (const batch of leaveOut(batchesOf(table), only)) rows += batch.t.length;
    expect(rows / 600).toBeGreaterThan(300);
    expect(rows / 600).toBeLessThan(365);
    const slept = await scoreRecording({ channels: [G_CHANNEL], simulated: true }, leaveOut(batchesOf(table), only));
    expect(slept.labels!.seconds.sleep / (rows / 10)).toBeGreaterThan(0.8);
    expect(slept.labels!.seconds.activity).toBeLessThan(60);
  });
  it('joins what touches, keeps to the end, and knows movements', () => {
    const labels = { seconds: { activity: 0, rest: 0, sleep: 0, 'not-worn': 0, artefact: 0 }, movements: {}, spans: [{ from: 0, to: 10, label: 'activity' as const, p: 0.9, movement: 'walk' as const }, { from: 10, to: 20, label: 'activity' as const, p: 0.6, movement: 'jog' as const }, { from: 40, to: 60, label: 'rest' as const, p: 0.9 }] };
    expect(spansShowing(labels, ['activity'])).toEqual([{ from: 0, to: 20 }]);
    expect(spansShowing(labels, ['walk', 'rest'])).toEqual([{ from: 0, to: 10 }, { from: 40, to: 60 }]);
    expect(spansShowing(labels, ['activity'], 0.8)).toEqual([{ from: 0, to: 10 }]);
    expect(complement([{ from: 0, to: 20 }, { from: 40, to: 60 }], 55)).toEqual([{ from: 20, to: 40 }]);
    expect(leaveOutByLabel({ labels, durationSeconds: 50e-6 }, { without: ['rest'] })).toEqual([{ from: 40, to: 51 }]);
    expect(leaveOutByLabel({ labels: null, durationSeconds: 50e-6 }, { only: ['sleep'] })).toEqual([{ from: 0, to: 51 }]);
  });
});
