/** The pieces of work that training is made of; each runs in a process of its own (`train.ts`). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { atPace } from '../../electron/quality/model/pace.ts';
import { describeWindow, mirror, soften, CHANNELS, FEATURES } from '../../electron/quality/model/features.ts';
import { ARTEFACT_FEATURES, describeArtefacts } from '../../electron/quality/model/artefact-features.ts';
import { standardise, type Standard } from '../../electron/quality/model/standard.ts';
import { UNKNOWN_FRAME, framesOf } from '../../electron/quality/model/frame.ts';
import { ACTIVITIES, WINDOW } from '../../electron/quality/model/windows.ts';
import { KINDS } from './artefacts.ts';
import { drawArtefacts, type Draws } from './artefact-data.ts';
import { WINDOW_VALUES, knowClips, meanOf, type KnownClip, type Surroundings } from './augment.ts';
import { tf, type layers } from './backend.ts';
import { CONDITIONS, under } from './conditions.ts';
import { fitActivity, RECIPE } from './fit.ts';
import { ARTEFACT_RECIPE, artefactLogits, artefactNetwork, fitArtefact } from './fit-artefact.ts';
import { accuracyOf, rowsOf } from './metrics.ts';
import { SHAPE, activityNetwork } from './network.ts';
import { randomOf } from './random.ts';
import { OTHER_DEVICE, type Clip } from './wisdm.ts';

type Saved = { mean: number[]; sd: number[]; weights: { shape: number[]; values: string }[] };
export type ActivityJob = { kind: 'activity'; name: string; seed: number; train: number[]; test: number[]; epochs?: number; weights?: string; predictions?: string };
export type ArtefactJob = { kind: 'artefact'; name: string; seed: number; train: number[]; threshold: number[]; test: number[]; /** Kinds to judge without having been trained on. */ leaveOut: string[]; each: number; weights?: string; scores?: string };
export type Job = ActivityJob | ArtefactJob;

/** Log-odds of the windows of one clip, row by row. */
export type ClipPrediction = { person: number; label: number; logits: number[] };
export type Predictions = Record<string, ClipPrediction[]>;
/** Log-odds of artefact, by what the windows are. */
export type ArtefactScores = { thresholdReal: number[]; testReal: number[]; testPlain: { label: number; score: number }[]; otherDevice: number[]; kinds: Record<string, number[]>; leftOut: Record<string, { thresholdReal: number[]; found: number[] }> };

function save(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

function saveWeights(path: string, model: layers.LayersModel, standard: Standard): void {
  save(path, { mean: [...standard.mean], sd: [...standard.sd], weights: model.getWeights().map((w) => ({ shape: w.shape, values: Buffer.from((w.dataSync() as Float32Array).slice().buffer).toString('base64') })) } satisfies Saved);
}

export function loadWeights(path: string, of: 'activity' | 'artefact'): { model: layers.LayersModel; standard: Standard } {
  const saved = JSON.parse(readFileSync(path, 'utf8')) as Saved;
  const model = of === 'activity' ? activityNetwork(SHAPE) : artefactNetwork(ARTEFACT_RECIPE);
  model.setWeights(saved.weights.map(({ shape, values }) => { const b = Buffer.from(values, 'base64'); return tf.tensor(new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length)), shape); }));
  return { model, standard: { mean: Float32Array.from(saved.mean), sd: Float32Array.from(saved.sd) } };
}

/** Windows back to back through one network, as the app asks it. */
function predict(model: layers.LayersModel, standard: Standard, clips: readonly KnownClip[], surroundings: Surroundings): ClipPrediction[] {
  return clips.map((clip) => {
    const n = Math.floor(clip.axes.x.length / WINDOW), signal = new Float32Array(n * WINDOW_VALUES), figures = new Float32Array(n * FEATURES);
    const frames = surroundings === 'window' ? [UNKNOWN_FRAME, UNKNOWN_FRAME] : framesOf(clip.known[surroundings]), pace = surroundings === 'window' ? 1 : clip.known[surroundings].pace;
    const odds = new Float64Array(n * ACTIVITIES.length);
    frames.forEach((frame, hand) => {
      for (let i = 0; i < n; i++) describeWindow(pace === 1 ? soften(clip.axes, i * WINDOW) : soften(atPace(clip.axes, i * WINDOW, pace), 0), 0, frame, meanOf(clip.axes, i * WINDOW), signal, i * WINDOW_VALUES, figures, i * FEATURES);
      if (hand === 1) mirror(signal, figures);
      standardise(figures, standard);
      const said = tf.tidy(() => (model.predict([tf.tensor3d(signal, [n, WINDOW, CHANNELS]), tf.tensor2d(figures, [n, FEATURES])]) as tf.Tensor2D).dataSync() as Float32Array);
      said.forEach((v, i) => { odds[i]! += v / 2; });
    });
    return { person: clip.person, label: clip.label, logits: [...odds].map((v) => Math.round(v * 1e4) / 1e4) };
  });
}

