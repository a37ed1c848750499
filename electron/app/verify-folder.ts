import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { contractInterface } from '../chain/contracts.ts';
import { readNetwork } from '../chain/network-file.ts';
import { createRpc } from '../chain/rpc.ts';
import { readSegment } from '../datasets/read-segment.ts';
import type { Check } from '../market/verify-dataset.ts';
import { manifestHash, parseManifest } from '../vault/manifest.ts';
import { segmentFile } from '../vault/segment-file.ts';

const Report = z.object({ datasetId: z.number().int().positive() });

/**
 * Checks an opened dataset again, by anybody, without a wallet: the files against the manifest and, with a network,
 * the manifest against the chain. @throws AppError `file-not-found` where there is no such folder
 */
export async function verifyFolder(dir: string, options: { network?: string; signal?: AbortSignal } = {}): Promise<{ checks: Check[] }> {
  if (!existsSync(join(dir, 'manifest.json'))) throw new AppError('file-not-found', `There is no manifest.json in ${dir}.`, { hint: 'Name the folder that `phdex open` wrote.' });
  const bytes = await readFile(join(dir, 'manifest.json'));
  const checks: Check[] = [];
  let manifest: Manifest;
  try {
    manifest = parseManifest(bytes);
    checks.push({ name: 'manifest', ok: true, detail: 'format phdex/v1, its parts fit each other' });
  } catch (error) {
    return { checks: [{ name: 'manifest', ok: false, detail: toAppError(error).message }] };
  }
  for (const segment of manifest.segments) {
    options.signal?.throwIfAborted();
    const path = join(dir, segmentFile(segment.name).replace(/\.phdx$/, '.parquet'));
    checks.push(await checkSegment(path, segment, manifest).catch((error: unknown) => ({ name: segment.name, ok: false, detail: toAppError(error).message })));
  }
  if (options.network) checks.push(...(await checkChain(dir, bytes, manifest, options.network, options.signal)));
  return { checks };
}

async function checkSegment(path: string, segment: Manifest['segments'][number], manifest: Manifest): Promise<Check> {
  if (!existsSync(path)) return { name: segment.name, ok: false, detail: `${path} is missing` };
  const { rows, recordRoot } = await readSegment({ parquet: await readFile(path), segment, channels: manifest.channels });
  const ok = rows === segment.rows && recordRoot === segment.recordRoot;
  return { name: segment.name, ok, detail: ok ? `${rows} rows, Merkle root ${recordRoot}` : `holds other records than the manifest names: ${rows} rows, root ${recordRoot}` };
}

async function checkChain(dir: string, bytes: Uint8Array, manifest: Manifest, networkName: string, signal?: AbortSignal): Promise<Check[]> {
  const report = Report.safeParse(JSON.parse(await readFile(join(dir, 'verification.json'), 'utf8').catch(() => '{}')));
  if (!report.success) return [{ name: 'chain', ok: false, detail: 'verification.json does not say which dataset this is' }];
  const network = readNetwork(networkName);
  const abi = contractInterface('market');
  const topics = abi.encodeFilterTopics('DatasetPublished', [report.data.datasetId]);
  const logs = await createRpc(network.rpcUrl).call<{ data: string; topics: string[] }[]>('eth_getLogs', [{ address: network.contracts.market, topics, fromBlock: `0x${network.deployedBlock.toString(16)}`, toBlock: 'latest' }], { signal });
  const published = logs[0] && abi.parseLog(logs[0]);
  if (!published) return [{ name: 'chain', ok: false, detail: `dataset ${report.data.datasetId} was never published on ${network.name}` }];
  const onChain = { contentHash: String(published.args.contentHash), recordRoot: String(published.args.recordRoot) };
  return [
    { name: 'content hash on chain', ok: onChain.contentHash === manifestHash(bytes), detail: `dataset ${report.data.datasetId}: ${onChain.contentHash}` },
    { name: 'record root on chain', ok: onChain.recordRoot === manifest.recordRoot, detail: onChain.recordRoot },
  ];
}
