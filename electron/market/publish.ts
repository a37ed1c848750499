import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Demographics, Label } from '../../shared/domain/label.ts';
import type { RecordingInfo, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { Span } from '../../shared/api/common.ts';
import { buildLabel } from '../datasets/anonymise.ts';
import { examinePart, leaveOut, mergeSpans, type KeptPart } from '../datasets/leave-out.ts';
import { MIN_STATISTICS_ROWS } from '../datasets/statistics.ts';
import { relativeBatches, segmentRecording } from '../datasets/segment.ts';
import type { DeviceEntry } from '../../shared/domain/device.ts';
import { recognise, refusalOf } from '../quality/hardware/recognise.ts';
import type { DeviceRegistry } from '../quality/hardware/registry.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { sealDataset } from '../vault/seal-dataset.ts';
import { checkThreshold } from '../vault/split.ts';
import { cidBytes } from './cid-bytes.ts';
import { chooseKeepers } from './choose-keepers.ts';
import type { MarketNetwork, MarketReads, Sent, Submitter } from './ports.ts';
import type { ParticipantRow } from '../../shared/domain/chain.ts';

export type PublishRequest = {
  recordingId: string;
  title: string;
  description: string;
  tags: string[];
  demographics: Demographics;
  /** PHD wei. */
  price: bigint;
  keepers: number;
  threshold: number;
  keepersBps: number;
  validatorBps: number;
  namedKeepers?: Hex[];
  /** Microseconds from the start of the recording that never leave the machine. */
  exclude?: Span[];
  /** Whether the label carries mean, deviation and extremes. */
  statistics?: boolean;
};

/** What a publication has reached; kept in SQLite so that one that was interrupted goes on where it was. */
export type Publication = {
  id: string;
  request: PublishRequest;
  /** Index of the account that lists it, null for the profile's own; missing from those of earlier versions, which all are its own. */
  account?: number | null;
  state: 'started' | 'sealed' | 'stored' | 'listed';
  sealed: SealedFacts | null;
  cid: string | null;
  datasetId: number | null;
};

export type SealedFacts = {
  contentHash: Hex; recordRoot: Hex; nonce: Hex; keepers: Hex[]; commitments: Hex[];
  sourceBytes: number; plainBytes: number; sealedBytes: number; rows: number; quality: number;
};

export type PublicationStore = { save(publication: Publication): void; get(id: string): Publication | undefined; remove(id: string): void; unfinished(): Publication[] };

export type PublishDeps = {
  reads: MarketReads;
  /** Of the account that lists it. */
  submit: Submitter;
  account?: number | null;
  /** X25519 key of that account, for requests. */
  contact?: Uint8Array;
  network: MarketNetwork;
  /** The person's own account, which keeps nothing of its own. */
  me: Hex;
  recordings: { get(id: string): RecordingInfo | undefined; read(id: string): AsyncIterable<SampleBatch> };
  keepers(): ParticipantRow[];
  minStake: bigint;
  maxPrice: bigint;
  /** Least that each of the k paid keepers must get of a sale, in PHD wei. */
  minKeeperFee: bigint;
  /** The list of validated hardware in use. */
  registry(): DeviceRegistry;
  blobs: Pick<BlobStore, 'addDirectory' | 'pin' | 'unpin' | 'addresses'>;
  publications: PublicationStore;
  /** Keeps the dataset key for later grants, encrypted under the wallet. */
  keepDatasetKey(nonce: Hex, key: Uint8Array): void;
  forgetDatasetKey(nonce: Hex): void;
  /** Connects to these keepers, who will fetch from here; that one does not answer is no error. */
  reach?(keepers: readonly Hex[]): Promise<void>;
  /** Folder for sealed blobs on their way into the store. Ciphertext only. */
  workDir: string;
};

export type PublishStep = 'score' | 'seal' | 'store' | 'list';
export type PublishEvents = { signal?: AbortSignal; onStart?: (id: string) => void; onStep?: (step: PublishStep, seconds: number) => void; onProgress?: (step: PublishStep, done: number, total: number | null) => void };
export type Published = { publication: Publication; datasetId: number; cid: string; sent: Sent; label: Label | null };

/** Highest cuts in basis points, as contracts/src/market/Datasets.sol has them: at least 30 % of a sale is the owner's. */
const MAX_CUT = { keepers: 5000, validator: 2000 } as const;

/** Refuses what the contract would refuse, before anything is sealed. */
export function checkTerms(request: PublishRequest, limits: { maxPrice: bigint; minKeeperFee: bigint }): void {
  if (request.price <= 0n) throw new AppError('price-invalid', `A price of ${request.price} cannot be listed.`, { hint: 'Name a price above zero; to share without a price, grant access instead.' });
  if (request.price > limits.maxPrice) throw new AppError('price-invalid', `The price is above the ${limits.maxPrice / 10n ** 18n} PHD that can ever exist.`, { hint: 'Name a price that somebody can pay.' });
  for (const [name, bps] of [['keepers', request.keepersBps], ['validator', request.validatorBps]] as const) {
    if (!Number.isInteger(bps) || bps < 0 || bps > MAX_CUT[name]) throw new AppError('rule-invalid', `The ${name}' cut of ${bps} basis points is not between 0 and ${MAX_CUT[name]}.`, { hint: '100 basis points are 1 %.' });
  }
  checkThreshold(request.keepers, request.threshold);
  const fee = (request.price * BigInt(request.keepersBps)) / 10_000n / BigInt(request.threshold);
  if (fee < limits.minKeeperFee) {
    throw new AppError('price-invalid', `Each of ${request.threshold} keepers would get ${fee} of a sale (in 10^-18 PHD); the network asks for at least ${limits.minKeeperFee}.`, { hint: 'Raise the price or the keepers’ cut, or lower the threshold.' });
  }
}

/**
 * Scores, labels, seals, stores and lists a recording; goes on where an earlier try of the same publication stopped, by
 * the terms that it was sealed for. What is refused before it is sealed leaves nothing, and neither does what the
 * contract refuses.
 */
export async function publishRecording(asked: PublishRequest, deps: PublishDeps, events: PublishEvents = {}, id = randomBytes(8).toString('hex')): Promise<Published> {
  let publication = deps.publications.get(id) ?? { id, request: asked, account: deps.account ?? null, state: 'started' as const, sealed: null, cid: null, datasetId: null };
  const { request } = publication;
  const save = (change: Partial<Publication>) => { publication = { ...publication, ...change }; deps.publications.save(publication); };
  const step = async <T>(name: PublishStep, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    events.onStep?.(name, (performance.now() - began) / 1000);
    return result;
  };
  const dir = join(deps.workDir, `${id}.sealed`);
  let label: Label | null = null;

  if (publication.state === 'started') {
    checkTerms(request, deps);
    const info = deps.recordings.get(request.recordingId);
    if (!info) throw new AppError('invalid-argument', `There is no recording ${request.recordingId} in this profile.`, { hint: 'Import one with `phdex import`; `phdex list --recordings` shows what is there.' });
    const recognition = recognise(info.source, deps.registry());
    const refused = refusalOf(recognition, deps.network);
    if (refused) throw new AppError(recognition.cause === 'simulated' ? 'simulated-refused' : 'device-unknown', refused.message, { hint: refused.hint });
    const chosen = chooseKeepers(deps.keepers(), { n: request.keepers, threshold: request.threshold, named: request.namedKeepers, owner: deps.me, minStake: deps.minStake, seed: randomBytes(16) });
    events.onStart?.(id);
    const exclude = mergeSpans(request.exclude ?? []);
    const rows = () => relativeBatches(info, deps.recordings.read(info.id));
    const part = await step('score', () => examinePart(info, rows(), { device: recognition.entry, signal: events.signal, onProgress: (done) => events.onProgress?.('score', done, info.rows) }, exclude));
    label = labelOf(part, request, recognition.entry);
    await step('seal', () => seal(part, label!, chosen, leaveOut(rows(), exclude)));
  }
  if (publication.state === 'sealed') {
    const { cid } = await step('store', async () => {
      const added = await deps.blobs.addDirectory(dir, { signal: events.signal, onProgress: (done, total) => events.onProgress?.('store', done, total) });
      await deps.blobs.pin(added.cid, { signal: events.signal });
      return added;
    });
    save({ state: 'stored', cid });
  }
  const sealed = publication.sealed!;
  await deps.reach?.(sealed.keepers);
  const sent = await step('list', () => deps.submit.send({
    key: `publish:${id}`, contract: 'market', method: 'publish',
    args: [{
      contentHash: sealed.contentHash, recordRoot: sealed.recordRoot, nonce: sealed.nonce, price: request.price, keepersBps: request.keepersBps,
      validatorBps: request.validatorBps, threshold: request.threshold, cid: cidBytes(publication.cid!), keepers: sealed.keepers, commitments: sealed.commitments,
    }],
  }, { signal: events.signal })).catch(async (error: unknown) => {
    if (isAppError(error, 'chain-reverted') && error.details.reason) await abandon();
    throw error;
  });
  const datasetId = Number(sent.events.find((e) => e.name === 'DatasetPublished')!.args.datasetId);
  save({ state: 'listed', datasetId });
  await rm(dir, { recursive: true, force: true });
  return { publication, datasetId, cid: publication.cid!, sent, label };

  /** The contract will never take it: nothing of it stays. */
  async function abandon(): Promise<void> {
    deps.publications.remove(id);
    deps.forgetDatasetKey(sealed.nonce);
    await deps.blobs.unpin(publication.cid!);
    await rm(dir, { recursive: true, force: true });
  }

  async function seal({ info, report: quality }: KeptPart, sealLabel: Label, chosen: ParticipantRow[], rows: AsyncIterable<SampleBatch>): Promise<void> {
    await rm(dir, { recursive: true, force: true });
    const result = await sealDataset({
      segments: segmentRecording({ channels: info.channels }, rows, { signal: events.signal, onProgress: (done) => events.onProgress?.('seal', done, info.rows) }),
      label: sealLabel, channels: info.channels, quality, threshold: request.threshold, // A fresh account names no place: one peer in two manifests would tell that they are one person's.
      providers: publication.account === null || publication.account === undefined ? deps.blobs.addresses() : [], contact: deps.contact, outDir: dir,
      keepers: chosen.map((c) => ({ address: c.address, encryptionKey: Buffer.from(c.encryptionKey.slice(2), 'hex') })),
      keep: (key: Uint8Array, nonce: Hex) => deps.keepDatasetKey(nonce, key), signal: events.signal,
    });
    save({
      state: 'sealed',
      sealed: {
        contentHash: result.contentHash, recordRoot: result.manifest.recordRoot as Hex, nonce: result.nonce, keepers: chosen.map((c) => c.address), commitments: result.commitments,
        sourceBytes: info.report.sourceBytes, plainBytes: result.plainBytes, sealedBytes: result.sealedBytes, rows: info.rows, quality: quality.score,
      },
    });
  }
}

/** The label as the world will see it. @throws AppError `personal-data`, `invalid-argument`, `too-few-samples` */
function labelOf(part: KeptPart, request: PublishRequest, device: DeviceEntry | null): Label {
  if (request.statistics && !part.statistics) throw new AppError('too-few-samples', `Statistics of ${part.info.rows} rows would tell samples.`, { hint: `Publish them of at least ${MIN_STATISTICS_ROWS} rows, or leave them out.` });
  return buildLabel(part.info, part.report, request, { statistics: request.statistics ? part.statistics : null, fingerprint: part.fingerprint, device });
}
