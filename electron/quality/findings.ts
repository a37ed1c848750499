import type { QualityPartName } from '../../shared/domain/quality-report.ts';
import type { Channel } from '../../shared/domain/recording.ts';
import { BROKEN_MS } from './bad-time.ts';
import type { ChannelSignalFacts } from './channel-signal.ts';
import { meanNorm, type MotionFacts } from './motion.ts';
import type { PulseFacts } from './pulse.ts';
import type { Spans } from './spans.ts';
import type { TimingFacts } from './timing.ts';

/** Of the parts that coverage multiplies. They sum to one, so that no moment costs more than losing it would. */
export const WEIGHTS = { regularity: 0.1, signal: 0.4, wear: 0.2, pattern: 0.2, hardware: 0.1 } as const;
export const SHORT_SECONDS = 60;

/** A cost in points of its own part, 0–100; turned into points of the whole when all are known. */
export type Finding = { code: string; part: QualityPartName; channel: string | null; cost: number; sentence: string; spans: Spans | null };

/** Error at rest: below `fine` mg it costs nothing, at `bad` all of the channel's signal; in between it rises evenly. */
export const CALIBRATION = { fine: 50, bad: 400, /** Without rest, the mean norm over all says whether the unit can be right, g. */ mean: [0.6, 4] } as const;

export const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
const most = (cost: number) => Math.max(0, Math.min(100, cost));
const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** What the times cost. @param even whether an even clock is to be expected (beat intervals come when the heart beats) */
export function timeFindings(times: TimingFacts, end: number, even: boolean): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, part: QualityPartName, cost: number, sentence: string, spans: Spans | null) => { found.push({ code, part, channel: null, cost: most(cost), sentence, spans }); };
  const seconds = end / 1e6;
  if (seconds < SHORT_SECONDS) add('too-short', 'coverage', 60 * (1 - seconds / SHORT_SECONDS), `The recording lasts ${Number(seconds.toPrecision(3))} s; below a minute little can be said of it.`, null);
  if (!even) return found;
  add('gap', 'coverage', end > 0 ? (100 * times.lost) / end : 0, `${percent(1 - times.coverage)} of the time has no samples, in ${count(times.gaps.count, 'gap')}.`, times.gaps);
  add('duplicate', 'regularity', 200 * times.duplicates, `${count(times.duplicateRows, 'row has', 'rows have')} the same time as the row before.`, times.duplicateSpans);
  add('jitter', 'regularity', 100 * times.jitter, `${percent(times.jitter)} of the intervals are off the rate by more than a fifth.`, null);
  add('rate-drift', 'regularity', 100 * times.drift, `The rate drifts by more than 1 % in ${percent(times.drift)} of the time.`, times.drifts);
  return found;
}

/**
 * What one channel costs. Costs of coverage are of the whole time, those of the signal of the time in which the channel has values.
 * @param share of the whole that this channel stands for: one over the number of channels
 * @param end, covered microseconds of the recording, and of it with rows
 */
