import type { DatasetRow } from '../../shared/domain/chain.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { QualityReport } from '../../shared/domain/quality.ts';
import type { SampleBatch } from '../../shared/domain/recording.ts';
import { AppError, isAppError, toAppError } from '../../shared/errors.ts';
import { checkLabel } from '../datasets/check-label.ts';
import { readBatches } from '../datasets/read-segment.ts';
import { canonicalReport, reportHash } from '../quality/report.ts';
import { scoreRecording } from '../quality/score.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { sharesAgree, combineShares } from '../vault/split.ts';
import { endpointsOf, fetchManifest } from './fetch-manifest.ts';
import { gatherShares, type GatherDeps, type GatherEvent } from './gather-shares.ts';
import type { Sent } from './ports.ts';
import { openSegments } from './verify-dataset.ts';

export type CertifyDeps = GatherDeps & { me: string; blobs: Pick<BlobStore, 'readFile' | 'connect'>; /** How long to wait for keepers beyond the threshold. */ patienceMs: number; releaseSeconds: number };
export type Finding = { name: string; ok: boolean; detail: string };
export type Verdict = { datasetId: number; accessId: number; certified: boolean; score: number; findings: Finding[]; sent: Sent; gas: { validate: bigint; certify: bigint } };

/** Where two reports of the same rows differ, field by field; empty when they agree to the byte. */
export function compareReports(claimed: QualityReport, found: QualityReport): Finding[] {
  const findings: Finding[] = [];
  const keys = new Set([...Object.keys(claimed), ...Object.keys(found)] as (keyof QualityReport)[]);
  for (const key of keys) {
    const [a, b] = [JSON.stringify(claimed[key]), JSON.stringify(found[key])];
    if (a !== b) findings.push({ name: `quality.${key}`, ok: false, detail: `the owner claims ${clip(a)}, the data says ${clip(b)}` });
  }
  return findings;
}

const clip = (text: string | undefined) => (text === undefined ? 'nothing' : text.length > 120 ? `${text.slice(0, 117)}…` : text);

/** Datasets that wait for a validator: published, and taken by all their keepers or by enough of them for long enough. */
export function waitingForCertificate(deps: Pick<GatherDeps, 'reads' | 'clock'> & { patienceMs: number }): DatasetRow[] {
  return deps.reads.datasetsByStatus('published').filter((d) => d.acceptedSeats === d.seats || (d.acceptedSeats >= d.threshold && deps.clock.now() - d.publishedAt * 1000 > deps.patienceMs));
}

/**
 * The validator's part for one dataset: opens an access of kind validation, asks every keeper for its share, checks
 * that any k of them rebuild the same key, decrypts, runs the checks again and compares with the owner's report.
 * Certifies only what agrees; nothing of the plaintext touches the disk.
 */
export async function certifyDataset(datasetId: number, deps: CertifyDeps, options: { signal?: AbortSignal; onEvent?: (event: GatherEvent) => void } = {}): Promise<Verdict> {
  const { reads } = deps;
  const dataset = reads.dataset(datasetId);
  if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See `phdex list --all`.' });
  if (dataset.status !== 'published') throw new AppError('dataset-not-for-sale', `Dataset ${datasetId} is ${dataset.status}; only a published one waits for a certificate.`);

  const { accessId, gas } = await openValidation(dataset, deps, options.signal);
  const people = [dataset.owner, ...reads.seats(datasetId).map((s) => s.keeper)].map((a) => reads.participant(a));
  await deps.blobs.connect(endpointsOf(people)).catch(() => undefined);
  const shares = await gatherShares(accessId, dataset.acceptedSeats, deps, { ...options, patienceMs: deps.patienceMs });
  let examined: { findings: Finding[]; score: number; hash: string };
  try {
    examined = await examine(dataset, shares.map((s) => s.share), deps, options.signal);
  } finally {
    for (const { share } of shares) share.fill(0);
  }
  const certified = examined.findings.every((f) => f.ok);
  const sent = await deps.submit.send(
    { key: `${certified ? 'certify' : 'reject'}:${accessId}`, contract: 'market', method: certified ? 'certify' : 'reject', args: [accessId, examined.score, examined.hash] },
    { signal: options.signal },
  );
  return { datasetId, accessId, certified, score: examined.score, findings: examined.findings, sent, gas: { validate: gas, certify: sent.gasUsed } };
}