export function runActivity(job: ActivityJob, clips: readonly Clip[], log: (line: string) => void): void {
  const of = (people: readonly number[]): Clip[] => clips.filter((c) => people.includes(c.person));
  // Weights that a run before this one left are judged as they are.
  const { model, standard } = job.weights !== undefined && existsSync(job.weights) ? loadWeights(job.weights, 'activity') : fitActivity(knowClips(of(job.train)), job.seed, { ...RECIPE, shape: SHAPE, epochs: job.epochs ?? RECIPE.epochs }, log);
  if (job.weights !== undefined && !existsSync(job.weights)) saveWeights(job.weights, model, standard);
  if (job.predictions === undefined) return;
  const predictions: Predictions = {}, test = of(job.test), other = knowClips(of([OTHER_DEVICE]));
  for (const condition of Object.keys(CONDITIONS)) predictions[condition] = predict(model, standard, knowClips(under(condition, test, (p) => randomOf(p))), 'recording');
  for (const s of ['clip', 'window'] as const) predictions[`frame from ${s}`] = predict(model, standard, knowClips(test), s);
  predictions['1637'] = predict(model, standard, other, 'recording');
  predictions['1637, frame from window'] = predict(model, standard, other, 'window');
  save(job.predictions, predictions);
  log(`  as recorded: ${[1, 3].map((c) => (100 * accuracyOf(rowsOf(predictions['as recorded']!, c))).toFixed(1)).join(' / ')} %, 1637: ${(100 * accuracyOf(rowsOf(predictions['1637']!, 1))).toFixed(1)} %`);
}

/** Every window as recorded, with its neighbours for context. */
function plainFigures(clips: readonly Clip[]): { figures: Float32Array; labels: number[] } {
  const starts = clips.flatMap((c) => Array.from({ length: Math.floor(c.axes.x.length / WINDOW) }, (_, i) => [c, i * WINDOW] as const));
  const figures = new Float32Array(starts.length * ARTEFACT_FEATURES);
  starts.forEach(([c, s], row) => describeArtefacts(c.axes, s, Math.max(0, s - WINDOW), Math.min(c.axes.x.length, s + 2 * WINDOW), figures, row * ARTEFACT_FEATURES));
  return { figures, labels: starts.map(([c]) => c.label) };
}

function without({ figures, kinds }: Draws, kind: string): Draws {
  const rows = kinds.flatMap((k, i) => (k === kind ? [] : [i])), out = new Float32Array(rows.length * ARTEFACT_FEATURES);
  rows.forEach((row, i) => out.set(figures.subarray(row * ARTEFACT_FEATURES, (row + 1) * ARTEFACT_FEATURES), i * ARTEFACT_FEATURES));
  return { figures: out, kinds: rows.map((row) => kinds[row]!) };
}

export function runArtefact(job: ArtefactJob, clips: readonly Clip[], log: (line: string) => void): void {
  const of = (people: readonly number[]): Clip[] => clips.filter((c) => people.includes(c.person));
  const train = drawArtefacts(of(job.train), randomOf(job.seed), { real: KINDS.length * job.each * 0.6, each: job.each, kinds: KINDS, honest: true });
  log(`  ${train.kinds.length} windows drawn`);
  const fitted = fitArtefact(train, job.seed);
  if (job.weights !== undefined) saveWeights(job.weights, fitted.model, fitted.standard);
  if (job.scores === undefined) return;
  // A third of the windows that set the threshold are as recorded, the rest as other honest watches would have recorded them.
  const thresholdDraws = drawArtefacts(of(job.threshold), randomOf(job.seed + 1), { real: 1500, each: 0, kinds: [], honest: true }), thresholdPlain = plainFigures(of(job.threshold)).figures;
  const test = drawArtefacts(of(job.test), randomOf(job.seed + 2), job.test.length === 0 ? { real: 0, each: 0, kinds: [], honest: true } : { real: 1500, each: 120, kinds: KINDS, honest: true }), plain = plainFigures(of(job.test)), other = plainFigures(of([OTHER_DEVICE])).figures;
  const round = (v: Float32Array): number[] => [...v].map((x) => Math.round(x * 1e4) / 1e4);
  const reals = (f: typeof fitted): number[] => [...round(artefactLogits(f, thresholdPlain)), ...round(artefactLogits(f, thresholdDraws.figures))];
  const all = round(artefactLogits(fitted, test.figures));
  const scores: ArtefactScores = {
    thresholdReal: reals(fitted), testReal: all.filter((_, i) => test.kinds[i] === null),
    testPlain: round(artefactLogits(fitted, plain.figures)).map((score, i) => ({ score, label: plain.labels[i]! })),
    otherDevice: round(artefactLogits(fitted, other)), kinds: Object.fromEntries(KINDS.map((k) => [k, all.filter((_, i) => test.kinds[i] === k)])), leftOut: {},
  };
  for (const kind of job.leaveOut) {
    const other = fitArtefact(without(train, kind), job.seed, { ...ARTEFACT_RECIPE, epochs: Math.ceil(ARTEFACT_RECIPE.epochs / 3) });
    const rows = test.kinds.flatMap((k, i) => (k === kind ? [i] : [])), figures = new Float32Array(rows.length * ARTEFACT_FEATURES);
    rows.forEach((row, i) => figures.set(test.figures.subarray(row * ARTEFACT_FEATURES, (row + 1) * ARTEFACT_FEATURES), i * ARTEFACT_FEATURES));
    scores.leftOut[kind] = { thresholdReal: reals(other), found: round(artefactLogits(other, figures)) };
    other.model.dispose();
    log(`  without ${kind}`);
  }
  save(job.scores, scores);
}
