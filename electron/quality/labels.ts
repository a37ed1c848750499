import { LABEL_NAMES, MAX_LABELLED_SPANS, MOVEMENT_NAMES, type LabelledSpan, type Movement, type QualityLabels, type SpanLabel } from '../../shared/domain/quality-report.ts';
import { BROKEN_MS } from './bad-time.ts';
import { BREATH, breathe } from './breathe.ts';
import { Flag, WINDOW_US, isMoving, type MotionFacts } from './motion.ts';
import { PATTERN_CLASSES, PATTERN_ONE, type PatternWindows } from './pattern-model.ts';
import type { Sleep } from './sleep.ts';
import { createSeries } from './series.ts';
import { BLOCK_US } from './signals/non-wear.ts';
import type { WearVerdict } from './wear.ts';

/**
 * Probabilities that rules give, where no model speaks. Our choice: a rule that needs all axes says more than one that needs
 * two; none is certain.
 */
export const RULE_P = { broken: 0.95, noise: 0.9, coarse: 0.8, still: 0.95, 'mostly-still': 0.8, implausible: 0.6, asleep: 0.85, 'sleep-window': 0.6 } as const;
/** SD of the norm over 10 s, g, at which activity is as likely as rest (our choice; MAD cut-points for light activity at the wrist lie at 25–40 mg). */
export const ACTIVE_SD = 0.035;

/** `unjudged`: it moves, and the model that was asked has no answer. */
export type WindowVerdict = { label: SpanLabel; p: number; movement: Movement | null; unjudged?: boolean };
export type Judge = {
  motion: MotionFacts;
  /** Milliseconds of a window that are not to be believed. */
  badMs: (window: number) => number;
  wear: ReadonlyMap<number, WearVerdict>;
  sleep: Sleep;
  pattern: PatternWindows | null;
  artefactThreshold: number;
};

/** Follows the windows of a recording in time order and says what each shows. At most one label a window; null: too few samples. */
export function createWindowJudge({ motion, badMs, wear, sleep, pattern, artefactThreshold }: Judge): (window: number) => WindowVerdict | null {
  let at = 0;
  return (window) => {
    const flags = motion.flags.get(window);
    if ((flags & Flag.seen) === 0) return null;
    const say = (label: SpanLabel, p: number, movement: Movement | null = null): WindowVerdict => ({ label, p, movement });
    if (badMs(window) >= BROKEN_MS) return say('artefact', RULE_P.broken);
    if (flags & Flag.noise) return say('artefact', RULE_P.noise);
    if (flags & Flag.coarse) return say('artefact', RULE_P.coarse);
    const worn = wear.get(Math.floor((window * WINDOW_US) / BLOCK_US)) ?? 'worn';
    if (worn !== 'worn') return say('not-worn', RULE_P[worn]);
    const spread = motion.spread.get(window) / 10_000;
    const unjudged = pattern !== null && isMoving(motion.spread.get(window));
    if (pattern && unjudged) {
      while (at < pattern.index.length && pattern.index[at]! < window) at++;
      if (pattern.index[at] === window) return byModel(pattern, at, artefactThreshold, say);
    }
    const byRules = (): WindowVerdict => {
      const asleep = [0, 1].filter((k) => sleep.asleep(2 * window + k)).length;
      if (asleep > 0) return say('sleep', asleep === 2 ? RULE_P.asleep : RULE_P['sleep-window']);
      const p = (spread * spread) / (spread * spread + ACTIVE_SD * ACTIVE_SD);
      return p >= 0.5 ? say('activity', p) : say('rest', 1 - p);
    };
    return unjudged ? { ...byRules(), unjudged } : byRules();
  };
}

function byModel(pattern: PatternWindows, at: number, threshold: number, say: (label: SpanLabel, p: number, movement?: Movement) => WindowVerdict): WindowVerdict {
  const artefact = pattern.artefact[at]!;
  if (artefact >= threshold) return say('artefact', artefact / PATTERN_ONE);
  const own = pattern.classes.subarray(at * PATTERN_CLASSES.length, (at + 1) * PATTERN_CLASSES.length);
  let best = 0;
  let resting = 0;
  own.forEach((p, c) => { if (p > own[best]!) best = c; if (PATTERN_CLASSES[c] === 'sit' || PATTERN_CLASSES[c] === 'stand') resting += p; });
  const movement = PATTERN_CLASSES[best]!;
  const rest = resting / PATTERN_ONE;
  return rest >= 0.5 ? say('rest', rest, movement) : say('activity', 1 - rest, movement);
}

type Run = { from: number; to: number; sum: number; n: number; label: SpanLabel; movement: Movement | null };

