/** Run as a bundle by training.test.ts: compares gradients with differences along random directions and prints the worst relative error. */
import { layers, openBackend, tf } from '../../../scripts/train/backend.ts';
import { randomOf } from '../../../scripts/train/random.ts';

await openBackend(process.argv[2]!);
const random = randomOf(5);
const draw = (shape: number[]): tf.Tensor => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape);
let worst = 0;
function check(f: (...x: tf.Tensor[]) => tf.Scalar, inputs: tf.Tensor[]): void {
  const gradients = tf.grads(f)(inputs);
  inputs.forEach((input, i) => {
    const along = draw(input.shape), step = 5e-3;
    const at = (k: number): number => f(...inputs.map((x, j) => (j === i ? tf.add(x, tf.mul(along, k * step)) : x))).dataSync()[0]!;
    const difference = (at(1) - at(-1)) / (2 * step), gradient = tf.sum(tf.mul(gradients[i]!, along)).dataSync()[0]!;
    worst = Math.max(worst, Math.abs(difference - gradient) / (Math.abs(difference) + 1));
  });
}
for (const stride of [1, 2]) for (const time of [9, 12]) for (const taps of [3, 5, 7]) {
  check((x, w) => tf.mean(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [1, stride], 'same'))), [draw([2, 1, time, 3]), draw([1, taps, 3, 4])]);
}
check((a, b) => tf.mean(tf.square(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D))), [draw([5, 7]), draw([7, 3])]);
check((x, m, o, s) => tf.mean(tf.square(tf.batchNorm(x!, m as tf.Tensor1D, tf.tensor1d([0.5, 1, 2, 3]), o as tf.Tensor1D, s as tf.Tensor1D, 0.001))), [draw([3, 5, 4]), draw([4]), draw([4]), draw([4])]);
const variance = tf.tensor1d([0.5, 1, 2, 3]);
const [byVariance] = tf.grads((v: tf.Tensor) => tf.mean(tf.square(tf.batchNorm(tf.ones([3, 5, 4]), tf.zeros([4]) as tf.Tensor1D, v as tf.Tensor1D, tf.zeros([4]) as tf.Tensor1D, tf.ones([4]) as tf.Tensor1D, 0))))([variance]);
// With a mean of 0 and a scale of 1 the loss is the mean of 1 / v, so the gradient is −1 / (4 v²).
byVariance!.dataSync().forEach((g, i) => { const right = -0.25 / variance.dataSync()[i]! ** 2; worst = Math.max(worst, Math.abs(g - right) / Math.abs(right)); });
console.log(JSON.stringify({ worst, layers: typeof layers.layers.dense }));
