import { LABEL_NAMES, MAX_LABELLED_SPANS, MOVEMENT_NAMES, type LabelledSpan, type Movement, type QualityLabels, type SpanLabel } from '../../shared/domain/quality-report.ts';
import { BROKEN_MS } from './bad-time.ts';
import { Flag, WINDOW_US, type MotionFacts } from './motion.ts';
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
/** Below this SD (g) a model of movement has nothing to go by: a sleeper is no artefact. */
export const MOVING_SD = 0.013;

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
    const unjudged = pattern !== null && spread >= MOVING_SD;
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
const labelOf = (code: number): SpanLabel => LABEL_NAMES[(code - 1) % LABEL_NAMES.length]!;
const movementOf = (code: number): Movement | null => MOVEMENT_NAMES[Math.floor((code - 1) / LABEL_NAMES.length) - 1] ?? null;

/** Gathers what windows show, and tells it as spans: three bytes a window, whatever their number. */
export function createLabels() {
  const seconds = new Map<SpanLabel, number>(LABEL_NAMES.map((l) => [l, 0]));
  const movements = new Map<Movement, number>();
  const codes = createSeries((n) => new Uint8Array(n), 0);
  const certain = createSeries((n) => new Uint16Array(n), 0);

  /** Each unit as what most of its windows show; null as soon as there are too many spans. */
  function runsOf(unit: number, most: number): Run[] | null {
    const runs: Run[] = [];
    const votes = new Map<number, { n: number; sum: number }>();
    let [from, to] = [0, 0];
    const end = () => {
      if (votes.size === 0) return;
      const windows = [...votes.values()].reduce((sum, v) => sum + v.n, 0);
      const labels = LABEL_NAMES.map((label) => ({ label, n: [...votes].reduce((sum, [code, v]) => (labelOf(code) === label ? sum + v.n : sum), 0) }));
      const { label } = labels.reduce((best, l) => (l.n > best.n ? l : best));
      const own = [...votes].filter(([code]) => labelOf(code) === label);
      const movement = movementOf(own.reduce((best, v) => (v[1].n > best[1].n || (v[1].n === best[1].n && v[0] < best[0]) ? v : best))[0]);
      const sum = own.reduce((total, [, v]) => total + v.sum, 0);
      const last = runs.at(-1);
      if (last && last.to === from && last.label === label && last.movement === movement) { last.to = to; last.sum += sum; last.n += windows; }
      else runs.push({ from, to, sum, n: windows, label, movement });
      votes.clear();
    };
    for (const stretch of codes.stretches()) {
      for (let w = stretch.from; w < stretch.to; w++) {
        const code = codes.get(w);
        if (code === 0) continue;
        if (votes.size > 0 && (w >= to + unit || Math.floor(w / unit) !== Math.floor(from / unit))) { end(); if (runs.length > most) return null; }
        if (votes.size === 0) from = w;
        to = w + 1;
        const vote = votes.get(code) ?? { n: 0, sum: 0 };
        vote.n++;
        vote.sum += certain.get(w) / 10_000;
        votes.set(code, vote);
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
    finish(): QualityLabels {
      let runs: Run[] | null = null;
      for (let i = 0; runs === null; i++) runs = runsOf(UNITS[i] ?? UNITS.at(-1)! * 2 ** (i - UNITS.length + 1), MAX_LABELLED_SPANS);
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
