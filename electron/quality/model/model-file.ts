/** The trained model on disk: `model.json` and `weights.bin` in `resources/models/phdex-wrist`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { io } from '@tensorflow/tfjs-core';
import { ARTEFACT_FEATURES } from './artefact-features.ts';
import { FEATURES } from './features.ts';
import { ACTIVITIES, RATE_HZ, WINDOW } from './windows.ts';

type NetworkFile = { topology: object; weights: io.WeightsManifestEntry[]; /** Bytes in weights.bin. */ offset: number; length: number };
type FiguresFile = { mean: number[]; sd: number[] };

export type ModelFile = {
  format: 'phdex-pattern/1';
  name: string;
  rate: number;
  window: number;
  context: number;
  classes: string[];
  networks: { activity: NetworkFile; artefact: NetworkFile };
  figures: { activity: FiguresFile; artefact: FiguresFile };
  /** Logits are divided by these before they become probabilities, of one window and of the mean over a window and its neighbours. */
  temperature: { window: number; context: number };
  /** An artefact's logit becomes a probability as 1 / (1 + exp(−(gain · logit + shift))). */
  artefactScale: { gain: number; shift: number };
  /** An artefact from this probability on. */
  artefactThreshold: number;
};

export type StoredModel = ModelFile & { weights: ArrayBuffer; sha256: string };

const FOLDER = new URL('../../../resources/models/phdex-wrist/', import.meta.url);

/** Reads and checks the model that comes with the app. */
export function readModel(folder: URL = FOLDER): StoredModel {
  let json: Buffer, weights: Buffer;
  try {
    json = readFileSync(new URL('model.json', folder));
    weights = readFileSync(new URL('weights.bin', folder));
  } catch (cause) {
    throw new AppError('file-not-found', 'The pattern model that comes with PHDex is not there.', { hint: 'Install PHDex again, or run `npm run train`.', cause });
  }
  const file = JSON.parse(json.toString('utf8')) as ModelFile;
  const fits = file.format === 'phdex-pattern/1' && file.rate === RATE_HZ && file.window === WINDOW && file.classes.join() === ACTIVITIES.join()
    && file.figures.activity.mean.length === FEATURES && file.figures.artefact.mean.length === ARTEFACT_FEATURES
    && weights.length === file.networks.activity.length + file.networks.artefact.length;
  if (!fits) throw new AppError('format-unknown', `The pattern model «${String(file.name)}» was made for another version of PHDex.`, { hint: 'Install PHDex again, or run `npm run train`.' });
  return { ...file, weights: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length) as ArrayBuffer, sha256: createHash('sha256').update(json).update(weights).digest('hex') };
}
