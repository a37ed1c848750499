/** The model at work on windows, on whichever backend of TensorFlow.js this machine has. Runs in worker threads. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { ARTEFACT_FEATURES, describeArtefacts } from './artefact-features.ts';
import { CHANNELS, FEATURES, describeHeard, hearWindow, mirror, soften } from './features.ts';
import { atPace } from './pace.ts';
import { framesOf, surveyWindow, type Calibration, type WindowSurvey } from './frame.ts';
import type { StoredModel } from './model-file.ts';
import { compress, standardise, type Standard } from './standard.ts';
import { ACTIVITIES, WINDOW, type Axes, type Vector } from './windows.ts';

export type Backend = 'tensorflow' | 'wasm';
/** One row of six log-odds a window, and one log-odds of an artefact a window. */
export type Scores = { activity: Float32Array; artefact: Float32Array };

/** Windows that go through the networks together. */
export const BATCH = 64;
const require = createRequire(import.meta.url);

/**
 * WASM unless told otherwise: its sums are the same to the bit on every machine, so that two validators write the same report. tfjs-node
 * (`tensorflow`, where it is installed and loads) gives the same numbers to 1e-4, which is not enough for that.
 */
export async function openBackend(wanted: Backend = 'wasm'): Promise<Backend> {
  if (wanted === 'tensorflow') {
    require('@tensorflow/tfjs-node');
    if (!await tf.setBackend('tensorflow')) throw new Error('tfjs-node does not start on this machine');
    await tf.ready();
    return 'tensorflow';
  }
  const { setWasmPaths, setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  // One thread each: the workers are the threads, and a sum's order never depends on a machine's cores.
  setThreadsCount(1);
  if (!await tf.setBackend('wasm')) throw new Error('no backend of TensorFlow.js starts on this machine');
  await tf.ready();
  return 'wasm';
}

const standardOf = ({ mean, sd }: { mean: number[]; sd: number[] }): Standard => ({ mean: Float32Array.from(mean), sd: Float32Array.from(sd) });

export class WindowScorer {
  readonly #activity: layers.LayersModel;
  readonly #artefact: layers.LayersModel;
  readonly #figures: { activity: Standard; artefact: Standard };

  private constructor(activity: layers.LayersModel, artefact: layers.LayersModel, figures: { activity: Standard; artefact: Standard }) {
    this.#activity = activity;
    this.#artefact = artefact;
    this.#figures = figures;
  }

  /** `openBackend` comes first. */
  static async load(model: StoredModel): Promise<WindowScorer> {
    const load = async (part: 'activity' | 'artefact'): Promise<layers.LayersModel> => {
      const { topology, weights, offset, length } = model.networks[part];
      return layers.loadLayersModel({ load: async () => ({ modelTopology: topology as never, weightSpecs: weights, weightData: model.weights.slice(offset, offset + length) }) });
    };
    return new WindowScorer(await load('activity'), await load('artefact'), { activity: standardOf(model.figures.activity), artefact: standardOf(model.figures.artefact) });
  }

  /** Surveys the windows at these samples. */
  survey(axes: Axes, starts: ArrayLike<number>): WindowSurvey[] {
    return Array.from(starts, (start) => surveyWindow(axes, start));
  }

  /** Scores the windows at these samples. What lies around a window in the axes is its context; both networks see each window once. */
  score(axes: Axes, starts: ArrayLike<number>, calibration: Calibration): Scores {
    const n = starts.length, activity = new Float32Array(n * ACTIVITIES.length), artefact = new Float32Array(n);
    const frames = framesOf(calibration);
    for (let from = 0; from < n; from += BATCH) {
      const count = Math.min(BATCH, n - from);
      const hands = frames.map(() => ({ signal: new Float32Array(count * WINDOW * CHANNELS), figures: new Float32Array(count * FEATURES) })), signs = new Float32Array(count * ARTEFACT_FEATURES);
      for (let i = 0; i < count; i++) {
        const start = starts[from + i]!, mean = meanOf(axes, start);
        const heard = hearWindow(calibration.pace === 1 ? soften(axes, start) : soften(atPace(axes, start, calibration.pace), 0), 0, calibration.scale);
        frames.forEach((frame, k) => { if (k === 0 || frame !== frames[0]) describeHeard(heard, frame, mean, hands[k]!.signal, i * WINDOW * CHANNELS, hands[k]!.figures, i * FEATURES); });
        describeArtefacts(axes, start, Math.max(0, start - WINDOW), Math.min(axes.x.length, start + 2 * WINDOW), signs, i * ARTEFACT_FEATURES);
      }
      compress(signs, this.#figures.artefact);
      // Nothing tells which hand it was: the mean of what both would say.
      if (frames[1] === frames[0]) { hands[1]!.signal.set(hands[0]!.signal); hands[1]!.figures.set(hands[0]!.figures); }
      mirror(hands[1]!.signal, hands[1]!.figures);
      for (const { signal, figures } of hands) this.#tell(signal, figures, count).forEach((odds, i) => { activity[from * ACTIVITIES.length + i]! += odds / 2; });
      tf.tidy(() => {
        artefact.set((this.#artefact.predict(tf.tensor2d(signs, [count, ARTEFACT_FEATURES]), { batchSize: BATCH }) as tf.Tensor).dataSync(), from);
      });
    }
    return { activity, artefact };
  }

  #tell(signal: Float32Array, figures: Float32Array, count: number): Float32Array {
    const standardised = figures.slice();
    standardise(standardised, this.#figures.activity);
    return tf.tidy(() => (this.#activity.predict([tf.tensor3d(signal, [count, WINDOW, CHANNELS]), tf.tensor2d(standardised, [count, FEATURES])], { batchSize: BATCH }) as tf.Tensor).dataSync() as Float32Array);
  }

  dispose(): void {
    this.#activity.dispose();
    this.#artefact.dispose();
  }
}

function meanOf({ x, y, z }: Axes, start: number): Vector {
  let mx = 0, my = 0, mz = 0;
  for (let i = start; i < start + WINDOW; i++) { mx += x[i]!; my += y[i]!; mz += z[i]!; }
  return [mx / WINDOW, my / WINDOW, mz / WINDOW];
}
