import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, Column } from '../../shared/domain/recording.ts';
import { createSpans } from './spans.ts';
import { BAND_RATE_HZ, basSqi, fuse, pSqi, readBasSqi, readKSqi, readPSqi } from './signals/band-sqi.ts';
import { beatsByHeight, beatsBySlope, bSqi } from './signals/beats.ts';
import { kSqi } from './signals/moments.ts';
import { orphanidou } from './signals/orphanidou.ts';
import { rejected, USABLE_REJECTED } from './signals/rr-plausibility.ts';

const WAVE_US = 10_000_000;
const BEATS_US = 300_000_000;
/** Below this rate a pulse wave has no shape that could be compared. */
const WAVE_RATE_HZ = 20;
/** Two detectors that agree on less than this of the beats (Li 2008: clean > 0.9; our choice between that and chance). */
const B_SQI = 0.5;
/** Samples in a window at most: a faster trace is judged by its first part. */
const MOST = 20_000;
/** Time between the sum of the intervals and the clock that is no loss: a beat at each end. */
const ROUNDING_MS = 3000;

export type PulseFacts = { /** Time that was looked at, and what is of no use of it; microseconds. */ judged: number; unusable: number; unusableSpans: ReturnType<typeof createSpans>; unusableWindows: number; /** Beats that are not there, as time. */ lost: number; lostSpans: ReturnType<typeof createSpans> };

/** Channels whose shape is judged window by window. */
export const isPulse = (channel: Channel): boolean => channel.components.length === 1 && (channel.kind === 'ecg' || channel.kind === 'ppg' || channel.kind === 'rr-interval');

/** Follows an ECG or PPG trace in windows of 10 s, or beat intervals in windows of 5 min. The batches' borders do not matter. */
export function createPulse(channel: Channel) {
  const beats = channel.kind === 'rr-interval';
  const length = beats ? BEATS_US : WAVE_US;
  const scale = (channel.decimals === null ? 1 : 1 / 10 ** channel.decimals) * (beats && channel.unit === 's' ? 1000 : 1);
  const values: number[] = [];
  let [window, first, last, before] = [-1, 0, 0, -1];
  let [judged, unusable, unusableWindows, lost] = [0, 0, 0, 0];
  const unusableSpans = createSpans();
  const lostSpans = createSpans();

  function end(): void {
    if (values.length === 0) return;
    if (beats) endBeats(); else endWave();
    values.length = 0;
  }

  function endBeats(): void {
    // From the last beat of the window before: its first interval began there.
    const from = before >= 0 ? before : first;
    const passed = (last - from) / 1000;
    const told = values.reduce((a, b) => a + b, 0) - (before >= 0 ? 0 : values[0]!);
    if (passed - told > ROUNDING_MS) { lost += (passed - told) * 1000; lostSpans.add(from, last); }
    before = last;
    if (values.length < 10) return;
    judged += last - first;
    if (share(rejected(values)) > USABLE_REJECTED) { unusable += Math.min(last - first, told * 1000); unusableWindows++; unusableSpans.add(first, last); }
  }

  function endWave(): void {
    const rate = last > first ? ((values.length - 1) * 1e6) / (last - first) : 0;
    // A window cut short by a pause is no window; what is missing is counted elsewhere.
    if (rate < WAVE_RATE_HZ || last - first < 0.8 * WAVE_US) return;
    judged += last - first;
    if (usable(values, rate)) return;
    unusable += last - first;
    unusableWindows++;
    unusableSpans.add(first, last);
  }

  function usable(wave: readonly number[], rate: number): boolean {
    const ecg = channel.kind === 'ecg';
    const [a, b] = [beatsBySlope(wave, rate), beatsByHeight(wave, rate)];
    const marks = ecg ? a : b;
    const verdict = orphanidou(wave, marks, rate, ecg ? 'ecg' : 'ppg');
    if (!verdict.ok) return false;
    if (!ecg) return true;
    if (bSqi(a, b, rate) < B_SQI) return false;
    if (rate < BAND_RATE_HZ) return true;
    const heartRate = (60 * rate * (marks.length - 1)) / (marks.at(-1)! - marks[0]!);
    return fuse([readPSqi(pSqi(wave, rate), heartRate), readKSqi(kSqi(wave)), readBasSqi(basSqi(wave, rate))]) !== 'unacceptable';
  }

  return {
    channel,
    push(t: Float64Array, [column]: Column[]): void {
      for (let i = 0; i < t.length; i++) {
        const v = column![i]!;
        if (v !== v || v === MISSING_INT32) continue;
        const at = Math.floor(t[i]! / length);
        if (at !== window) { end(); window = at; first = t[i]!; }
        if (values.length < MOST) { values.push(v * scale); last = t[i]!; }
      }
    },
    finish(): PulseFacts { end(); return { judged, unusable, unusableSpans, unusableWindows, lost, lostSpans }; },
  };
}

const share = (flags: Uint8Array) => flags.reduce((n, f) => n + f, 0) / Math.max(1, flags.length);
