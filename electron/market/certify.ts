import type { DatasetRow, Hex } from '../../shared/domain/chain.ts';
import type { DeviceEntry } from '../../shared/domain/device.ts';
import type { LabelStatistics } from '../../shared/domain/label.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { SampleBatch } from '../../shared/domain/recording.ts';
import { differences } from '../../shared/compare-reports.ts';
import { AppError, isAppError, toAppError } from '../../shared/errors.ts';
import type { AnyReport } from '../../shared/report-view.ts';
import { checkLabel } from '../datasets/check-label.ts';
import { readBatches } from '../datasets/read-segment.ts';
import { createStatistics } from '../datasets/statistics.ts';
import { canonicalReport, reportHash } from '../quality/report.ts';
import type { DeviceRegistry } from '../quality/hardware/registry.ts';
import { createFingerprint } from '../quality/fingerprint/fingerprint.ts';
import { scoreRecording } from '../quality/score.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { sharesAgree, combineShares } from '../vault/split.ts';
import { fetchManifest, holdersOf } from './fetch-manifest.ts';
import { hardwareOf } from './listed-hardware.ts';
import { gatherShares, type GatherDeps, type GatherEvent } from './gather-shares.ts';
import type { Sent } from './ports.ts';
import { openSegments } from './verify-dataset.ts';

/** Datasets on the network that come from the same rows as one with this fingerprint, the likest first. */
export type Resembling = (fingerprint: string, datasetId: number, signal?: AbortSignal) => Promise<{ datasetId: number; share: number }[]>;
export type CertifyDeps = GatherDeps & { me: string; /** All accounts of the validator: the contract knows only that one from which it acts. */ mine?: () => ReadonlySet<Hex>; resembling: Resembling; /** The lists of validated hardware that are known. */ registry(): DeviceRegistry; blobs: Pick<BlobStore, 'readFile' | 'connect'>; /** How long to wait for keepers beyond the threshold. */ patienceMs: number; releaseSeconds: number };
/** As long as a reason of a verdict may be, with the name before it. */
const MAX_DETAIL = 260;

export type Finding = { name: string; ok: boolean; detail: string };
/** What a validator found in one dataset, and the reports that it held against each other. */
export type Examined = { datasetId: number; accessId: number; findings: Finding[]; score: number; hash: string; claimed: AnyReport | null; found: QualityReport | null; gas: bigint };
export type ExamineOptions = { signal?: AbortSignal; onEvent?: (event: GatherEvent) => void; onScore?: (rows: number, total: number) => void };
export type Verdict = { datasetId: number; accessId: number; certified: boolean; score: number; findings: Finding[]; sent: Sent; gas: { validate: bigint; certify: bigint } };

/** Where two reports of the same rows differ, a finding for each of their fields; empty when they agree to the byte. */
export function reportFindings(claimed: AnyReport, found: AnyReport): Finding[] {
  const byField = new Map<string, string[]>();
  for (const { path, claimed: a, found: b } of differences(claimed, found)) {
    const field = path.split('.')[0]!;
    const said = a === b ? 'differs' : `the owner claims ${a ?? 'nothing'}, the data says ${b ?? 'nothing'}`;
    byField.set(field, [...(byField.get(field) ?? []), path === field ? said : `${path.slice(field.length + 1)}: ${said}`]);
  }
  return [...byField].map(([field, said]) => ({ name: `quality.${field}`, ok: false, detail: clip(said.join('; ')) }));
}

