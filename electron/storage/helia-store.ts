import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { unixfs, type UnixFS } from '@helia/unixfs';
import { withBitswap } from '@helia/bitswap';
import { withLibp2p, type HeliaWithLibp2p } from '@helia/libp2p';
import { noise } from '@libp2p/noise';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import { ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { FsDatastore } from 'datastore-fs';
import { createHeliaLight } from 'helia';
import { CID } from 'multiformats/cid';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { BlobEntry, BlobStore, Waiting } from './blob-store.ts';
import { checkFileName, checkLength, checkQuota, DEFAULT_TIMEOUT_MS, FILE_NAME, within } from './bounds.ts';
import { createGate } from './gate.ts';
import { createMessages, type Messages } from './messages.ts';
import { VerifyingBlockstore } from './verifying-blockstore.ts';

export type HeliaStoreOptions = {
  /** Folder of blocks and peer records. */
  dir: string;
  /** 32 bytes from the wallet: the peer keeps its identity as long as the wallet does. */
  identitySeed: Uint8Array;
  /** TCP port; 0 takes a free one. */
  port?: number;
  /** Address to listen on. Loopback unless the user turns networking on. */
  host?: string;
  /** For a stranger's message to come in. */
  patienceMs?: number;
};

/** One for all nodes of the process, because Helia's lock is: it has a name and no owner, so one node's collection waits for another's fetch. */
const gate = createGate();

const CHUNK_BYTES = 1024 * 1024;
/** How long a chunk of what is pinned may take over a slow line. */
const CHUNK_TIMEOUT_MS = 120_000;
const PING_STREAMS = 64;
const PING_TIMEOUT_MS = 3000;

/**
 * An embedded IPFS node: Helia with blocks on disk, Bitswap over libp2p, TCP on loopback. No bootstrap nodes, DHT,
 * mDNS, UPnP, relay or HTTP gateways: it talks to whom it is told to.
 * @throws AppError `port-taken`
 */
export async function createHeliaStore(options: HeliaStoreOptions): Promise<BlobStore> {
  const blocksDir = join(options.dir, 'blocks');
  await mkdir(blocksDir, { recursive: true, mode: 0o700 });
  const privateKey = await generateKeyPairFromSeed('Ed25519', options.identitySeed);
  const listen = `/ip4/${options.host ?? '127.0.0.1'}/tcp/${options.port ?? 0}`;
  const helia = withBitswap(withLibp2p(createHeliaLight({ blockstore: new VerifyingBlockstore(blocksDir), datastore: new FsDatastore(join(options.dir, 'data')) }), {
    privateKey,
    addresses: { listen: [listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerDiscovery: [],
    // A ping's stream sometimes lingers until its timeout; the default of one outbound would make a live peer look dead.
    services: { identify: identify(), ping: ping({ maxOutboundStreams: PING_STREAMS, maxInboundStreams: PING_STREAMS }) },
    // Loopback and private addresses are what a local network is made of; the default gater refuses none in Node but says so nowhere.
    connectionGater: { denyDialMultiaddr: () => false },
  })) as unknown as HeliaWithLibp2p;
  try {
    await helia.start();
  } catch (cause) {
    await Promise.resolve(helia.stop()).catch(() => undefined);
    if (options.port && /EADDRINUSE|UnsupportedListenAddress|could not be listened|Some configured addresses failed/i.test(String((cause as Error)?.message) + String((cause as { code?: string })?.code))) {
      throw new AppError('port-taken', `Port ${options.port} for IPFS is taken by another program.`, { hint: 'Choose another port, or 0 for any free one.', cause });
    }
    throw cause;
  }
  return storeOn(helia, unixfs(helia), blocksDir, createMessages(helia.libp2p, options));
}

/** Turns what Helia throws into a sentence. */
function named(cause: unknown, cid: string, name: string | null, signal?: AbortSignal): AppError {
  if (isAppError(cause)) return cause;
  const inner = (cause as { errors?: unknown[]; cause?: unknown }).errors?.find((e) => isAppError(e)) ?? (cause as { cause?: unknown }).cause;
  if (isAppError(inner)) return inner;
  if (signal?.aborted && isAppError(signal.reason)) return signal.reason;
  const error = cause as { name?: string; code?: string; message?: string };
  const what = name === null ? cid : `${cid}/${name}`;
  if (error.code === 'ENOSPC') return new AppError('disk-full', `The disk is full; ${what} could not be stored.`, { hint: 'Free some space and try again; what was half-stored is removed.', cause });
  if (error.name === 'DoesNotExistError' || error.name === 'NotADirectoryError') return new AppError('blob-not-found', `There is no ${what}.`, { hint: 'The directory does not hold a file of that name.', cause });
  if (/hash|CID|verif/i.test(error.message ?? '') && error.name !== 'LoadBlockFailedError') return new AppError('blob-corrupt', `A block of ${what} does not match its CID.`, { hint: 'Remove the block store of this profile and fetch again.', cause });
  if (['TimeoutError', 'AbortError', 'LoadBlockFailedError', 'NotFoundError', 'InsufficientProvidersError', 'QueryError'].includes(error.name ?? '')) {
    return new AppError('storage-timeout', `Nobody served ${what} in time.`, { hint: 'Its owner or one of its keepers has to be online. Try again later.', retryable: true, cause });
  }
  return new AppError('blob-corrupt', `${what} could not be read: ${error.message ?? String(cause)}`, { hint: 'Fetch it again from another peer.', cause });
}

function storeOn(helia: HeliaWithLibp2p, fs: UnixFS, blocksDir: string, messages: Messages): BlobStore {
  /** Blocks written by an add or pin that has not ended well are removed again; pins of others keep theirs. */
  const collect = () => gate.alone(() => helia.gc());
  async function fetching<T>(work: () => Promise<T>): Promise<T> {
    const leave = await gate.enter();
    try { return await work(); } finally { leave(); }
  }

  async function entries(cid: string, signal: AbortSignal): Promise<(BlobEntry & { cid: CID })[]> {
    const found: (BlobEntry & { cid: CID })[] = [];
    for await (const entry of fs.ls(CID.parse(cid), { signal })) {
      if (!FILE_NAME.test(entry.name)) throw new AppError('manifest-invalid', `${cid} holds a file with the name ${JSON.stringify(entry.name).slice(0, 60)}.`, { hint: 'That is no dataset of PHDex; it was not read.' });
      const stats = await fs.stat(entry.cid, { signal });
      if (stats.type === 'directory') throw new AppError('manifest-invalid', `${cid} holds a folder, ${entry.name}.`, { hint: 'That is no dataset of PHDex; it was not read.' });
      found.push({ name: entry.name, bytes: Number(stats.size), cid: entry.cid });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async function fileOf(cid: string, name: string, signal: AbortSignal): Promise<CID> {
    for await (const entry of fs.ls(CID.parse(cid), { signal })) if (entry.name === name) return entry.cid;
    throw new AppError('blob-not-found', `There is no ${name} in ${cid}.`, { hint: 'The directory does not hold a file of that name.' });
  }

  /** Pings under way, shared by whoever asks for the same peer meanwhile. */
  const pinging = new Map<string, Promise<number>>();
  const pings = (helia.libp2p.services as unknown as { ping: { ping(peer: unknown, o: object): Promise<number> } }).ping;
  function answer(peer: { toString(): string }): Promise<number> {
    const id = peer.toString();
    const known = pinging.get(id);
    if (known) return known;
    const asked = pings.ping(peer, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) }).finally(() => pinging.delete(id));
    pinging.set(id, asked);
    return asked;
  }

  /** A pin that ended well: Helia's own word is of the block, which half a pin has counted already. */
  const isPinned = (root: CID): Promise<boolean> => helia.pins.get(root).then(() => true, (error: { name?: string }) => { if (error.name === 'NotFoundError') return false; throw error; });

  /**
   * Fetches what is not here. Who gave a signal waits for as long as chunks come; one that nobody has would be waited for
   * for ever, and no node of the process could collect meanwhile.
   */
  async function fetchAll(files: { cid: CID; bytes: number }[], options: Waiting | undefined): Promise<void> {
    const silence = new AbortController();
    const fail = () => silence.abort(new DOMException('silent for too long', 'TimeoutError'));
    const limit = options?.signal ? options.timeoutMs ?? CHUNK_TIMEOUT_MS : Math.max(options?.timeoutMs ?? 0, DEFAULT_TIMEOUT_MS, Math.ceil(files.reduce((n, f) => n + f.bytes, 0) / 500));
    const signal = options?.signal ? AbortSignal.any([silence.signal, options.signal]) : silence.signal;
    let timer = setTimeout(fail, limit);
    try {
      for (const file of files) {
        for await (const _ of fs.cat(file.cid, { signal })) {
          void _;
          if (!options?.signal) continue;
          clearTimeout(timer);
          timer = setTimeout(fail, limit);
        }
      }
    } finally { clearTimeout(timer); }
  }

  const dropped = async (cid: CID) => { for await (const _ of helia.pins.rm(cid)) void _; };

  return {
    async addDirectory(dir, { signal, onProgress } = {}) {
      const names = (await readdir(dir)).sort();
      const sizes = await Promise.all(names.map(async (n) => (await stat(join(dir, n))).size));
      const total = sizes.reduce((a, b) => a + b, 0);
      const room = await statfs(blocksDir);
      if (room.bavail * room.bsize < total * 1.05) throw new AppError('disk-full', `The disk has no room for ${total} bytes of ciphertext.`, { hint: 'Free some space and publish again; nothing was stored.' });
      let done = 0;
      async function* read(path: string): AsyncGenerator<Uint8Array> {
        for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) { done += (chunk as Buffer).length; onProgress?.(done, total); yield chunk as Buffer; }
      }
      let root: CID | undefined;
      try {
        const source = names.map((n) => ({ path: n, content: read(join(dir, n)) }));
        await fetching(async () => {
          for await (const added of fs.addAll(source, { wrapWithDirectory: true, cidVersion: 1, rawLeaves: true, signal })) root = added.cid;
          // The same files again are the same directory.
          if (!(await isPinned(root!))) for await (const _ of helia.pins.add(root!, { signal })) void _;
        });
      } catch (cause) {
        await collect().catch(() => undefined);
        throw named(cause, dir, null, signal);
      }
      return { cid: root!.toString(), bytes: total };
    },

    async *readFile(cid, name, options = {}) {
      checkFileName(name);
      // The limit is on silence, not on the whole: a large file may take long as long as it comes.
      const silence = new AbortController();
      const fail = () => silence.abort(new DOMException('silent for too long', 'TimeoutError'));
      let timer = setTimeout(fail, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      const signal = options.signal ? AbortSignal.any([silence.signal, options.signal]) : silence.signal;
      let bytes = 0;
      const leave = await gate.enter();
      try {
        for await (const chunk of fs.cat(await fileOf(cid, name, signal), { signal })) {
          clearTimeout(timer);
          timer = setTimeout(fail, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
          bytes += chunk.length;
          checkLength(bytes, `${cid}/${name}`, options.maxBytes);
          yield chunk;
        }
      } catch (cause) {
        throw named(cause, cid, name, options.signal);
      } finally {
        leave();
        clearTimeout(timer);
      }
    },

    async list(cid, options) {
      try { return (await fetching(() => entries(cid, within(options)))).map(({ name, bytes }) => ({ name, bytes })); } catch (cause) { throw named(cause, cid, null, options?.signal); }
    },

    async pin(cid, options) {
      const root = CID.parse(cid);
      try {
        return await fetching(async () => {
          const files = await entries(cid, within(options));
          const bytes = files.reduce((n, f) => n + f.bytes, 0);
          checkQuota(bytes, cid, options?.maxBytes);
          const room = await statfs(blocksDir);
          if (room.bavail * room.bsize < bytes * 1.05) throw new AppError('disk-full', `The disk has no room for the ${bytes} bytes of ${cid}.`, { hint: 'Free some space and try again; nothing was stored.' });
          if (!(await isPinned(root))) {
            // All of it comes before any of it is pinned, so that what is given up leaves nothing that is counted as pinned.
            await fetchAll(files, options);
            for await (const _ of helia.pins.add(root, { signal: options?.signal })) void _;
          }
          return { bytes };
        });
      } catch (cause) {
        // Half a DAG is worth nothing: without a pin its blocks go with the next collection, which is now.
        if (!isAppError(cause, 'quota-exceeded') && !(await isPinned(root).catch(() => true))) await collect().catch(() => undefined);
        throw named(cause, cid, null, options?.signal);
      }
    },

    async unpin(cids) {
      for (const cid of typeof cids === 'string' ? [cids] : cids) {
        const root = CID.parse(cid);
        if (await isPinned(root)) await dropped(root);
      }
      return gate.alone(async () => {
        const before = await folderBytes(blocksDir);
        await helia.gc();
        return Math.max(0, before - (await folderBytes(blocksDir)));
      });
    },

    isPinned: (cid) => isPinned(CID.parse(cid)),

    async pins() {
      const found: string[] = [];
      for await (const pin of helia.pins.ls()) found.push(pin.cid.toString());
      return found;
    },

    async probe(cid, options) {
      try {
        return await fetching(async () => {
          const signal = within(options);
          const files = await entries(cid, signal);
          await Promise.all(files.map(async (file) => {
            const offset = Math.max(0, file.bytes - 1);
            for await (const _ of fs.cat(file.cid, { offset, length: 1, signal })) void _;
          }));
          return { files: files.length, bytes: files.reduce((n, f) => n + f.bytes, 0) };
        });
      } catch (cause) {
        throw named(cause, cid, null, options?.signal);
      }
    },

    async connect(multiaddrs, options) {
      const signal = within({ timeoutMs: 3000, ...options });
      const own = helia.libp2p.peerId.toString();
      const wanted = multiaddrs.filter((a) => !a.includes(own));
      if (wanted.length === 0) return;
      const tried = await Promise.allSettled(wanted.map(async (address) => {
        const connection = await helia.libp2p.dial(multiaddr(address), { signal });
        // A connection may be a corpse whose end has not been noticed; an answer is alive.
        await answer(connection.remotePeer);
      }));
      const failed = tried.find((t) => t.status === 'rejected');
      if (failed && tried.every((t) => t.status === 'rejected')) {
        throw new AppError('storage-unreachable', `None of ${wanted.length} peers answered: ${wanted.join(', ')}.`, { hint: 'They have to be online; try again later.', retryable: true, cause: failed.reason });
      }
    },

    addresses: () => helia.libp2p.getMultiaddrs().map((a) => a.toString()),
    storedBytes: () => folderBytes(blocksDir),
    messages,
    async stop() { await helia.stop(); },
  };
}

async function folderBytes(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += await stat(join(entry.parentPath, entry.name)).then((s) => s.size, () => 0);
  }
  return bytes;
}
