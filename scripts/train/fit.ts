/** Fits one activity network: AdamW by hand (warm-up, cosine), label smoothing. */
import { tf, type layers } from './backend.ts';
import { activityNetwork, type NetworkShape } from './network.ts';
import { AUGMENTATION, WINDOW_VALUES, drawWindow, type Augmentation, type KnownClip } from './augment.ts';
import { FEATURES, CHANNELS } from '../../electron/quality/model/features.ts';
import { ACTIVITIES, WINDOW } from '../../electron/quality/model/windows.ts';
import { standardise, type Standard } from '../../electron/quality/model/standard.ts';
import { randomOf, type Random } from './random.ts';

export type Recipe = { epochs: number; draws: number; batch: number; rate: number; decay: number; smoothing: number; augmentation: Augmentation; shape: NetworkShape };
export type Fitted = { model: layers.LayersModel; standard: Standard };

/** Means and deviations of the figures over augmented draws of the training clips. */
export function standardOf(clips: readonly KnownClip[], random: Random, augmentation: Augmentation): Standard {
  const n = clips.length * 4, figures = new Float32Array(n * FEATURES), signal = new Float32Array(WINDOW_VALUES);
  for (let i = 0; i < n; i++) drawWindow(clips[i % clips.length]!, random, augmentation, signal, 0, figures, i * FEATURES);
  const mean = new Float32Array(FEATURES), sd = new Float32Array(FEATURES);
  for (let j = 0; j < FEATURES; j++) {
    let sum = 0, square = 0;
    for (let i = 0; i < n; i++) { const v = figures[i * FEATURES + j]!; sum += v; square += v * v; }
    mean[j] = sum / n; sd[j] = Math.sqrt(Math.max(1e-6, square / n - (sum / n) ** 2));
  }
  return { mean, sd };
}

/** Everything that TensorFlow.js draws (weights, dropout) comes from Math.random unless told a seed of its own. */
export function seedEverything(seed: number): Random {
  const random = randomOf(seed), inner = randomOf(seed ^ 0x5eed);
  Math.random = inner.next;
  return random;
}

export function fitActivity(clips: readonly KnownClip[], seed: number, recipe: Recipe, log: (line: string) => void): Fitted {
  const random = seedEverything(seed);
  // From a stream of its own: the same for every seed.
  const standard = standardOf(clips, randomOf(0x57a2d), recipe.augmentation);
  const model = activityNetwork(recipe.shape);
  const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
  const decayed = new Set(model.trainableWeights.filter((w) => /kernel/.test(w.originalName)).map((w) => (w.read() as tf.Variable).name));
  const optimizer = tf.train.adam(recipe.rate, 0.9, 0.99);
  const { batch } = recipe, perEpoch = Math.floor((clips.length * recipe.draws) / batch), steps = perEpoch * recipe.epochs;
  const signal = new Float32Array(batch * WINDOW_VALUES), figures = new Float32Array(batch * FEATURES), labels = new Float32Array(batch * ACTIVITIES.length);
  let step = 0;
  for (let epoch = 0; epoch < recipe.epochs; epoch++) {
    const order = random.shuffle(clips.flatMap((_, i) => Array<number>(recipe.draws).fill(i)));
    let total = 0;
    for (let b = 0; b < perEpoch; b++, step++) {
      labels.fill(recipe.smoothing / ACTIVITIES.length);
      for (let i = 0; i < batch; i++) {
        const clip = clips[order[b * batch + i]!]!;
        drawWindow(clip, random, recipe.augmentation, signal, i * WINDOW_VALUES, figures, i * FEATURES);
        labels[i * ACTIVITIES.length + clip.label]! += 1 - recipe.smoothing;
      }
      standardise(figures, standard);
      const rate = recipe.rate * Math.min(1, (step + 1) / (perEpoch * 1.5)) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
      (optimizer as unknown as { learningRate: number }).learningRate = rate;
      total += tf.tidy(() => {
        const x = tf.tensor3d(signal, [batch, WINDOW, CHANNELS]), f = tf.tensor2d(figures, [batch, FEATURES]), y = tf.tensor2d(labels, [batch, ACTIVITIES.length]);
        const { value, grads } = tf.variableGrads(() => {
          const logits = model.apply([x, f], { training: true }) as tf.Tensor2D;
          return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), 1)));
        }, variables);
        optimizer.applyGradients(grads as Record<string, tf.Variable>);
        for (const v of variables) if (decayed.has(v.name)) v.assign(tf.mul(v, 1 - rate * recipe.decay));
        return value.dataSync()[0]!;
      });
    }
    if ((epoch + 1) % 5 === 0 || epoch === 0) log(`  epoch ${epoch + 1}/${recipe.epochs} loss ${(total / perEpoch).toFixed(4)}`);
  }
  optimizer.dispose();
  return { model, standard };
}

export const RECIPE: Omit<Recipe, 'shape'> = { epochs: 28, draws: 12, batch: 64, rate: 3e-3, decay: 0.02, smoothing: 0.05, augmentation: AUGMENTATION };