const clip = (text: string) => (text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL - 1)}…` : text);

/** Datasets that wait for a validator: published, and taken by all their keepers or by enough of them for long enough. */
export function waitingForCertificate(deps: Pick<GatherDeps, 'reads' | 'clock'> & Pick<CertifyDeps, 'mine'> & { patienceMs: number }): DatasetRow[] {
  const mine = deps.mine?.();
  return deps.reads.datasetsByStatus('published').filter((d) => !mine?.has(d.owner)).filter((d) => d.acceptedSeats === d.seats || (d.acceptedSeats >= d.threshold && deps.clock.now() - d.publishedAt * 1000 > deps.patienceMs));
}

/**
 * The validator's part for one dataset: opens an access of kind validation, asks every keeper for its share, checks
 * that any k of them rebuild the same key, decrypts, runs the checks again and compares with the owner's report.
 * Certifies only what agrees; nothing of the plaintext touches the disk.
 */
export async function certifyDataset(datasetId: number, deps: CertifyDeps, options: ExamineOptions = {}): Promise<Verdict> {
  let examined: Examined;
  let gas = 0n;
  let certified: boolean;
  // Each round takes a seat more, so there are no more rounds than seats.
  do {
    examined = await examineDataset(datasetId, deps, options);
    gas += examined.gas;
    certified = examined.findings.every((f) => f.ok);
  } while (certified && unseenSeats(examined, deps));
  const sent = await decideDataset(examined, certified, deps, options);
  const { accessId, score, findings } = examined;
  return { datasetId, accessId, certified, score, findings, sent, gas: { validate: gas, certify: sent.gasUsed } };
}

/** Opens a dataset as a validator and says what is true of it. Decides nothing. */
export async function examineDataset(datasetId: number, deps: CertifyDeps, options: ExamineOptions = {}): Promise<Examined> {
  const { reads } = deps;
  const dataset = reads.dataset(datasetId);
  if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See `phdex list --all`.' });
  if (dataset.status !== 'published') throw new AppError('dataset-not-for-sale', `Dataset ${datasetId} is ${dataset.status}; only a published one waits for a certificate.`);
  if (deps.mine?.().has(dataset.owner)) throw new AppError('not-a-validator', `Dataset ${datasetId} is your own.`, { hint: 'Another validator has to check it.' });
  const { accessId, gas } = await openValidation(dataset, deps, options.signal);
  await deps.blobs.connect(holdersOf(reads, dataset)).catch(() => undefined);
  const shares = await gatherShares(accessId, 'all', deps, { ...options, patienceMs: deps.patienceMs });
  try {
    return { datasetId, accessId, gas, ...(await examine(dataset, shares.map((s) => s.share), deps, options)) };
  } finally {
    for (const { share } of shares) share.fill(0);
  }
}

/**
 * Whether a seat was taken since: it holds a share that nobody has seen, and an honest commitment to nonsense is easily
 * made. It has to be asked for too before the dataset is certified.
 */
export const unseenSeats = ({ datasetId, accessId }: Pick<Examined, 'datasetId' | 'accessId'>, deps: Pick<CertifyDeps, 'reads'>): boolean =>
  (takenSeats(datasetId, deps) & ~(deps.reads.access(accessId)?.seatedBits ?? 0)) !== 0;

/** Puts a verdict on chain, for what was examined under that access. */
export const decideDataset = ({ accessId, score, hash }: Pick<Examined, 'accessId' | 'score' | 'hash'>, certified: boolean, deps: Pick<CertifyDeps, 'submit'>, { signal }: { signal?: AbortSignal } = {}): Promise<Sent> =>
  deps.submit.send({ key: `${certified ? 'certify' : 'reject'}:${accessId}`, contract: 'market', method: certified ? 'certify' : 'reject', args: [accessId, score, hash] }, { signal });

/** Bit i: seat i is taken now. */
const takenSeats = (datasetId: number, { reads }: Pick<CertifyDeps, 'reads'>): number => reads.seats(datasetId).reduce((bits, s) => (s.status === 'accepted' ? bits | (1 << s.index) : bits), 0);

async function openValidation(dataset: DatasetRow, deps: CertifyDeps, signal?: AbortSignal): Promise<{ accessId: number; gas: bigint }> {
  const mine = deps.reads.accessesOf(deps.me as `0x${string}`).filter((a) => a.datasetId === dataset.id && a.kind === 'validation');
  const taken = takenSeats(dataset.id, deps);
  const open = mine.find((a) => a.status === 'open' && a.deadline > deps.clock.now() / 1000 && (taken & ~a.seatedBits) === 0);
  if (open) return { accessId: open.id, gas: 0n };
  const purpose = `validate:${dataset.id}:${mine.length}`;
  const key = deps.keys.allocateOnce(purpose);
  const sent = await deps.submit.send({ key: purpose, contract: 'market', method: 'validate', args: [dataset.id, key.px, key.py, deps.releaseSeconds] }, { signal });
  return { accessId: Number(sent.events.find((e) => e.name === 'AccessOpened')!.args.accessId), gas: sent.gasUsed };
}

/** What the data itself says. A failed check is a finding; only what another try could change is thrown. */
async function examine(dataset: DatasetRow, shares: Uint8Array[], deps: CertifyDeps, options: ExamineOptions): Promise<Omit<Examined, 'datasetId' | 'accessId' | 'gas'>> {
  const { signal } = options;
  const findings: Finding[] = [];
  const note = (name: string, ok: boolean, detail: string) => { findings.push({ name, ok, detail }); return ok; };
  const none = `0x${'00'.repeat(32)}`;
  let datasetKey: Uint8Array | undefined;
  let claimed: AnyReport | null = null;
  try {
    const { manifest } = await fetchManifest(dataset, { blobs: deps.blobs }, signal);
    claimed = manifest.quality;
    if (!note('keepers', sharesAgree(shares, dataset.threshold), `any ${dataset.threshold} of ${shares.length} shares rebuild the same key`)) return { findings, score: 0, hash: none, claimed, found: null };
    note('simulated', deps.network.allowSimulated || !manifest.label.simulated, manifest.label.simulated ? 'made by the simulator' : 'not marked as simulated');
    for (const problem of checkLabel(manifest.label)) note('label', false, problem);
    const hardware = hardwareOf(manifest, deps.registry());
    for (const { ok, detail } of hardware.findings) note('hardware', ok, detail);
    datasetKey = await combineShares(shares, dataset.threshold);
    const { report: found, statistics, fingerprint } = await score(dataset, manifest, datasetKey, hardware.device, deps, options);
    findings.push(...reportFindings(manifest.quality, found));
    const rows = manifest.segments.filter((s) => s.channel === manifest.channels[0]!.name).reduce((n, s) => n + s.rows, 0);
    note('rows', rows === manifest.label.rows, `the label names ${manifest.label.rows} rows, the data has ${rows}`);
    note('score', manifest.label.quality === found.score, `the label says ${manifest.label.quality}, the data scores ${found.score}`);
    if (manifest.label.statistics) note('statistics', JSON.stringify(inOrder(manifest.label.statistics)) === JSON.stringify(inOrder(statistics)), `the label's statistics of ${manifest.label.statistics.length} components against those of the data`);
    note('fingerprint', (manifest.label.fingerprint ?? null) === fingerprint, fingerprint === null ? 'too little movement for one' : 'the label\'s fingerprint against that of the data');
    if (fingerprint !== null) {
      const earlier = earlierCopies(dataset, await deps.resembling(fingerprint, dataset.id, signal), deps);
      const copy = earlier[0];
      note('copy', !copy, copy ? `its movement is that of dataset ${copy.datasetId}, listed before: ${Math.round(100 * copy.share)} % of their fingerprints are the same` : 'no dataset that was listed before has its movement');
    }
    note('report', reportHash(found) === manifest.qualityHash, `canonical report of ${canonicalReport(found).length} bytes`);
    return { findings, score: found.score, hash: reportHash(found), claimed, found };
  } catch (error) {
    const app = toAppError(error);
    // Unreachable is not untrue: only what the bytes themselves prove may reject a dataset.
    const proven = ['hash-mismatch', 'root-mismatch', 'manifest-invalid', 'seal-key-wrong', 'seal-tampered', 'seal-truncated', 'seal-format'] as const;
    if (!proven.some((code) => isAppError(app, code))) throw app;
    note(app.code, false, app.message);
    return { findings, score: 0, hash: none, claimed, found: null };
  } finally {
    datasetKey?.fill(0);
  }
}

