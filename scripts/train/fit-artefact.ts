/** Fits the artefact network on figures: real windows against generated artefacts, and against figures that no window has. */
import { layers, tf } from './backend.ts';
import { ARTEFACT_FEATURES } from '../../electron/quality/model/artefact-features.ts';
import { compress, type Standard } from '../../electron/quality/model/standard.ts';
import { seedEverything } from './fit.ts';
import type { Draws } from './artefact-data.ts';

export type ArtefactFitted = { model: layers.LayersModel; standard: Standard };
export type ArtefactRecipe = { epochs: number; batch: number; rate: number; widths: number[]; members: number; strange: number; dropout: number };
export const ARTEFACT_RECIPE: ArtefactRecipe = { epochs: 14, batch: 128, rate: 2e-3, widths: [128, 64], members: 3, strange: 0.15, dropout: 0.1 };

/** Several networks side by side, two at least, whose log-odds are averaged. Output: log-odds [batch, members]. */
export function artefactNetwork({ widths, members, dropout }: ArtefactRecipe): layers.LayersModel {
  const input = layers.input({ shape: [ARTEFACT_FEATURES], name: 'figures' });
  const said = Array.from({ length: members }, (_, m) => {
    let x = input as layers.SymbolicTensor;
    widths.forEach((units, i) => {
      x = layers.layers.dense({ name: `dense${i}of${m}`, units, activation: i === 0 ? 'elu' : 'relu', kernelInitializer: 'heNormal' }).apply(x) as layers.SymbolicTensor;
      if (dropout > 0) x = layers.layers.dropout({ name: `dropout${i}of${m}`, rate: dropout }).apply(x) as layers.SymbolicTensor;
    });
    return layers.layers.dense({ name: `artefact${m}`, units: 1 }).apply(x) as layers.SymbolicTensor;
  });
  return layers.model({ inputs: input, outputs: layers.layers.concatenate({ name: 'members' }).apply(said) as layers.SymbolicTensor });
}

/** By the real windows' own spread, so that what is far from them is far in every figure. */
export function realStandard({ figures, kinds }: Draws): Standard {
  const mean = new Float32Array(ARTEFACT_FEATURES), sd = new Float32Array(ARTEFACT_FEATURES);
  const n = kinds.filter((k) => k === null).length;
  for (let j = 0; j < ARTEFACT_FEATURES; j++) {
    let sum = 0, square = 0;
    kinds.forEach((k, i) => { if (k === null) { const v = figures[i * ARTEFACT_FEATURES + j]!; sum += v; square += v * v; } });
    mean[j] = sum / n; sd[j] = Math.max(0.01, Math.sqrt(Math.max(0, square / n - (sum / n) ** 2)));
  }
  return { mean, sd };
}

function compressed(figures: Float32Array, standard: Standard): Float32Array {
  const out = figures.slice();
  compress(out, standard);
  return out;
}

export function fitArtefact(draws: Draws, seed: number, recipe: ArtefactRecipe = ARTEFACT_RECIPE): ArtefactFitted {
  const random = seedEverything(seed);
  const standard = realStandard(draws), inputs = compressed(draws.figures, standard);
  const F = ARTEFACT_FEATURES, real: number[] = [], wrong: number[] = [];
  draws.kinds.forEach((k, i) => (k === null ? real : wrong).push(i));
  const model = artefactNetwork(recipe);
  const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
  const kernels = new Set(model.trainableWeights.filter((w) => /kernel/.test(w.originalName)).map((w) => (w.read() as tf.Variable).name));
  const optimizer = tf.train.adam(recipe.rate, 0.9, 0.99);
  const { batch } = recipe, half = batch / 2, perEpoch = Math.floor(wrong.length / half), steps = perEpoch * recipe.epochs;
  const x = new Float32Array(batch * F), y = new Float32Array(batch);
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < batch; i++) {
      const isReal = i < half;
      const strange = !isReal && random.chance(recipe.strange);
      const row = strange || isReal ? real[random.below(real.length)]! : wrong[random.below(wrong.length)]!;
      x.set(inputs.subarray(row * F, row * F + F), i * F);
      if (strange) {
        // A window that keeps most of a real one's figures and has some that no arm gave: one-class learning by example.
        const changed = 2 + random.below(14), far = random.between(1.5, 5);
        for (let k = 0; k < changed; k++) x[i * F + random.below(F)] = far * random.normal();
      }
      y[i] = isReal ? 0.01 : 0.99;
    }
    const rate = recipe.rate * Math.min(1, (step + 1) / 200) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    (optimizer as unknown as { learningRate: number }).learningRate = rate;
    tf.tidy(() => {
      const input = tf.tensor2d(x, [batch, F]), wanted = tf.tensor2d(y, [batch, 1]);
      const { grads } = tf.variableGrads(() => {
        const logit = model.apply(input, { training: true }) as tf.Tensor2D;
        return tf.mul(tf.mean(tf.sub(tf.softplus(logit), tf.mul(logit, wanted))), recipe.members);
      }, variables);
      optimizer.applyGradients(grads as Record<string, tf.Variable>);
      for (const v of variables) if (kernels.has(v.name)) v.assign(tf.mul(v, 1 - rate * 0.02));
    });
  }
  optimizer.dispose();
  return { model, standard };
}

/** Logits, one a row. */
export function artefactLogits({ model, standard }: ArtefactFitted, figures: Float32Array): Float32Array {
  if (figures.length === 0) return new Float32Array(0);
  return tf.tidy(() => tf.mean(model.predict(tf.tensor2d(compressed(figures, standard), [figures.length / ARTEFACT_FEATURES, ARTEFACT_FEATURES])) as tf.Tensor2D, 1).dataSync() as Float32Array);
}