export function channelFindings(channel: Channel, facts: ChannelSignalFacts, motion: MotionFacts | null, windows: WindowCosts | null, pulse: PulseFacts | null, { share, end, covered }: { share: number; end: number; covered: number }): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, part: QualityPartName, cost: number, sentence: string, spans: Spans | null) => { const c = most(cost) * share; if (c > 0) found.push({ code, part, channel: channel.name, cost: c, sentence, spans }); };
  if (facts.present === 0) {
    add('missing', 'coverage', 100, `The channel ${channel.name} has no value.`, null);
    return found;
  }
  const lost = facts.missingTime + (pulse?.lost ?? 0);
  const there = Math.max(1, covered - lost);
  const time = (t: number) => (100 * t) / there;
  if (end > 0) {
    add('missing', 'coverage', (100 * facts.missingTime) / end, `${percent(Math.min(1, facts.missingTime / end))} of the values of ${channel.name} are missing.`, facts.missingSpans);
    if (pulse) add('missing', 'coverage', (100 * pulse.lost) / end, `Beats are missing in ${percent(Math.min(1, pulse.lost / end))} of the time of ${channel.name}.`, pulse.lostSpans);
  }
  const { kinds } = facts.bad;
  add('out-of-range', 'signal', time(kinds['out-of-range'].time), `${count(facts.outRows, 'row')} of ${channel.name} ${facts.outRows === 1 ? 'holds' : 'hold'} values that no sensor on a body gives.`, kinds['out-of-range'].spans);
  add('flat', 'signal', time(kinds.flat.time), `${channel.name} does not move at all for ${percent(Math.min(1, kinds.flat.spans.length / there))} of the time.`, kinds.flat.spans);
  add('clipped', 'signal', time(kinds.clipped.time), `${count(facts.clippedRows, 'value')} of ${channel.name} ${facts.clippedRows === 1 ? 'stands' : 'stand'} at the sensor's limit.`, kinds.clipped.spans);
  add('implausible', 'signal', time(kinds.implausible.time), `${channel.name} jumps ${count(facts.steps, 'time')} faster than a body can.`, kinds.implausible.spans);
  if (windows) {
    add('noise', 'signal', time(windows.noise.time), `${channel.name} is noise and no movement for ${percent(Math.min(1, windows.noise.time / there))} of the time.`, windows.noise.spans);
    add('quantised', 'signal', time(windows.coarse.time), `${channel.name} comes in steps too coarse for a movement in ${percent(Math.min(1, windows.coarse.time / there))} of the time.`, windows.coarse.spans);
  }
  if (pulse) {
    const what = channel.kind === 'rr-interval' ? 'more than a fifth of the beats are no heart\'s' : 'no pulse can be read';
    add('unusable', 'signal', time(pulse.unusable), `In ${percent(Math.min(1, pulse.unusable / there))} of the time of ${channel.name} ${what}.`, pulse.unusableSpans);
  }
  if (motion) {
    const calibration = calibrationCost(motion, meanNorm(motion, (w) => facts.bad.inWindow!.get(w) >= BROKEN_MS));
    if (calibration) add(calibration.code, 'signal', calibration.cost, calibration.sentence(channel), null);
  }
  return found;
}

export type WindowCosts = { noise: { time: number; spans: Spans }; coarse: { time: number; spans: Spans } };

function calibrationCost({ calibration }: MotionFacts, mean: number | null): { code: string; cost: number; sentence: (c: Channel) => string } | null {
  const unit = (where: string, g: number) => (channel: Channel) => `${where} the acceleration is ${Number(g.toPrecision(3))} g, not 1 g: its unit is probably not ${channel.unit}, or gravity was taken out.`;
  if (calibration.why === 'too-few') {
    if (mean === null || (mean >= CALIBRATION.mean[0] && mean <= CALIBRATION.mean[1])) return null;
    return { code: 'unit', cost: 100, sentence: unit('On average', mean) };
  }
  const mg = calibration.errorBefore * 1000;
  if (mg >= CALIBRATION.bad) return { code: 'unit', cost: 100, sentence: unit('At rest', 1 + (mean !== null && mean < 1 ? -1 : 1) * calibration.errorBefore) };
  if (mg <= CALIBRATION.fine) return null;
  return { code: 'calibration', cost: (100 * (mg - CALIBRATION.fine)) / (CALIBRATION.bad - CALIBRATION.fine), sentence: () => `At rest the acceleration is ${Number(mg.toPrecision(3))} mg off 1 g: the sensor is badly calibrated.` };
}

/** A model errs in a window now and then: so much of the time costs nothing. */
export const PATTERN_GRACE = 0.03;
/** Below a minute a model has seen too little. */
export const PATTERN_MIN_US = 60_000_000;

/** What the model's verdicts cost: time that is no person's movement, and moving time that it could not judge (so that nobody gains by rows left out here and there). */
export function patternFindings(channel: string, [artefact, unjudged]: [Shown, Shown]): Finding[] {
  const cost = (share: number) => most((100 * Math.max(0, share - PATTERN_GRACE)) / (1 - PATTERN_GRACE));
  const first = cost(artefact.share);
  return [
    { code: 'artefact', part: 'pattern', channel, cost: first, sentence: `${percent(artefact.share)} of the time does not look like a person's movement.`, spans: artefact.spans },
    { code: 'unjudged', part: 'pattern', channel, cost: cost(artefact.share + unjudged.share) - first, sentence: `In ${percent(unjudged.share)} of the time it moves, but too much is missing to tell whether that is a person.`, spans: unjudged.spans },
  ];
}
type Shown = { share: number; spans: Spans };
