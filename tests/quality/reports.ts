import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { QualityReportV1 } from '../../shared/domain/quality-v1.ts';

const HOUR = 3_600_000_000;
const hash = (letter: string) => letter.repeat(64);

/** Eight hours on a wrist: three asleep, four awake, half an hour beside the bed, half an hour shaken by a machine. */
export const reportOf = (change: Partial<QualityReport> = {}): QualityReport => ({
  version: 2, rules: { name: 'phdex-quality/2', sha256: hash('a') }, model: { name: 'phdex-pattern/1', sha256: hash('b') },
  hardware: { device: 'wisdm-watch', entry: hash('c') },
  score: 81,
  parts: [
    { name: 'coverage', score: 99.5, weight: 0 }, { name: 'regularity', score: 100, weight: 0.2 }, { name: 'signal', score: 90, weight: 0.4 },
    { name: 'wear', score: 93.75, weight: 0.1 }, { name: 'pattern', score: 93.75, weight: 0.2 }, { name: 'hardware', score: 100, weight: 0.1 },
  ],
  reasons: [
    { part: 'coverage', code: 'gap', channel: null, cost: 0.5, sentence: '0.5 % of the time has no samples, in 1 gap.', spans: [{ from: HOUR, to: HOUR + 144_000_000 }], spanCount: 1 },
    { part: 'wear', code: 'not-worn', channel: 'acceleration', cost: 6.2, sentence: 'The sensor was not worn for 6.2 % of the time.', spans: [{ from: 7 * HOUR, to: 7.5 * HOUR }], spanCount: 1 },
    { part: 'pattern', code: 'artefact', channel: 'acceleration', cost: 6.2, sentence: '6.2 % of the time does not look like a person’s movement.', spans: [{ from: 7.5 * HOUR, to: 8 * HOUR }], spanCount: 1 },
  ],
  labels: {
    seconds: { activity: 7200, rest: 7200, sleep: 10_800, 'not-worn': 1800, artefact: 1800 },
    movements: { walk: 7200, sit: 7200 },
    spans: [
      { from: 0, to: 3 * HOUR, label: 'sleep', p: 0.91 },
      { from: 3 * HOUR, to: 5 * HOUR, label: 'activity', p: 0.88, movement: 'walk' },
      { from: 5 * HOUR, to: 7 * HOUR, label: 'rest', p: 0.76, movement: 'sit' },
      { from: 7 * HOUR, to: 7.5 * HOUR, label: 'not-worn', p: 0.97 },
      { from: 7.5 * HOUR, to: 8 * HOUR, label: 'artefact', p: 0.99 },
    ],
  },
  channels: [{ name: 'acceleration', kind: 'acceleration', rateHz: 20, seconds: 28_656, step: 0.01, calibration: null }],
  rows: 573_120, durationSeconds: 28_800, rateHz: 20,
  ...change,
});

/** As the app wrote them before there was a second kind. */
export const reportV1 = (): QualityReportV1 => ({
  version: 1, rules: 'phdex-quality/1', model: null, score: 70,
  parts: [
    { name: 'coverage', score: 80, weight: 0.33 }, { name: 'regularity', score: 100, weight: 0.22 }, { name: 'signal', score: 60, weight: 0.56 },
    { name: 'pattern', score: null, weight: 0 }, { name: 'hardware', score: null, weight: 0 },
  ],
  reasons: [
    { code: 'gap', channel: null, cost: 6.6, sentence: '20 % of the time has no samples, in 2 gaps.', spans: [{ from: 0, to: 1_000_000 }, { from: 5_000_000, to: 6_000_000 }], spanCount: 2 },
    { code: 'flat', channel: 'acceleration', cost: 4, sentence: 'acceleration does not move at all for 3 % of the time.', spans: [{ from: 2_000_000, to: 3_000_000 }], spanCount: 1 },
    { code: 'missing', channel: 'spo2', cost: 3, sentence: 'The channel spo2 has no value.', spans: [], spanCount: 0 },
    { code: 'missing', channel: 'heart-rate', cost: 2, sentence: '2 % of the values of heart-rate are missing.', spans: [{ from: 1, to: 2 }], spanCount: 1 },
    { code: 'rate-mismatch', channel: 'acceleration', cost: 1, sentence: 'The device does not sample so.', spans: [], spanCount: 0 },
  ],
  rows: 600, durationSeconds: 10, rateHz: 60,
});
