/** The network of activities: four convolutions over a window's channels, its figures joined to the head. */
import { layers, tf } from './backend.ts';
import { ACTIVITIES, WINDOW } from '../../electron/quality/model/windows.ts';
import { CHANNELS, FEATURES } from '../../electron/quality/model/features.ts';

export type NetworkShape = { widths: [number, number, number, number]; figures: number; head: number; dropout: number; featureDropout: number };
export const SHAPE: NetworkShape = { widths: [24, 40, 56, 56], figures: 48, head: 64, dropout: 0.4, featureDropout: 0.2 };

/** Inputs: channels [batch, WINDOW, CHANNELS] and standardised figures [batch, FEATURES]; output: logits [batch, 6]. */
export function activityNetwork(shape: NetworkShape = SHAPE): layers.LayersModel {
  const signal = layers.input({ shape: [WINDOW, CHANNELS], name: 'signal' });
  const figures = layers.input({ shape: [FEATURES], name: 'figures' });
  let x = signal as layers.SymbolicTensor;
  const taps = [7, 5, 5, 3], strides = [2, 2, 2, 1];
  shape.widths.forEach((filters, i) => {
    x = layers.layers.conv1d({ name: `conv${i}`, filters, kernelSize: taps[i]!, strides: strides[i]!, padding: 'same', useBias: false, kernelInitializer: 'heNormal' }).apply(x) as layers.SymbolicTensor;
    x = layers.layers.batchNormalization({ name: `norm${i}`, momentum: 0.95 }).apply(x) as layers.SymbolicTensor;
    x = layers.layers.reLU({ name: `relu${i}` }).apply(x) as layers.SymbolicTensor;
  });
  const mean = layers.layers.globalAveragePooling1d({ name: 'mean' }).apply(x) as layers.SymbolicTensor;
  const most = layers.layers.globalMaxPooling1d({ name: 'most' }).apply(x) as layers.SymbolicTensor;
  let f = layers.layers.dropout({ name: 'figuresDropout', rate: shape.featureDropout }).apply(figures) as layers.SymbolicTensor;
  f = layers.layers.dense({ name: 'figuresDense', units: shape.figures, activation: 'relu', kernelInitializer: 'heNormal' }).apply(f) as layers.SymbolicTensor;
  let head = layers.layers.concatenate({ name: 'joined' }).apply([mean, most, f]) as layers.SymbolicTensor;
  head = layers.layers.dropout({ name: 'headDropout', rate: shape.dropout }).apply(head) as layers.SymbolicTensor;
  head = layers.layers.dense({ name: 'headDense', units: shape.head, activation: 'relu', kernelInitializer: 'heNormal' }).apply(head) as layers.SymbolicTensor;
  head = layers.layers.dropout({ name: 'lastDropout', rate: shape.dropout / 2 }).apply(head) as layers.SymbolicTensor;
  const logits = layers.layers.dense({ name: 'activity', units: ACTIVITIES.length }).apply(head) as layers.SymbolicTensor;
  return layers.model({ inputs: [signal, figures], outputs: logits });
}

export { tf };