/** Windows that are said as one, where single ones would be too many spans: 10 s, then 20 s, half a minute, and so on. */
const UNITS = [1, 2, 3, 6, 12, 18, 30, 60, 90, 180, 360] as const;
/** A label and a movement as one small number; 0 is for none. */
const codeOf = ({ label, movement }: WindowVerdict) => 1 + LABEL_NAMES.indexOf(label) + LABEL_NAMES.length * (movement ? 1 + MOVEMENT_NAMES.indexOf(movement) : 0);
const CODES = 1 + LABEL_NAMES.length * (1 + MOVEMENT_NAMES.length);
const labelAt = (code: number): number => (code - 1) % LABEL_NAMES.length;
const movementOf = (code: number): Movement | null => MOVEMENT_NAMES[Math.floor((code - 1) / LABEL_NAMES.length) - 1] ?? null;

/** Gathers what windows show, and tells it as spans: three bytes a window, whatever their number. */
export function createLabels() {
  const seconds = new Map<SpanLabel, number>(LABEL_NAMES.map((l) => [l, 0]));
  const movements = new Map<Movement, number>();
  const codes = createSeries((n) => new Uint8Array(n), 0);
  const certain = createSeries((n) => new Uint16Array(n), 0);

  /** Of the unit under way, by code: its windows and the sum of their probabilities; and the codes in the order in which they came. */
  const counts = new Int32Array(CODES);
  const sums = new Float64Array(CODES);
  const voted: number[] = [];
  const byLabel = new Int32Array(LABEL_NAMES.length);

  /** What most windows of the unit show, and its movement; the first of those that are level. */
  function elect(): Omit<Run, 'from' | 'to'> {
    byLabel.fill(0);
    let n = 0;
    for (const code of voted) { byLabel[labelAt(code)]! += counts[code]!; n += counts[code]!; }
    let label = 0;
    for (let l = 1; l < byLabel.length; l++) if (byLabel[l]! > byLabel[label]!) label = l;
    let [sum, best] = [0, 0];
    for (const code of voted) {
      if (labelAt(code) !== label) continue;
      sum += sums[code]!;
      if (best === 0 || counts[code]! > counts[best]! || (counts[code] === counts[best] && code < best)) best = code;
    }
    for (const code of voted) { counts[code] = 0; sums[code] = 0; }
    voted.length = 0;
    return { sum, n, label: LABEL_NAMES[label]!, movement: movementOf(best) };
  }

  /** Each unit as what most of its windows show; null as soon as there are too many spans. */
  async function runsOf(unit: number, most: number): Promise<Run[] | null> {
    const runs: Run[] = [];
    let [from, to] = [0, 0];
    const end = () => {
      if (voted.length === 0) return;
      const unitRun = elect();
      const last = runs.at(-1);
      if (last && last.to === from && last.label === unitRun.label && last.movement === unitRun.movement) { last.to = to; last.sum += unitRun.sum; last.n += unitRun.n; }
      else runs.push({ from, to, ...unitRun });
    };
    for (const stretch of codes.stretches()) {
      for (let w = stretch.from; w < stretch.to; w++) {
        if (w % BREATH === 0) await breathe();
        const code = codes.get(w);
        if (code === 0) continue;
        if (voted.length > 0 && (w >= to + unit || Math.floor(w / unit) !== Math.floor(from / unit))) { end(); if (runs.length > most) return null; }
        if (voted.length === 0) from = w;
        to = w + 1;
        if (counts[code] === 0) voted.push(code);
        counts[code]!++;
        sums[code]! += certain.get(w) / 10_000;
      }
    }
    end();
    return runs.length > most ? null : runs;
  }

  return {
    /** @param seen seconds of the window that hold samples */
    add(window: number, verdict: WindowVerdict, seen: number): void {
      const { label, p, movement } = verdict;
      seconds.set(label, seconds.get(label)! + seen);
      if (movement) movements.set(movement, (movements.get(movement) ?? 0) + seen);
      codes.set(window, codeOf(verdict));
      certain.set(window, Math.round(p * 10_000));
    },
    async finish(): Promise<QualityLabels> {
      let runs: Run[] | null = null;
      for (let i = 0; runs === null; i++) runs = await runsOf(UNITS[i] ?? UNITS.at(-1)! * 2 ** (i - UNITS.length + 1), MAX_LABELLED_SPANS);
      return {
        seconds: Object.fromEntries(LABEL_NAMES.map((l) => [l, round(seconds.get(l)!, 1)])) as Record<SpanLabel, number>,
        movements: Object.fromEntries(MOVEMENT_NAMES.filter((m) => movements.has(m)).map((m) => [m, round(movements.get(m)!, 1)])),
        spans: runs.map(({ from, to, sum, n, label, movement }): LabelledSpan => ({
          from: from * WINDOW_US, to: to * WINDOW_US, label, p: round(sum / n, 2), ...(movement ? { movement } : {}),
        })),
      };
    },
  };
}

const round = (v: number, digits: number) => Math.round(v * 10 ** digits) / 10 ** digits;
