/** What the predictions on people that were left out come to: the numbers of the model card. */
import { ACTIVITIES } from '../../electron/quality/model/windows.ts';
import type { ArtefactScores, ClipPrediction } from './jobs.ts';

type Row = { label: number; person: number; logs: number[] };

function logSoftmax(l: readonly number[]): number[] {
  const most = Math.max(...l), sum = Math.log(l.reduce((a, v) => a + Math.exp(v - most), 0));
  return l.map((v) => v - most - sum);
}

/** One row a window: the mean log-probabilities of it and its neighbours (`context` windows in all). */
export function rowsOf(clips: readonly ClipPrediction[], context: number): Row[] {
  const width = ACTIVITIES.length;
  return clips.flatMap(({ label, person, logits }) => {
    const n = logits.length / width, logs = Array.from({ length: n }, (_, i) => logSoftmax(logits.slice(i * width, (i + 1) * width)));
    return logs.map((_, i) => {
      const from = Math.max(0, Math.min(n - context, i - (context >> 1))), part = logs.slice(from, Math.min(n, from + context));
      return { label, person, logs: logs[i]!.map((__, k) => part.reduce((a, r) => a + r[k]!, 0) / part.length) };
    });
  });
}

const best = (v: readonly number[]): number => v.indexOf(Math.max(...v));
export const accuracyOf = (rows: readonly Row[]): number => rows.filter((r) => best(r.logs) === r.label).length / rows.length;

export function confusion(rows: readonly Row[]): number[][] {
  const out = ACTIVITIES.map(() => ACTIVITIES.map(() => 0));
  for (const r of rows) out[r.label]![best(r.logs)]!++;
  return out;
}

export function f1(matrix: readonly number[][]): number[] {
  return matrix.map((row, k) => { const right = row[k]!, said = matrix.reduce((a, r) => a + r[k]!, 0), is = row.reduce((a, v) => a + v, 0); return said + is === 0 ? 0 : (2 * right) / (said + is); });
}

function probabilities(logs: readonly number[], temperature: number): number[] {
  return logSoftmax(logs.map((v) => v / temperature)).map(Math.exp);
}

/** The temperature that makes the right class likeliest over these rows. */
export function temperatureOf(rows: readonly Row[]): number {
  let temperature = 1, least = Infinity;
  for (let t = 0.2; t < 4; t *= 1.03) {
    const loss = rows.reduce((a, r) => a - Math.log(probabilities(r.logs, t)[r.label]! + 1e-9), 0);
    if (loss < least) { least = loss; temperature = t; }
  }
  return Math.round(temperature * 1000) / 1000;
}

/** Expected calibration error of the winning class in 15 bins of equal width. */
export function calibrationError(rows: readonly Row[], temperature: number): number {
  const bins = Array.from({ length: 15 }, () => ({ n: 0, sure: 0, right: 0 }));
  for (const r of rows) {
    const p = probabilities(r.logs, temperature), k = best(p), bin = bins[Math.min(14, Math.floor(p[k]! * 15))]!;
    bin.n++; bin.sure += p[k]!; if (k === r.label) bin.right++;
  }
  return bins.reduce((a, b) => a + Math.abs(b.sure - b.right), 0) / rows.length;
}

export function auroc(real: readonly number[], wrong: readonly number[]): number {
  const all = [...real.map((v) => ({ v, w: 0 })), ...wrong.map((v) => ({ v, w: 1 }))].sort((a, b) => a.v - b.v);
  let sum = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j]!.v === all[i]!.v) j++;
    for (let k = i; k < j; k++) if (all[k]!.w) sum += (i + j + 1) / 2;
    i = j;
  }
  return (sum - (wrong.length * (wrong.length + 1)) / 2) / (real.length * wrong.length);
}

/** The score that a share of `alarms` of these real windows reaches. */
export function thresholdAt(real: readonly number[], alarms: number): number {
  const sorted = [...real].sort((a, b) => b - a);
  return sorted[Math.floor(alarms * sorted.length)]!;
}

export const shareFrom = (scores: readonly number[], threshold: number): number => scores.filter((s) => s >= threshold).length / Math.max(1, scores.length);

/** Alarms at which a threshold is set on its people. */
export const ALARMS = 0.008;

export type ArtefactMetrics = { auroc: number; found: number; falseAlarms: number; falseAlarmsPlain: number; falseAlarmsOtherDevice: number; kinds: Record<string, number>; leftOut: Record<string, number>; falseAlarmsByActivity: Record<string, number> };

export function artefactMetrics(s: ArtefactScores): ArtefactMetrics {
  const threshold = thresholdAt(s.thresholdReal, ALARMS), wrong = Object.values(s.kinds).flat(), plain = s.testPlain.map((p) => p.score);
  return {
    auroc: auroc([...plain, ...s.testReal], wrong), found: shareFrom(wrong, threshold), falseAlarms: shareFrom(s.testReal, threshold), falseAlarmsPlain: shareFrom(plain, threshold), falseAlarmsOtherDevice: shareFrom(s.otherDevice, threshold),
    kinds: Object.fromEntries(Object.entries(s.kinds).map(([k, v]) => [k, shareFrom(v, threshold)])),
    leftOut: Object.fromEntries(Object.entries(s.leftOut).map(([k, v]) => [k, shareFrom(v.found, thresholdAt(v.thresholdReal, ALARMS))])),
    falseAlarmsByActivity: Object.fromEntries(ACTIVITIES.map((a, l) => [a, shareFrom(s.testPlain.filter((p) => p.label === l).map((p) => p.score), threshold)])),
  };
}

export const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
