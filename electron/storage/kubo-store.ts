import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { create, type KuboRPCClient } from 'kubo-rpc-client';
import { CID } from 'multiformats/cid';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { BlobEntry, BlobStore } from './blob-store.ts';
import { checkFileName, checkLength, checkQuota, DEFAULT_TIMEOUT_MS, FILE_NAME, within } from './bounds.ts';

export type KuboStoreOptions = {
  /** RPC endpoint of a Kubo daemon or of a pinning service that speaks its API: `http://127.0.0.1:5001`. */
  url: string;
};

/**
 * The same port over Kubo's RPC. The daemon checks blocks against their CIDs, so its user trusts it for that; the
 * manifest's hash on chain and the AEAD tags still hold whatever it serves.
 * @throws AppError `storage-unreachable`
 */
export async function createKuboStore(options: KuboStoreOptions): Promise<BlobStore> {
  const rpc = create({ url: options.url });
  let addresses: string[];
  try {
    const id = await rpc.id({ signal: AbortSignal.timeout(5000) });
    addresses = id.addresses.map((a) => a.toString());
  } catch (cause) {
    throw new AppError('storage-unreachable', `No IPFS daemon answers at ${options.url}.`, { hint: 'Start it, or name another with --ipfs; without the option PHDex runs a node of its own.', retryable: true, cause });
  }
  return storeOn(rpc, options.url, addresses);
}

function storeOn(rpc: KuboRPCClient, url: string, addresses: string[]): BlobStore {
  function named(cause: unknown, what: string, signal?: AbortSignal): AppError {
    if (isAppError(cause)) return cause;
    if (signal?.aborted && isAppError(signal.reason)) return signal.reason;
    const error = cause as { name?: string; message?: string; cause?: { code?: string }; code?: string };
    const text = error.message ?? '';
    if (/no link named|does not exist|not found/i.test(text)) return new AppError('blob-not-found', `There is no ${what}.`, { hint: 'The directory does not hold a file of that name.', cause });
    if (/ECONNREFUSED|fetch failed|ECONNRESET|socket/i.test(`${text} ${error.code ?? ''} ${error.cause?.code ?? ''}`)) return new AppError('storage-unreachable', `The IPFS daemon at ${url} does not answer any more.`, { hint: 'Start it again; the same call can then be repeated.', retryable: true, cause });
    if (/no space left|ENOSPC/i.test(text)) return new AppError('disk-full', `The disk of the IPFS daemon at ${url} is full.`, { hint: 'Free some space there and try again.', cause });
    if (error.name === 'TimeoutError' || error.name === 'AbortError' || /timed? ?out|aborted|deadline/i.test(text)) return new AppError('storage-timeout', `Nobody served ${what} in time.`, { hint: 'Its owner or one of its keepers has to be online. Try again later.', retryable: true, cause });
    return new AppError('blob-corrupt', `${what} could not be read through ${url}: ${text}`, { cause });
  }

  async function entries(cid: string, signal: AbortSignal): Promise<BlobEntry[]> {
    const found: BlobEntry[] = [];
    for await (const entry of rpc.ls(CID.parse(cid), { signal })) {
      if (!FILE_NAME.test(entry.name) || entry.type !== 'file') throw new AppError('manifest-invalid', `${cid} holds ${JSON.stringify(entry.name).slice(0, 60)}, which is no file of a dataset.`, { hint: 'It was not read.' });
      found.push({ name: entry.name, bytes: entry.size });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  const isPinned = async (cid: string) => {
    try {
      for await (const _ of rpc.pin.ls({ paths: [CID.parse(cid)], type: 'recursive' })) return true;
    } catch (cause) {
      if (!/not pinned|is not pinned/i.test((cause as Error).message)) throw named(cause, cid);
    }
    return false;
  };

  const storedBytes = async () => Number((await rpc.repo.stat()).repoSize);

  return {
    async addDirectory(dir, { signal, onProgress } = {}) {
      const names = (await readdir(dir)).sort();
      const total = (await Promise.all(names.map(async (n) => (await stat(join(dir, n))).size))).reduce((a, b) => a + b, 0);
      let root: CID | undefined;
      try {
        const source = names.map((n) => ({ path: n, content: createReadStream(join(dir, n)) }));
        // The chunker and layout are Helia's defaults, so that both stores give the same CID.
        for await (const added of rpc.addAll(source, { wrapWithDirectory: true, cidVersion: 1, rawLeaves: true, pin: true, chunker: 'size-1048576', signal })) root = added.cid;
        onProgress?.(total, total);
      } catch (cause) {
        throw named(cause, dir, signal);
      }
      return { cid: root!.toString(), bytes: total };
    },

    async *readFile(cid, name, options = {}) {
      checkFileName(name);
      let bytes = 0;
      try {
        for await (const chunk of rpc.cat(`/ipfs/${cid}/${name}`, { signal: within(options) })) {
          bytes += chunk.length;
          checkLength(bytes, `${cid}/${name}`, options.maxBytes);
          yield chunk;
        }
      } catch (cause) {
        throw named(cause, `${cid}/${name}`, options.signal);
      }
    },

    async list(cid, options) { try { return await entries(cid, within(options)); } catch (cause) { throw named(cause, cid, options?.signal); } },

    async pin(cid, options) {
      try {
        const bytes = (await entries(cid, within(options))).reduce((n, f) => n + f.bytes, 0);
        checkQuota(bytes, cid, options?.maxBytes);
        await rpc.pin.add(CID.parse(cid), { recursive: true, signal: options?.signal ?? within({ timeoutMs: Math.max(options?.timeoutMs ?? DEFAULT_TIMEOUT_MS, Math.ceil(bytes / 500)) }) });
        return { bytes };
      } catch (cause) {
        throw named(cause, cid, options?.signal);
      }
    },

    async unpin(cids) {
      const all = typeof cids === 'string' ? [cids] : cids;
      try {
        const before = await storedBytes();
        for (const cid of all) if (await isPinned(cid)) await rpc.pin.rm(CID.parse(cid), { recursive: true });
        for await (const _ of rpc.repo.gc()) void _;
        return Math.max(0, before - (await storedBytes()));
      } catch (cause) {
        throw named(cause, all.join(', '));
      }
    },

    isPinned,

    async pins() {
      const found: string[] = [];
      for await (const pin of rpc.pin.ls({ type: 'recursive' })) found.push(pin.cid.toString());
      return found;
    },

    async probe(cid, options) {
      const signal = within(options);
      try {
        const files = await entries(cid, signal);
        await Promise.all(files.map(async (f) => { for await (const _ of rpc.cat(`/ipfs/${cid}/${f.name}`, { offset: Math.max(0, f.bytes - 1), length: 1, signal })) void _; }));
        return { files: files.length, bytes: files.reduce((n, f) => n + f.bytes, 0) };
      } catch (cause) {
        throw named(cause, cid, options?.signal);
      }
    },

    async connect(multiaddrs, options) {
      const wanted = multiaddrs.filter((a) => !addresses.includes(a));
      if (wanted.length === 0) return;
      const tried = await Promise.allSettled(wanted.map((a) => rpc.swarm.connect(a as never, { signal: within({ timeoutMs: 5000, ...options }) })));
      if (tried.every((t) => t.status === 'rejected')) throw new AppError('storage-unreachable', `None of ${wanted.length} peers answered: ${wanted.join(', ')}.`, { hint: 'They have to be online; try again later.', retryable: true });
    },

    addresses: () => addresses,
    storedBytes,
    async stop() { /* the daemon is not ours to end */ },
  };
}
