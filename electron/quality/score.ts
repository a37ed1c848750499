import type { DeviceEntry } from '../../shared/domain/device.ts';
import type { AnyReport } from '../../shared/domain/quality-v1.ts';
import type { ChannelFacts, QualityPart, QualityReason, QualityReport } from '../../shared/domain/quality-report.ts';
import { PART_NAMES } from '../../shared/domain/quality-report.ts';
import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import { EVENT_KINDS, type Channel, type ChannelKind, type Column, type SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { BROKEN_MS } from './bad-time.ts';
import { BREATH, BREATH_ROWS, breathe } from './breathe.ts';
import { createChannelSignal } from './channel-signal.ts';
import { channelFindings, patternFindings, PATTERN_MIN_US, percent, timeFindings, WEIGHTS, type Finding, type WindowCosts } from './findings.ts';
import { createHardwareCheck, type HardwareCheck } from './hardware/contradictions.ts';
import { entryHash } from './hardware/registry.ts';
import { createLabels, createWindowJudge } from './labels.ts';
import { limitsOf } from './limits.ts';
import { createMotion, Flag, isMotion, type MotionFacts } from './motion.ts';
import { openPatternModel, type OpenPatternModel, type PatternModel } from './pattern-model.ts';
import { createPulse, isPulse } from './pulse.ts';
import { RULES } from './rules.ts';
import { findSleep } from './sleep.ts';
import { createTiming } from './timing.ts';
import { judgeWear, WEAR_MIN_US } from './wear.ts';
import { createWindowRuns } from './window-runs.ts';

const G = 9.80665;

/** Whether scoring the same rows again would go by the same rules. */
export const byTheseRules = (report: AnyReport): boolean => report.version === 2 && report.rules.name === RULES.name && report.rules.sha256 === RULES.sha256;

export type ScoreOptions = {
  signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void;
  openModel?: OpenPatternModel;
  /** In the place of the check that the device's entry gives. */
  hardware?: HardwareCheck;
};

/**
 * Scores a recording in one pass and bounded memory. Times may be absolute or relative: they count from the first row.
 * Deterministic: no clock, no random numbers, no function whose last digit differs between machines, and the same for
 * the owner's rows and for those that a validator decoded, however they come in batches.
 *
 * Score = coverage × weighted mean of the other parts. Each part counts the time that is bad, each moment once, and losing a
 * moment costs at least as much as anything in it: damage does not raise a score.
 * @throws AppError `too-few-samples`, `cancelled`
 */
export async function scoreRecording(
  { channels, simulated, device = null }: { channels: Channel[]; /** No person is said to have moved: the model is not asked, and the part `pattern` counts nothing. */ simulated: boolean; /** Of the signed list; null where no device is known or none is meant: then the part `hardware` counts nothing. */ device?: DeviceEntry | null },
  batches: AsyncIterable<SampleBatch>,
  { signal, onProgress, openModel = openPatternModel, hardware: given }: ScoreOptions = {},
): Promise<QualityReport> {
  const timing = createTiming();
  const hardware = given ?? (device && createHardwareCheck(device, channels));
  const places = placesOf(channels);
  const signals = channels.map((channel) => createChannelSignal(channel, channels.length === 1));
  // Wear, sleep and movement are judged by the first acceleration; every one is checked for noise and calibration.
  const motions = channels.map((channel) => (isMotion(channel) ? createMotion(channel) : null));
  const pulses = channels.map((channel) => (isPulse(channel) ? createPulse(channel) : null));
  const main = motions.findIndex((m) => m !== null);
  const model = main < 0 || simulated ? null : await openModel(channels[main]!, (window) => motions[main]!.moves(window));
  const showModel = model && createModelInput(model, channels[main]!);
  try {
    let start = NaN;
    let rows = 0;
    for await (const { t, columns } of inPieces(batches)) {
      if (signal?.aborted) throw new AppError('cancelled', 'Scoring was cancelled.');
      if (rows === 0) start = t[0]!;
      const relative = start === 0 ? t : t.map((x) => x - start);
      timing.push(relative);
      for (let c = 0; c < channels.length; c++) {
        const own = columns.slice(places[c]!, places[c + 1]);
        signals[c]!.push(relative, own);
        motions[c]?.push(relative, own);
        pulses[c]?.push(relative, own);
      }
      hardware?.push(relative, columns);
      await showModel?.(relative, columns.slice(places[main]!, places[main + 1]));
      rows += t.length;
      onProgress?.(rows, null);
    }
    if (rows < 2) throw new AppError('too-few-samples', `A recording of ${rows} samples cannot be scored.`, { hint: 'A recording needs at least two samples.' });

    const times = timing.finish();
    const end = times.end;
    // Beat intervals come when the heart beats, events when they happen: an even clock is not to be expected of them.
    const even = !channels.every((c) => c.kind === 'rr-interval') && !ofEvents(channels);
    const findings = timeFindings(times, end, even);
    const covered = Math.max(0, end - (even ? times.lost : 0));
    const facts = signals.map((s) => s.finish(end));
    await breathe();
    const moved = motions.map((m) => m?.finish() ?? null);
    const beats = pulses.map((p) => p?.finish() ?? null);
    await breathe();
    channels.forEach((channel, c) => {
      const windows = moved[c] ? windowCosts(moved[c], facts[c]!.bad.inWindow!.get) : null;
      findings.push(...channelFindings(channel, facts[c]!, moved[c]!, windows, beats[c]!, { share: 1 / channels.length, end, covered }));
    });
    const scores: Record<keyof typeof WEIGHTS, boolean> = { regularity: even, signal: true, wear: false, pattern: false, hardware: hardware !== null };
    let labels: QualityReport['labels'] = null;
    const motion = main < 0 ? null : moved[main]!;
    if (motion) {
      const pattern = model ? await model.finish() : null;
      scores.wear = end >= WEAR_MIN_US;
      scores.pattern = pattern !== null && end >= PATTERN_MIN_US;
      await breathe();
      const wear = scores.wear ? judgeWear(motion, (w) => facts[main]!.bad.touched!.get(w) > 0 || facts[main]!.bad.inWindow!.get(w) >= BROKEN_MS, end) : new Map();
      await breathe();
      const sleep = await findSleep(motion.angles);
      const judge = createWindowJudge({ motion, badMs: facts[main]!.bad.inWindow!.get, wear, sleep, pattern, artefactThreshold: model?.artefactThreshold ?? 0 });
      const told = createLabels();
      const [offRuns, artefactRuns, unjudgedRuns] = [createWindowRuns(), createWindowRuns(), createWindowRuns()];
      for (const { from, to } of motion.flags.stretches()) {
        for (let w = from; w < to; w++) {
          if (w % BREATH === 0) await breathe();
          const verdict = judge(w);
          if (!verdict) continue;
          const seen = motion.present.get(w);
          told.add(w, verdict, seen / 1000);
          // What the signal already costs is not paid twice.
          const cost = (motion.flags.get(w) & (Flag.noise | Flag.coarse)) !== 0 ? 0 : seen - Math.min(seen, facts[main]!.bad.inWindow!.get(w));
          if (verdict.label === 'not-worn') offRuns.add(w, cost);
          else if (verdict.label === 'artefact') artefactRuns.add(w, cost);
          else if (verdict.unjudged) unjudgedRuns.add(w, cost);
        }
      }
      await breathe();
      labels = await told.finish();
      const [off, artefact, unjudged] = [offRuns.finish(), artefactRuns.finish(), unjudgedRuns.finish()];
      const share = (time: number) => Math.min(1, time / Math.max(1, covered - facts[main]!.missingTime));
      if (off.time > 0) findings.push({ code: 'not-worn', part: 'wear', channel: channels[main]!.name, cost: 100 * share(off.time), sentence: `The sensor was not worn for ${percent(share(off.time))} of the time.`, spans: off.spans });
      if (scores.pattern) findings.push(...patternFindings(channels[main]!.name, [{ share: share(artefact.time), spans: artefact.spans }, { share: share(unjudged.time), spans: unjudged.spans }]));
    }
    for (const f of hardware?.finish() ?? []) findings.push({ ...f, part: 'hardware' });
    return {
      version: 2, rules: RULES, model: model ? { name: model.name, sha256: model.sha256 } : null,
      ...(device ? { hardware: { device: device.id, entry: entryHash(device) } } : {}),
      ...total(findings, scores), labels,
      channels: channels.map((channel, c): ChannelFacts => {
        const seconds = Math.max(0, covered - facts[c]!.missingTime) / 1e6;
        const { step, present } = facts[c]!;
        return { name: channel.name, kind: channel.kind, rateHz: seconds > 0 ? Number((present / seconds).toPrecision(4)) : 0, seconds: two(seconds), step: step === null ? null : Number(step.toPrecision(6)), calibration: calibrationOf(moved[c]!) };
      }),
      rows, durationSeconds: end / 1e6, rateHz: times.base > 0 ? Number((1e6 / times.base).toPrecision(6)) : 0,
    };
  } finally {
    await model?.close();
  }
}

/** Long batches in pieces, with time for others between them. Where a batch ends makes no difference to the report. */
async function* inPieces(batches: AsyncIterable<SampleBatch>): AsyncGenerator<SampleBatch> {
  for await (const { t, columns } of batches) {
    for (let from = 0; from < t.length; from += BREATH_ROWS) {
      const to = from + BREATH_ROWS;
      yield { t: t.subarray(from, to), columns: columns.map((c) => c.subarray(from, to)) };
      await breathe();
    }
  }
}

/** Of events, and of nothing that a sensor samples all the time. */
const ofEvents = (channels: Channel[]): boolean => channels.some((c) => EVENT_KINDS.includes(c.kind)) && !channels.some((c) => SAMPLED.includes(c.kind));
const SAMPLED: readonly ChannelKind[] = ['acceleration', 'gyroscope', 'ecg', 'ppg'];

const two = (n: number) => Math.round(n * 100) / 100;

function calibrationOf(motion: MotionFacts | null): { before: number; after: number | null } | null {
  if (!motion || motion.calibration.why === 'too-few') return null;
  const { errorBefore, errorAfter } = motion.calibration;
  return { before: Math.round(errorBefore * 10_000) / 10, after: errorAfter === null ? null : Math.round(errorAfter * 10_000) / 10 };
}

/** Where each channel's columns begin, and where the last one's end. */
function placesOf(channels: Channel[]): number[] {
  const places = [0];
  for (const c of channels) places.push(places.at(-1)! + c.components.length);
  return places;
}

function windowCosts(motion: MotionFacts, badMs: (window: number) => number): WindowCosts {
  const [noise, coarse] = [createWindowRuns(), createWindowRuns()];
  for (const { from, to } of motion.flags.stretches()) {
    for (let w = from; w < to; w++) {
      const flags = motion.flags.get(w);
      if ((flags & (Flag.noise | Flag.coarse)) !== 0) (flags & Flag.noise ? noise : coarse).add(w, Math.max(0, motion.present.get(w) - badMs(w)));
    }
  }
  return { noise: noise.finish(), coarse: coarse.finish() };
}

/** The parts, the score and the reasons from all that was found. */
function total(findings: Finding[], counts: Record<keyof typeof WEIGHTS, boolean>): Pick<QualityReport, 'score' | 'parts' | 'reasons'> {
  const scoreOf = (part: string) => Math.max(0, 100 - findings.filter((f) => f.part === part).reduce((sum, f) => sum + f.cost, 0));
  const counted = (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]).filter((p) => counts[p]);
  const weight = counted.reduce((sum, p) => sum + WEIGHTS[p], 0);
  const coverage = scoreOf('coverage') / 100;
  const mean = counted.reduce((sum, p) => sum + (scoreOf(p) * WEIGHTS[p]) / weight, 0);
  const parts = PART_NAMES.map((name): QualityPart => (name === 'coverage'
    ? { name, score: two(100 * coverage), weight: 1 }
    : { name, score: counts[name] ? two(scoreOf(name)) : null, weight: counts[name] ? two(WEIGHTS[name] / weight) : 0 }));
  const points = (f: Finding) => (f.part === 'coverage' ? f.cost : f.cost * coverage * (WEIGHTS[f.part] / weight));
  const reasons = findings
    .map((f): QualityReason => ({ part: f.part, code: f.code, channel: f.channel, cost: two(points(f)), sentence: f.sentence, spans: f.spans?.longest() ?? [], spanCount: f.spans?.count ?? 0 }))
    .filter((r) => r.cost > 0)
    .sort((a, b) => b.cost - a.cost || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0) || ((a.channel ?? '') < (b.channel ?? '') ? -1 : 1));
  // Rounded down: 100 is for a recording in which nothing was found.
  return { score: Math.max(0, Math.min(100, Math.floor(coverage * mean + 1e-9))), parts, reasons };
}

/** Shows a model the rows with all three axes, in m/s²; pieces of BREATH_ROWS at most. */
function createModelInput(model: PatternModel, channel: Channel): (t: Float64Array, columns: Column[]) => void | Promise<void> {
  const scale = G / (limitsOf(channel).gravity! * (channel.decimals === null ? 1 : 10 ** channel.decimals));
  const [T, x, y, z] = Array.from({ length: 4 }, () => new Float64Array(BREATH_ROWS)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return (t, columns) => {
    const [X, Y, Z] = columns as [Column, Column, Column];
    let n = 0;
    for (let i = 0; i < t.length; i++) {
      const a = X[i]!, b = Y[i]!, c = Z[i]!;
      if (a === MISSING_INT32 || b === MISSING_INT32 || c === MISSING_INT32 || a !== a || b !== b || c !== c) continue;
      T[n] = t[i]!; x[n] = a * scale; y[n] = b * scale; z[n] = c * scale;
      n++;
    }
    return n > 0 ? model.push(T.subarray(0, n), x.subarray(0, n), y.subarray(0, n), z.subarray(0, n)) : undefined;
  };
}
