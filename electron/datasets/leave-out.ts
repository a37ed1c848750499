import type { Span } from '../../shared/api/common.ts';
import type { DeviceEntry } from '../../shared/domain/device.ts';
import type { LabelStatistics } from '../../shared/domain/label.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { Column, RecordingInfo, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { createFingerprint } from '../quality/fingerprint/fingerprint.ts';
import { scoreRecording } from '../quality/score.ts';
import { lowerBound } from '../recordings/lower-bound.ts';
import { createStatistics, MIN_STATISTICS_ROWS } from './statistics.ts';

/** Spans in order, those that touch made one. @throws AppError `invalid-argument` */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (!(from >= 0) || !(to > from) || !Number.isFinite(to)) throw new AppError('invalid-argument', `A part from ${from} to ${to} cannot be left out.`, { hint: 'A part ends after it starts.' });
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to); else merged.push({ from, to });
  }
  return merged;
}

/**
 * Rows outside of `exclude` (microseconds from the start of the recording), with times since the first row that stays:
 * nothing behind this sees the others, nor how long they were at the beginning.
 */
export async function* leaveOut(batches: AsyncIterable<SampleBatch>, exclude: readonly Span[], /** Told where the first row that stays stood. */ onStart?: (time: number) => void): AsyncGenerator<SampleBatch> {
  if (exclude.length === 0) { yield* batches; return; }
  let span = 0;
  let start = NaN;
  for await (const { t, columns } of batches) {
    // The runs of this batch that stay.
    const runs: { from: number; to: number }[] = [];
    let kept = 0;
    for (let i = 0; i < t.length;) {
      while (span < exclude.length && exclude[span]!.to <= t[i]!) span += 1;
      const next = exclude[span];
      const edge = next ? lowerBound(t, next.from, i) : t.length;
      if (edge > i) { runs.push({ from: i, to: edge }); kept += edge - i; }
      i = next ? lowerBound(t, next.to, edge) : edge;
    }
    if (kept === 0) continue;
    if (Number.isNaN(start)) { start = t[runs[0]!.from]!; onStart?.(start); }
    const times = new Float64Array(kept);
    const own = columns.map((c): Column => (c instanceof Int32Array ? new Int32Array(kept) : new Float64Array(kept)));
    let at = 0;
    for (const { from, to } of runs) {
      for (let i = from; i < to; i++) times[at + i - from] = t[i]! - start;
      own.forEach((c, n) => c.set(columns[n]!.subarray(from, to) as never, at));
      at += to - from;
    }
    yield { t: times, columns: own };
  }
}

/** The part of a recording that would leave the machine: its own facts, its report, and what it would say of its values. */
export type KeptPart = { info: RecordingInfo; report: QualityReport; statistics: LabelStatistics[] | null; /** To find copies by; null where there is too little movement. */ fingerprint: string | null };

/**
 * Scores what stays after leaving out, in one pass; `info` is as if the rest had never been recorded.
 * @throws AppError `too-few-samples`, `cancelled`
 */
export async function examinePart(info: RecordingInfo, rows: AsyncIterable<SampleBatch>, options: { /** What it was made with, where that is known. */ device?: DeviceEntry | null; signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void } = {}, exclude: readonly Span[] = []): Promise<KeptPart> {
  const statistics = createStatistics(info.channels);
  const fingerprint = createFingerprint(info.channels);
  let first = 0;
  let last = 0;
  let count = 0;
  async function* seen(): AsyncGenerator<SampleBatch> {
    for await (const batch of leaveOut(rows, exclude, (time) => { first = time; })) {
      statistics.push(batch);
      fingerprint.push(batch);
      count += batch.t.length;
      if (batch.t.length > 0) last = batch.t.at(-1)!;
      yield batch;
    }
  }
  const report = await scoreRecording({ channels: info.channels, simulated: info.source.simulated, device: options.device }, seen(), options);
  // Its month is of the day of the first row that stays.
  const startTime = info.startTime + first;
  return {
    info: exclude.length === 0 ? info : { ...info, startTime, endTime: startTime + last, rows: count, annotations: [] },
    report, statistics: count < MIN_STATISTICS_ROWS ? null : statistics.finish(), fingerprint: fingerprint.finish(),
  };
}
