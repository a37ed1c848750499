import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { AccessRow, DatasetRow } from '../../shared/domain/chain.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { writeCsv } from '../datasets/write-csv.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { combineShares } from '../vault/split.ts';
import { segmentFile } from '../vault/segment-file.ts';
import { fetchManifest, holdersOf } from './fetch-manifest.ts';
import { gatherShares, type GatherDeps, type GatherEvent } from './gather-shares.ts';
import type { Sent } from './ports.ts';
import { openSegments, type Check } from './verify-dataset.ts';

export type OpenDeps = GatherDeps & { me: string; blobs: Pick<BlobStore, 'readFile' | 'connect' | 'pin'> };
export type OpenOptions = {
  outDir: string;
  csv?: boolean;
  /** Leaves the escrow to the challenge window instead of paying at once. */
  confirm?: boolean;
  signal?: AbortSignal;
  onEvent?: (event: GatherEvent) => void;
  onProgress?: (done: number, total: number) => void;
};
export type Opened = { accessId: number; datasetId: number; dir: string; files: string[]; rows: number; checks: Check[]; confirmed: Sent | null };

/** An access as it is open: lent to a callback, wiped after it. */
export type OpenedAccess = { access: AccessRow; dataset: DatasetRow; manifest: Manifest; bytes: Uint8Array; datasetKey: Uint8Array; shares: number };

/**
 * Gathers the shares of an access, disputing lies, and lends what they open to `use`; when that has returned, which says
 * that everything is checked and kept, the escrow is paid. Works again for ever: shares come from the chain, the key from
 * the wallet, the blobs from the own pin.
 */
export async function withOpenedAccess<T>(accessId: number, deps: OpenDeps, options: Omit<OpenOptions, 'outDir' | 'csv'>, use: (it: OpenedAccess) => Promise<T>): Promise<{ kept: T; confirmed: Sent | null }> {
  const { reads } = deps;
  const access = reads.access(accessId);
  if (!access) throw new AppError('access-unknown', `There is no access ${accessId} on this network.`, { hint: 'See `phdex history`.' });
  if (access.grantee.toLowerCase() !== deps.me.toLowerCase()) throw new AppError('not-yours', `Access ${accessId} belongs to ${access.grantee}.`, { hint: 'Open it with the profile that bought it.' });
  const dataset = reads.dataset(access.datasetId)!;
  await deps.blobs.connect(holdersOf(reads, dataset)).catch(() => undefined);

  const fetched = fetchManifest(dataset, { blobs: deps.blobs }, options.signal);
  // The blobs come while the keepers answer; a failure is reported when the shares are there, by the same promise.
  const pinned = fetched.then(() => deps.blobs.pin(dataset.cid, { signal: options.signal }));
  pinned.catch(() => undefined);
  const shares = await gatherShares(accessId, dataset.threshold, deps, options);
  let datasetKey: Uint8Array | undefined;
  try {
    const { manifest, bytes } = await fetched;
    await pinned;
    datasetKey = await combineShares(shares.map((s) => s.share), dataset.threshold);
    const kept = await use({ access, dataset, manifest, bytes, datasetKey, shares: shares.length });
    const now = reads.access(accessId)!;
    const confirmed = options.confirm !== false && now.status === 'open' && now.price > 0n && now.challengeEnd !== null
      ? await deps.submit.send({ key: `confirm:${accessId}`, contract: 'market', method: 'confirm', args: [accessId] }, { signal: options.signal })
      : null;
    return { kept, confirmed };
  } catch (error) {
    throw toAppError(error);
  } finally {
    for (const { share } of shares) share.fill(0);
    datasetKey?.fill(0);
  }
}

/** What holds of an access before its first segment is read. */
export const firstChecks = (it: OpenedAccess): Check[] => [
  { name: 'manifest', ok: true, detail: `SHA-256 is the contentHash on chain, ${it.dataset.contentHash}` },
  { name: 'shares', ok: true, detail: `${it.shares} shares match their commitments on chain` },
];

/** What holds when every segment has passed. */
export function lastChecks({ dataset, manifest }: OpenedAccess): Check[] {
  const same = dataset.reportHash === manifest.qualityHash;
  return [
    { name: 'record root', ok: true, detail: `the segments' roots give the recordRoot on chain, ${dataset.recordRoot}` },
    { name: 'certificate', ok: same, detail: same ? `validator ${dataset.validator} certified this quality report, score ${dataset.score}` : 'the certified report is another than the manifest carries' },
  ];
}

export const certificateOf = (dataset: DatasetRow, network: { chainId: number; market: string }) =>
  ({ datasetId: dataset.id, validator: dataset.validator, score: dataset.score, reportHash: dataset.reportHash, chainId: network.chainId, market: network.market });

/**
 * Turns an access into a folder: Parquet (and CSV), manifest, certificate and a verification report. Everything is
 * checked before the folder gets its name, so a folder that is there is good; then the escrow is paid.
 */
export async function openAccess(accessId: number, deps: OpenDeps, options: OpenOptions): Promise<Opened> {
  const temporary = join(dirname(options.outDir), `.${randomBytes(6).toString('hex')}.phdex-open`);
  try {
    const { kept, confirmed } = await withOpenedAccess(accessId, deps, options, async (it) => {
      const written = await writeFolder(temporary, it, deps, options);
      await rename(temporary, options.outDir).catch((cause: unknown) => {
        throw new AppError('invalid-argument', `The folder ${options.outDir} is there already.`, { hint: 'Name another with --out.', cause });
      });
      return { ...written, datasetId: it.dataset.id, rows: it.manifest.label.rows };
    });
    return { accessId, dir: options.outDir, ...kept, confirmed };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeFolder(dir: string, it: OpenedAccess, deps: OpenDeps, options: OpenOptions): Promise<{ checks: Check[]; files: string[] }> {
  const { access, dataset, manifest } = it;
  const checks = firstChecks(it);
  const files = ['manifest.json'];
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, 'manifest.json'), it.bytes);
  for await (const { segment, parquet, checks: passed } of openSegments(dataset, manifest, it.datasetKey, { blobs: deps.blobs }, options)) {
    const name = segmentFile(segment.name).replace(/\.phdx$/, '.parquet');
    await writeFile(join(dir, name), parquet);
    files.push(name);
    if (options.csv) {
      const csv = name.replace(/\.parquet$/, '.csv');
      await writeCsv({ parquet, segment, channels: manifest.channels, path: join(dir, csv) });
      files.push(csv);
    }
    checks.push(...passed);
  }
  checks.push(...lastChecks(it));
  await writeFile(join(dir, 'certificate.json'), JSON.stringify(certificateOf(dataset, deps.network), null, 2));
  await writeFile(join(dir, 'verification.json'), JSON.stringify({ accessId: access.id, datasetId: dataset.id, cid: dataset.cid, checks }, null, 2));
  files.push('certificate.json', 'verification.json');
  return { checks, files };
}