/**
 * Of datasets that come from the same rows, those that were there before. What was rejected earns nobody anything, and an owner may
 * list anew what was withdrawn.
 */
function earlierCopies(dataset: DatasetRow, all: { datasetId: number; share: number }[], { reads }: Pick<CertifyDeps, 'reads'>): { datasetId: number; share: number }[] {
  return all.filter(({ datasetId }) => {
    const other = datasetId < dataset.id ? reads.dataset(datasetId) : undefined;
    return other !== undefined && other.status !== 'rejected' && !(other.owner === dataset.owner && other.status === 'withdrawn');
  });
}

async function score(dataset: DatasetRow, manifest: Manifest, datasetKey: Uint8Array, device: DeviceEntry | null, deps: CertifyDeps, { signal, onScore }: ExamineOptions): Promise<{ report: QualityReport; statistics: LabelStatistics[]; fingerprint: string | null }> {
  async function* segments(): AsyncGenerator<{ channel: string; day: number; parquet: Uint8Array }> {
    for await (const { segment, parquet } of openSegments(dataset, manifest, datasetKey, { blobs: deps.blobs }, { signal })) yield { channel: segment.channel, day: segment.day, parquet };
  }
  const statistics = createStatistics(manifest.channels);
  const fingerprint = createFingerprint(manifest.channels);
  async function* batches(): AsyncGenerator<SampleBatch> {
    for await (const batch of readBatches(segments(), manifest.channels)) {
      if (manifest.label.statistics) statistics.push(batch);
      fingerprint.push(batch);
      yield batch;
    }
  }
  const report = await scoreRecording({ channels: manifest.channels, simulated: manifest.label.simulated, device }, batches(), { signal, onProgress: (rows: number) => onScore?.(rows, manifest.label.rows) });
  return { report, statistics: statistics.finish(), fingerprint: fingerprint.finish() };
}

/** Canonical JSON has sorted the keys of what came from a manifest. */
const inOrder = (statistics: readonly LabelStatistics[]) => statistics.map(({ channel, component, mean, sd, min, max }) => ({ channel, component, mean, sd, min, max }));
