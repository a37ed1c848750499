import type { DeviceEntry } from '../../shared/domain/device.ts';
import type { QualityPart, QualityReason, QualityReport } from '../../shared/domain/quality.ts';
import { EVENT_KINDS, type Channel, type ChannelKind, type SampleBatch } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { createHardwareCheck } from './hardware/contradictions.ts';
import { entryHash } from './hardware/registry.ts';
import { createSignal, type SignalFacts } from './signal.ts';
import type { Spans } from './spans.ts';
import { createTiming, type TimingFacts } from './timing.ts';

/** Changes whenever the same rows may score differently. */
export const RULES = 'phdex-quality/1';

const WEIGHTS = { coverage: 0.3, regularity: 0.2, signal: 0.5, pattern: 0.3, hardware: 0.1 } as const;
type PartName = keyof typeof WEIGHTS;
const SHORT_SECONDS = 60;

/** A cost in points of its own part, 0–100; turned into points of the whole when all are known. */
type Finding = { code: string; part: PartName; channel: string | null; cost: number; sentence: string; spans: Spans | null };

/**
 * Scores a recording in one pass and bounded memory. Times may be absolute or relative: they count from the first row.
 * Deterministic: no clock, no random numbers, no function whose last digit differs between machines, and the same for
 * the owner's rows and for those that a validator decoded, however they come in batches.
 * @throws AppError `too-few-samples`, `cancelled`
 */
export async function scoreRecording(
  { channels, device = null }: { channels: Channel[]; simulated: boolean; /** Of the signed list; null where no device is known or none is meant: then the part `hardware` counts nothing. */ device?: DeviceEntry | null },
  batches: AsyncIterable<SampleBatch>,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void } = {},
): Promise<QualityReport> {
  const timing = createTiming();
  const signals = channels.map((channel) => createSignal(channel));
  const hardware = device && createHardwareCheck(device, channels);
  let start = NaN;
  let rows = 0;
  for await (const { t, columns } of batches) {
    if (signal?.aborted) throw new AppError('cancelled', 'Scoring was cancelled.');
    if (t.length === 0) continue;
    if (rows === 0) start = t[0]!;
    const relative = start === 0 ? t : t.map((x) => x - start);
    timing.push(relative);
    let at = 0;
    for (const s of signals) {
      const own = columns.slice(at, at + s.channel.components.length);
      s.push(relative, own);
      at += own.length;
    }
    hardware?.push(relative, columns);
    rows += t.length;
    onProgress?.(rows, null);
  }
  if (rows < 2) throw new AppError('too-few-samples', `A recording of ${rows} samples cannot be scored.`, { hint: 'A recording needs at least two samples.' });

  const times = timing.finish();
  const seconds = times.end / 1e6;
  const findings = [...timeFindings(times, seconds, channels), ...signals.flatMap((s) => signalFindings(s.channel, s.finish())), ...(hardware?.finish() ?? []).map((f): Finding => ({ ...f, part: 'hardware' }))].filter((f) => f.cost > 0);
  const scoreOf = (part: PartName) => Math.max(0, 100 - findings.filter((f) => f.part === part).reduce((sum, f) => sum + f.cost, 0));
  const scores: Record<PartName, number | null> = { coverage: scoreOf('coverage'), regularity: scoreOf('regularity'), signal: scoreOf('signal'), pattern: null, hardware: hardware ? scoreOf('hardware') : null };
  const counted = (Object.keys(WEIGHTS) as PartName[]).filter((p) => scores[p] !== null);
  const weight = counted.reduce((sum, p) => sum + WEIGHTS[p], 0);
  const parts = (Object.keys(WEIGHTS) as PartName[]).map((name): QualityPart => ({ name, score: scores[name] === null ? null : two(scores[name]), weight: scores[name] === null ? 0 : two(WEIGHTS[name] / weight) }));
  const total = counted.reduce((sum, p) => sum + (scores[p]! * WEIGHTS[p]) / weight, 0);
  const reasons = findings
    .map((f): QualityReason => ({ code: f.code, channel: f.channel, cost: two((f.cost * WEIGHTS[f.part]) / weight), sentence: f.sentence, spans: f.spans?.longest() ?? [], spanCount: f.spans?.count ?? 0 }))
    .filter((r) => r.cost > 0)
    .sort((a, b) => b.cost - a.cost || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0) || ((a.channel ?? '') < (b.channel ?? '') ? -1 : 1));
  return {
    version: 1, rules: RULES, model: null, ...(device ? { hardware: { device: device.id, entry: entryHash(device) } } : {}),
    // Rounded down: 100 is for a recording in which nothing was found.
    score: Math.max(0, Math.min(100, Math.floor(total + 1e-9))),
    parts, reasons, rows, durationSeconds: seconds, rateHz: times.base > 0 ? Number((1e6 / times.base).toPrecision(6)) : 0,
  };
}

