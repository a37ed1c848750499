/** The networks as the app reads them: batch norm folded into the convolutions, weights as 32-bit floats. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layers, tf } from './backend.ts';
import { ACTIVITIES, CONTEXT_WINDOWS, RATE_HZ, WINDOW } from '../../electron/quality/model/windows.ts';
import { CHANNELS, FEATURES } from '../../electron/quality/model/features.ts';
import type { Standard } from '../../electron/quality/model/standard.ts';
import type { ModelFile } from '../../electron/quality/model/model-file.ts';

const SMALL = 1e-3; // epsilon of batch norm in tfjs-layers

function weightsOf(model: layers.LayersModel, layer: string): Record<string, tf.Tensor> {
  return Object.fromEntries(model.getLayer(layer).weights.map((w) => [w.originalName.split('/').pop()!, w.read()]));
}

/** The activity network without what is only for training. Inputs as those of the trained one; output: log-odds. */
export function runtimeActivity(trained: layers.LayersModel): layers.LayersModel {
  const signal = layers.input({ shape: [WINDOW, CHANNELS], name: 'signal' }), figures = layers.input({ shape: [FEATURES], name: 'figures' });
  const sets: (() => void)[] = [];
  let x = layers.layers.reshape({ name: 'row', targetShape: [1, WINDOW, CHANNELS] }).apply(signal) as layers.SymbolicTensor;
  for (let i = 0; trained.layers.some((l) => l.name === `conv${i}`); i++) {
    const config = trained.getLayer(`conv${i}`).getConfig() as unknown as { filters: number; kernelSize: number[]; strides: number[] };
    const conv = layers.layers.conv2d({ name: `conv${i}`, filters: config.filters, kernelSize: [1, config.kernelSize[0]!], strides: [1, config.strides[0]!], padding: 'same', activation: 'relu' });
    x = conv.apply(x) as layers.SymbolicTensor;
    sets.push(() => tf.tidy(() => {
      const { kernel } = weightsOf(trained, `conv${i}`) as { kernel: tf.Tensor3D };
      const { gamma, beta, moving_mean: mean, moving_variance: variance } = weightsOf(trained, `norm${i}`) as Record<string, tf.Tensor1D>;
      const factor = tf.div(gamma!, tf.sqrt(tf.add(variance!, SMALL)));
      conv.setWeights([tf.expandDims(tf.mul(kernel, factor), 0), tf.sub(beta!, tf.mul(mean!, factor))]);
    }));
  }
  const mean = layers.layers.globalAveragePooling2d({ name: 'mean' }).apply(x) as layers.SymbolicTensor;
  const most = layers.layers.globalMaxPooling2d({ name: 'most' }).apply(x) as layers.SymbolicTensor;
  const dense = (name: string, input: layers.SymbolicTensor, activation?: 'relu'): layers.SymbolicTensor => {
    const units = (trained.getLayer(name).getConfig() as unknown as { units: number }).units;
    const made = layers.layers.dense({ name, units, activation });
    sets.push(() => made.setWeights(trained.getLayer(name).getWeights()));
    return made.apply(input) as layers.SymbolicTensor;
  };
  const joined = layers.layers.concatenate({ name: 'joined' }).apply([mean, most, dense('figuresDense', figures, 'relu')]) as layers.SymbolicTensor;
  const model = layers.model({ inputs: [signal, figures], outputs: dense('activity', dense('headDense', joined, 'relu')) });
  for (const set of sets) set();
  return model;
}

/** The artefact networks, which are trained side by side, as one whose log-odds are their mean. */
export function runtimeArtefact(trained: layers.LayersModel): layers.LayersModel {
  const said = trained.layers.filter((l) => /^artefact\d+$/.test(l.name)).map((l) => l.output as layers.SymbolicTensor);
  return layers.model({ inputs: trained.inputs, outputs: layers.layers.average({ name: 'artefact' }).apply(said) as layers.SymbolicTensor });
}

export type Parts = { activity: layers.LayersModel; artefact: layers.LayersModel; activityStandard: Standard; artefactStandard: Standard; temperature: { window: number; context: number }; artefactThreshold: number; artefactScale: { gain: number; shift: number } };

/** Writes `model.json` and `weights.bin` into a folder, and returns the hash under which the model is known. */
export async function writeModel(folder: string, name: string, parts: Parts): Promise<string> {
  const blobs: Buffer[] = [], networks: ModelFile['networks'] = {} as ModelFile['networks'];
  let offset = 0;
  for (const part of ['activity', 'artefact'] as const) {
    await parts[part].save({ save: async (artifacts) => {
      const bytes = Buffer.from(artifacts.weightData as ArrayBuffer);
      blobs.push(bytes);
      networks[part] = { topology: artifacts.modelTopology as object, weights: artifacts.weightSpecs!, offset, length: bytes.length };
      offset += bytes.length;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    } });
  }
  const round = (v: Float32Array): number[] => [...v].map((x) => Number(x.toPrecision(7)));
  const file: ModelFile = {
    format: 'phdex-pattern/1', name, rate: RATE_HZ, window: WINDOW, context: CONTEXT_WINDOWS, classes: [...ACTIVITIES], networks,
    figures: { activity: { mean: round(parts.activityStandard.mean), sd: round(parts.activityStandard.sd) }, artefact: { mean: round(parts.artefactStandard.mean), sd: round(parts.artefactStandard.sd) } },
    temperature: parts.temperature, artefactScale: parts.artefactScale, artefactThreshold: parts.artefactThreshold,
  };
  const json = `${JSON.stringify(file)}\n`, weights = Buffer.concat(blobs);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.json'), json);
  writeFileSync(join(folder, 'weights.bin'), weights);
  return createHash('sha256').update(json).update(weights).digest('hex');
}