async function openValidation(dataset: DatasetRow, deps: CertifyDeps, signal?: AbortSignal): Promise<{ accessId: number; gas: bigint }> {
  const mine = deps.reads.accessesOf(deps.me as `0x${string}`).filter((a) => a.datasetId === dataset.id && a.kind === 'validation');
  const open = mine.find((a) => a.status === 'open' && a.deadline > deps.clock.now() / 1000);
  if (open) return { accessId: open.id, gas: 0n };
  const purpose = `validate:${dataset.id}:${mine.length}`;
  const key = deps.keys.allocateOnce(purpose);
  const sent = await deps.submit.send({ key: purpose, contract: 'market', method: 'validate', args: [dataset.id, key.px, key.py, deps.releaseSeconds] }, { signal });
  return { accessId: Number(sent.events.find((e) => e.name === 'AccessOpened')!.args.accessId), gas: sent.gasUsed };
}

/** What the data itself says. A failed check is a finding; only what another try could change is thrown. */
async function examine(dataset: DatasetRow, shares: Uint8Array[], deps: CertifyDeps, signal?: AbortSignal): Promise<{ findings: Finding[]; score: number; hash: string }> {
  const findings: Finding[] = [];
  const note = (name: string, ok: boolean, detail: string) => { findings.push({ name, ok, detail }); return ok; };
  const none = `0x${'00'.repeat(32)}`;
  let datasetKey: Uint8Array | undefined;
  try {
    const { manifest } = await fetchManifest(dataset, { blobs: deps.blobs }, signal);
    if (!note('keepers', sharesAgree(shares, dataset.threshold), `any ${dataset.threshold} of ${shares.length} shares rebuild the same key`)) return { findings, score: 0, hash: none };
    note('simulated', deps.network.allowSimulated || !manifest.label.simulated, manifest.label.simulated ? 'made by the simulator' : 'not marked as simulated');
    for (const problem of checkLabel(manifest.label)) note('label', false, problem);
    datasetKey = await combineShares(shares, dataset.threshold);
    const found = await score(dataset, manifest, datasetKey, deps, signal);
    findings.push(...compareReports(manifest.quality, found));
    const rows = manifest.segments.filter((s) => s.channel === manifest.channels[0]!.name).reduce((n, s) => n + s.rows, 0);
    note('rows', rows === manifest.label.rows, `the label names ${manifest.label.rows} rows, the data has ${rows}`);
    note('score', manifest.label.quality === found.score, `the label says ${manifest.label.quality}, the data scores ${found.score}`);
    note('report', reportHash(found) === manifest.qualityHash, `canonical report of ${canonicalReport(found).length} bytes`);
    return { findings, score: found.score, hash: reportHash(found) };
  } catch (error) {
    const app = toAppError(error);
    // Unreachable is not untrue: only what the bytes themselves prove may reject a dataset.
    const proven = ['hash-mismatch', 'root-mismatch', 'manifest-invalid', 'seal-key-wrong', 'seal-tampered', 'seal-truncated', 'seal-format'] as const;
    if (!proven.some((code) => isAppError(app, code))) throw app;
    note(app.code, false, app.message);
    return { findings, score: 0, hash: none };
  } finally {
    datasetKey?.fill(0);
  }
}

async function score(dataset: DatasetRow, manifest: Manifest, datasetKey: Uint8Array, deps: CertifyDeps, signal?: AbortSignal): Promise<QualityReport> {
  async function* segments(): AsyncGenerator<{ channel: string; day: number; parquet: Uint8Array }> {
    for await (const { segment, parquet } of openSegments(dataset, manifest, datasetKey, { blobs: deps.blobs }, { signal })) yield { channel: segment.channel, day: segment.day, parquet };
  }
  const batches: AsyncIterable<SampleBatch> = readBatches(segments(), manifest.channels);
  return scoreRecording({ channels: manifest.channels, simulated: manifest.label.simulated }, batches, { signal });
}