const two = (n: number) => Math.round(n * 100) / 100;
const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`;
const most = (cost: number) => Math.min(100, cost);

/** Of events, and of nothing that a sensor samples all the time. */
const ofEvents = (channels: Channel[]): boolean => channels.some((c) => EVENT_KINDS.includes(c.kind)) && !channels.some((c) => SAMPLED.includes(c.kind));
const SAMPLED: readonly ChannelKind[] = ['acceleration', 'gyroscope', 'ecg', 'ppg'];

function timeFindings(times: TimingFacts, seconds: number, channels: Channel[]): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, part: PartName, cost: number, sentence: string, spans: Spans | null) => { found.push({ code, part, channel: null, cost: most(cost), sentence, spans }); };
  if (seconds < SHORT_SECONDS) add('too-short', 'coverage', 60 * (1 - seconds / SHORT_SECONDS), `The recording lasts ${Number(seconds.toPrecision(3))} s; below a minute little can be said of it.`, null);
  // Beat intervals come when the heart beats, events when they happen: an even clock is not to be expected of them.
  if (channels.every((c) => c.kind === 'rr-interval') || ofEvents(channels)) return found;
  add('gap', 'coverage', 100 * (1 - times.coverage), `${percent(1 - times.coverage)} of the time has no samples, in ${times.gaps.count} ${times.gaps.count === 1 ? 'gap' : 'gaps'}.`, times.gaps);
  add('duplicate', 'regularity', 200 * times.duplicates, `${times.duplicateRows} rows have the same time as the row before.`, times.duplicateSpans);
  add('jitter', 'regularity', 100 * times.jitter, `${percent(times.jitter)} of the intervals are off the rate by more than a fifth.`, null);
  add('rate-drift', 'regularity', 100 * times.drift, `The rate drifts by more than 1 % in ${percent(times.drift)} of the time.`, times.drifts);
  return found;
}

function signalFindings(channel: Channel, facts: SignalFacts): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, part: PartName, cost: number, sentence: string, spans: Spans | null) => { found.push({ code, part, channel: channel.name, cost: most(cost), sentence, spans }); };
  if (facts.present === 0) {
    add('missing', 'signal', 100, `The channel ${channel.name} has no value.`, null);
    return found;
  }
  add('missing', 'coverage', 100 * facts.missing, `${percent(facts.missing)} of the values of ${channel.name} are missing.`, facts.missingSpans);
  add('out-of-range', 'signal', spread(facts.outOfRange, 10), `${facts.outRows} rows of ${channel.name} hold values that no sensor on a body gives.`, facts.out);
  add('flat', 'signal', 150 * facts.flat, `${channel.name} does not move at all for ${percent(facts.flat)} of the time.`, facts.flatSpans);
  add('clipped', 'signal', spread(facts.clipped, 4), `${facts.clippedRows} values of ${channel.name} stand at the sensor's limit.`, facts.clippedSpans);
  add('implausible', 'signal', spread(facts.jumps, 10), `${channel.name} jumps ${facts.jumpCount} times faster than a body can.`, facts.jumpSpans);
  if (facts.norm) {
    const { g, atRest } = facts.norm;
    const where = atRest ? 'at rest' : 'on average';
    const [fine, bad] = atRest ? [[0.85, 1.15], [0.6, 1.5]] : [[0.7, 4], [0.5, 6]];
    if (g < bad[0]! || g > bad[1]!) add('implausible', 'signal', 100, `${where === 'at rest' ? 'At rest' : 'On average'} the acceleration is ${Number(g.toPrecision(3))} g, not 1 g: its unit is probably not ${channel.unit}, or gravity was taken out.`, null);
    else if (g < fine[0]! || g > fine[1]!) add('implausible', 'signal', 20, `The acceleration is ${Number(g.toPrecision(3))} g ${where}, not 1 g: the sensor is badly calibrated.`, null);
  }
  return found;
}

/** A share that matters from the first per mille on: `factor` points a per cent, and never nothing where there is something. */
const spread = (share: number, factor: number) => most(share * 100 * factor);
