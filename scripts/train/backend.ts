/**
 * TensorFlow.js on WASM, made able to train: the stock gradients of convolution are missing there and that of a matrix product is
 * slow, so both are registered again in terms of kernels that are fast. `../shared/reference/training-on-wasm.md` has the measurements.
 * This file and what imports it run as one bundle (`main.ts`): core's Node build registers no gradients at all.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as layers from '@tensorflow/tfjs-layers';

type Convolution = { strides: [number, number] | number; pad: 'same' | 'valid' | number };

/** [batch, 1, time, in] with a filter [1, taps, in, out]: the shape that a 1-D convolution takes in core. */
function geometry(time: number, taps: number, { strides, pad }: Convolution): { stride: number; left: number; steps: number } {
  const stride = Array.isArray(strides) ? strides[1] : strides;
  if (pad === 'valid' || pad === 0) return { stride, left: 0, steps: Math.floor((time - taps) / stride) + 1 };
  if (pad !== 'same') throw new Error(`no gradient for a padding of ${String(pad)}`);
  const steps = Math.ceil(time / stride);
  return { stride, left: Math.floor(Math.max(0, (steps - 1) * stride + taps - time) / 2), steps };
}

/** dL/dfilter: the input's patches side by side, transposed, times the output's gradient. */
export function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, taps: number, conv: Convolution): tf.Tensor4D {
  const [batch, , time, input] = x.shape, output = dy.shape[3];
  const { stride, left, steps } = geometry(time, taps, conv);
  const phases = (steps + Math.ceil(taps / stride)) * stride;
  const padded = tf.pad(tf.slice(tf.reshape(x, [batch, time, input]), [0, 0, 0], [batch, Math.min(time, phases - left), input]), [[0, 0], [left, Math.max(0, phases - left - time)], [0, 0]]);
  const phased = tf.reshape(padded, [batch, phases / stride, stride * input]);
  const patches: tf.Tensor[] = [];
  for (let k = 0; k < taps; k++) patches.push(tf.reshape(tf.slice(phased, [0, Math.floor(k / stride), (k % stride) * input], [batch, steps, input]), [batch * steps, input]));
  const columns = tf.transpose(tf.concat(patches, 1));
  return tf.reshape(tf.matMul(columns, tf.reshape(dy, [batch * steps, output])), [1, taps, input, output]);
}

/** dL/dx: the output's gradient spread out by the stride, convolved with the filter turned round. */
export function inputGradient(filter: tf.Tensor4D, dy: tf.Tensor4D, time: number, conv: Convolution): tf.Tensor4D {
  const [, taps] = filter.shape;
  const [batch, , steps, output] = dy.shape;
  const { stride, left } = geometry(time, taps, conv);
  let spread: tf.Tensor = dy;
  if (stride > 1) spread = tf.reshape(tf.pad(tf.reshape(dy, [batch, steps, 1, output]), [[0, 0], [0, 0], [0, stride - 1], [0, 0]]), [batch, 1, steps * stride, output]);
  const before = taps - 1 - left, wanted = time + taps - 1;
  const kept = Math.min(steps * stride, wanted - before);
  const placed = tf.pad(tf.slice(spread, [0, 0, 0, 0], [batch, 1, kept, output]), [[0, 0], [0, 0], [before, wanted - before - kept], [0, 0]]) as tf.Tensor4D;
  return tf.conv2d(placed, tf.transpose(tf.reverse(filter, [1]), [0, 1, 3, 2]) as tf.Tensor4D, 1, 'valid');
}

tf.unregisterGradient('Conv2D');
tf.registerGradient({
  kernelName: 'Conv2D', inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const conv = attrs as unknown as Convolution;
    return { x: () => inputGradient(filter, dy as tf.Tensor4D, x.shape[2], conv), filter: () => filterGradient(x, dy as tf.Tensor4D, filter.shape[1], conv) };
  },
});
tf.unregisterGradient('BatchMatMul');
tf.registerGradient({
  kernelName: 'BatchMatMul', inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    if (attrs['transposeA'] === true || attrs['transposeB'] === true) throw new Error('only plain products are trained here');
    const [a, b] = saved as [tf.Tensor2D, tf.Tensor2D];
    const turned = (t: tf.Tensor2D): tf.Tensor2D => tf.transpose(t, t.rank === 2 ? [1, 0] : [0, 2, 1]);
    return { a: () => tf.matMul(dy as tf.Tensor2D, turned(b)), b: () => tf.matMul(turned(a), dy as tf.Tensor2D) };
  },
});

tf.unregisterGradient('FusedBatchNorm');
tf.registerGradient({
  kernelName: 'FusedBatchNorm', inputsToSave: ['x', 'mean', 'variance', 'scale'],
  // The stock one lays the mean out over the whole input (tile), which costs more than all convolutions together.
  gradFunc: (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const width = mean.shape[0], rows = x.size / width, ones = tf.ones([1, rows]) as tf.Tensor2D;
    const flat = tf.reshape(dy as tf.Tensor, [rows, width]);
    const root = tf.rsqrt(tf.add(variance, (attrs as unknown as { varianceEpsilon: number }).varianceEpsilon));
    const down = (t: tf.Tensor): tf.Tensor1D => tf.reshape(tf.matMul(ones, t as tf.Tensor2D), [width]);
    const sum = down(flat);
    // Sum of dy · (x − mean) without a centred copy of x.
    const along = tf.sub(down(tf.mul(flat, tf.reshape(x, [rows, width]))), tf.mul(mean, sum));
    return {
      x: () => tf.reshape(tf.mul(flat, tf.mul(root, scale)), x.shape),
      mean: () => tf.neg(tf.mul(sum, tf.mul(root, scale))),
      variance: () => tf.mul(tf.mul(along, tf.mul(scale, -0.5)), tf.mul(root, tf.mul(root, root))),
      scale: () => tf.mul(along, root),
      offset: () => sum,
    };
  },
});

/** Starts the backend from the folder of its .wasm files. */
export async function openBackend(folder: string): Promise<void> {
  setWasmPaths(folder.endsWith('/') ? folder : `${folder}/`);
  if (!await tf.setBackend('wasm')) throw new Error('the WASM backend of TensorFlow.js did not start');
  await tf.ready();
}

export { layers, tf };
