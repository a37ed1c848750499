/** The trained model behind the seam `PatternModel`: rows in, probabilities of activity and artefact out, a day at a time. */
import { CONTEXT_WINDOWS, WINDOW, type Axes } from './windows.ts';
import { calibrationOf, type WindowSurvey } from './frame.ts';
import { artefactProbability, classProbabilities } from './probability.ts';
import { Resampler } from './resample.ts';
import { ScorePool } from './score-pool.ts';
import { PATTERN_CLASSES, PATTERN_ONE, type PatternModel, type PatternWindows } from '../pattern-model.ts';

/** Windows that are scored together (a day): the forearm and the scale are found in all of them, and in those before. */
const CHUNK_WINDOWS = 8640;
/** Surveys of gait and stillness that are remembered of the days before. */
const REMEMBERED = 2000;
/** A window with fewer of its instants recorded is not judged. */
const LEAST_PRESENT = 0.9 * WINDOW;

let shared: ScorePool | null = null;
function sharedPool(): ScorePool {
  if (shared === null || shared.broken) shared = new ScorePool();
  return shared;
}

export type TrainedModelOptions = {
  /** Threads of the caller's; closed by the caller. */
  pool?: ScorePool;
  /** Whether a window's activity is told from it and its neighbours (30 s) or from it alone. Default: from 30 s. */
  context?: boolean;
  /** Windows in a chunk. Default: a day. */
  chunkWindows?: number;
  /** Whether somebody asks for what a window shows: only such windows, and those that speak in the probabilities of such, are scored. Default: all. */
  asked?: (window: number) => boolean;
};

/** Opens the model for three axes of wrist acceleration in m/s², in any order and at any rate of 5 Hz or more. */
export function openTrainedModel({ pool = sharedPool(), context = true, chunkWindows = CHUNK_WINDOWS, asked }: TrainedModelOptions = {}): PatternModel {
  /** Samples at 20 Hz in a chunk, with one window of context before and after. */
  const chunk = (chunkWindows + 2) * WINDOW;
  /** Before the start there is nothing, which no sample is like. */
  const newChunk = (): Axes => {
    const [x, y, z] = [0, 1, 2].map(() => new Float32Array(new SharedArrayBuffer(chunk * 4)).fill(NaN, 0, WINDOW)) as [Float32Array, Float32Array, Float32Array];
    return { x, y, z };
  };
  let axes: Axes | null = null;
  const present = new Uint8Array(chunk);
  /** Instants from the recording's start at which the chunk begins, and how far it is filled. Its first window is context. */
  let begin = -WINDOW, filled = WINDOW;
  let surveyed: WindowSurvey[] = [];
  /** One entry a chunk. */
  const found: PatternWindows[] = [];
  const waiting: { first: number; x: Float32Array; y: Float32Array; z: Float32Array; present: Uint8Array }[] = [];

  const resampler = new Resampler((first, x, y, z, there, length) => waiting.push({ first, x: x.slice(0, length), y: y.slice(0, length), z: z.slice(0, length), present: there.slice(0, length) }));

  /** A window's neighbours speak in its probabilities: at a recording's end two on one side (`classProbabilities`). */
  const isHeard = (window: number): boolean => { for (let near = window - CONTEXT_WINDOWS + 1; near < window + CONTEXT_WINDOWS; near++) if (asked!(near)) return true; return false; };
  const score = async (last: boolean): Promise<void> => {
    if (axes === null) return;
    const windows: number[] = [];
    // The last window of a full chunk is the next one's first: here it is context.
    for (let start = WINDOW; start + WINDOW <= (last ? filled : chunk - WINDOW); start += WINDOW) {
      let count = 0;
      for (let i = start; i < start + WINDOW; i++) count += present[i]!;
      if (count >= LEAST_PRESENT) windows.push(start);
    }
    if (windows.length > 0) {
      const surveys = await pool.survey(axes, Int32Array.from(windows));
      surveyed = [...surveyed, ...surveys.filter((s) => s.gait > 0 || s.still)];
      const starts = Int32Array.from(asked === undefined ? windows : windows.filter((start) => isHeard((begin + start) / WINDOW)));
      const scores = await pool.score(axes, starts, calibrationOf(surveyed));
      if (surveyed.length > REMEMBERED) { const step = surveyed.length / REMEMBERED; surveyed = Array.from({ length: REMEMBERED }, (_, i) => surveyed[Math.floor(i * step)]!); }
      const width = PATTERN_CLASSES.length;
      const classes = classProbabilities(scores.activity, width, [...starts].map((s) => s / WINDOW), context ? CONTEXT_WINDOWS : 1, context ? pool.model.temperature.context : pool.model.temperature.window);
      found.push({
        index: starts.map((start) => (begin + start) / WINDOW),
        classes: Uint16Array.from(classes, (p) => Math.round(p * PATTERN_ONE)),
        artefact: Uint16Array.from(scores.artefact, (odds) => Math.round(artefactProbability(odds, pool.model.artefactScale) * PATTERN_ONE)),
      });
    }
    if (!last) {
      // The last two windows go on as the next chunk's context and first.
      for (const a of [axes.x, axes.y, axes.z]) a.copyWithin(0, chunk - 2 * WINDOW);
      present.copyWithin(0, chunk - 2 * WINDOW).fill(0, 2 * WINDOW);
      begin += chunk - 2 * WINDOW;
      filled = 2 * WINDOW;
    }
  };

  /** Lays samples that wait into the chunk, scoring each chunk that is full. */
  const lay = async (): Promise<void> => {
    for (const block of waiting.splice(0)) {
      axes ??= newChunk();
      let from = 0;
      while (from < block.x.length) {
        const at = block.first + from - begin;
        if (at >= chunk) { fill(axes, filled, chunk); filled = chunk; await score(false); continue; }
        fill(axes, filled, at);
        const n = Math.min(chunk - at, block.x.length - from);
        axes.x.set(block.x.subarray(from, from + n), at); axes.y.set(block.y.subarray(from, from + n), at); axes.z.set(block.z.subarray(from, from + n), at);
        present.set(block.present.subarray(from, from + n), at);
        filled = at + n; from += n;
      }
    }
  };
  /** Where nothing was recorded the last value stands; such windows are not judged. */
  const fill = (to: Axes, from: number, end: number): void => {
    if (end <= from) return;
    for (const a of [to.x, to.y, to.z]) a.fill(from > WINDOW ? a[from - 1]! : NaN, from, end);
    present.fill(0, from, end);
  };

  return {
    name: pool.model.name,
    sha256: pool.model.sha256,
    artefactThreshold: Math.round(pool.model.artefactThreshold * PATTERN_ONE),
    push(t, x, y, z) {
      resampler.push(t, x, y, z);
      return waiting.length > 0 ? lay() : undefined;
    },
    async finish(): Promise<PatternWindows> {
      resampler.finish();
      await lay();
      if (axes !== null) { const end = Math.ceil(filled / WINDOW) * WINDOW; fill(axes, filled, end); filled = end; await score(true); }
      axes = null;
      const count = found.reduce((n, f) => n + f.index.length, 0);
      const index = new Int32Array(count), classes = new Uint16Array(count * PATTERN_CLASSES.length), artefact = new Uint16Array(count);
      let at = 0;
      for (const f of found) { index.set(f.index, at); classes.set(f.classes, at * PATTERN_CLASSES.length); artefact.set(f.artefact, at); at += f.index.length; }
      return { index, classes, artefact };
    },
    close() { axes = null; waiting.length = 0; },
  };
}
