import { AppError, isAppError, toAppError } from '../../shared/errors.ts';
import type { Db } from '../db/open-database.ts';
import { forgetUndo, recordUndo, undoAbove } from '../db/undo.ts';
import { createEventApplier, FOLLOWED } from './apply-event.ts';
import type { ContractKey } from './contracts.ts';
import { createLogDecoder, type RawLog } from './decode-log.ts';
import type { NetworkRecord } from './network-file.ts';
import { RpcError, type Rpc } from './rpc.ts';

type Block = { number: number; hash: string; parent: string; at: number };
type RawBlock = { number: string; hash: string; parentHash: string; timestamp: string } | null;

export type Indexer = {
  /** Follows the chain until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Applies everything up to the endpoint's newest block. */
  catchUp(signal?: AbortSignal): Promise<void>;
  /** Looks at once instead of at the next tick: somebody knows that a block came. */
  poke(): void;
  /** Called after each commit that changed something. */
  onChange(listener: () => void): () => void;
  /** With an error once it cannot go on: the chain is another than the cache is of. */
  onState(listener: (state: { reachable: boolean; head: number; error?: AppError }) => void): () => void;
  /** The last block that was applied, and the newest that the endpoint has told of; -1 before the first. */
  status(): { head: number; tip: number };
  /** Called after blocks that were applied have been taken back. */
  onReorg(listener: () => void): () => void;
};

export type IndexerOptions = {
  pollMs?: number;
  /** Blocks that can still be reorganised; beyond, the cache would have to be read anew. */
  reorgDepth?: number;
  /** Most blocks asked for in one getLogs; halved when the endpoint refuses. */
  rangeBlocks?: number;
  /** Called after each range of a long way. */
  onProgress?(at: { head: number; tip: number }): void;
};

/**
 * Follows the chain by ranges into the event cache. A step and the cursor are one SQLite transaction, so a kill
 * between two steps loses nothing.
 * Invariant: `cursor` names the last applied block by number and hash; `blocks` has each block above the final one that
 * changed something, which can be undone, and one block at or below the final one, since which nothing final changed.
 */
export function createIndexer(deps: { db: Db; rpc: Rpc; network: NetworkRecord }, options: IndexerOptions = {}): Indexer {
  const { db, rpc, network } = deps;
  const pollMs = options.pollMs ?? (/\/\/(127\.|localhost|\[::1\])/.test(network.rpcUrl) ? 100 : 4000);
  const depth = options.reorgDepth ?? 128;
  let range = options.rangeBlocks ?? 5000;
  const { market } = network.contracts;
  const addressesOf = (keys: readonly ContractKey[]) => keys.flatMap((key) => network.contracts[key]?.toLowerCase() ?? []);
  const watched = addressesOf(FOLLOWED);
  const decode = createLogDecoder(Object.fromEntries(FOLLOWED.map((key) => [key, network.contracts[key]])));
  const apply = createEventApplier(db);
  const cursorRow = db.prepare('SELECT chain_id, market, number, hash, anchor_number, anchor_hash, contracts FROM cursor');
  const setCursor = db.prepare('INSERT INTO cursor (id, chain_id, market, number, hash, anchor_number, anchor_hash, contracts) VALUES (1, @chainId, @market, @number, @hash, @anchorNumber, @anchorHash, @contracts)');
  const addBlock = db.prepare('INSERT OR REPLACE INTO blocks VALUES (@number, @hash, @parent, @at)');
  const storedBlock = db.prepare('SELECT number, hash FROM blocks WHERE number < ? ORDER BY number DESC LIMIT 1');
  const listeners = new Set<() => void>();
  const reorgListeners = new Set<() => void>();
  const watchers = new Set<(state: { reachable: boolean; head: number; error?: AppError }) => void>();
  let tip = -1;
  const stopping = new AbortController();
  let wake: (() => void) | undefined;
  let poked = false;
  let begun = false;
  let loop: Promise<void> | undefined;
  let working: Promise<void> = Promise.resolve();

  const block = async (tag: number | 'latest', signal?: AbortSignal): Promise<Block | null> => {
    const raw = await rpc.call<RawBlock>('eth_getBlockByNumber', [tag === 'latest' ? tag : `0x${tag.toString(16)}`, false], { signal });
    return raw && { number: Number(raw.number), hash: raw.hash, parent: raw.parentHash, at: Number(raw.timestamp) };
  };
  type Cursor = { chain_id: number; market: string; number: number; hash: string; anchor_number: number; anchor_hash: string; contracts: string };
  const cursor = () => cursorRow.get() as Cursor | undefined;

  /** First contact: is this the chain that the cache is of? */
  async function begin(signal?: AbortSignal): Promise<void> {
    const chainId = Number(await rpc.call<string>('eth_chainId', [], { signal }));
    if (chainId !== network.chainId) throw new AppError('chain-wrong', `The endpoint is of chain ${chainId}; the network ${network.name} is chain ${network.chainId}.`, { hint: 'Check the endpoint in the network file.' });
    const known = cursor();
    if (known && (known.chain_id !== chainId || known.market !== market.toLowerCase())) throw new AppError('chain-wrong', 'This profile belongs to another network.', { hint: 'Use the network that it was made with, or another profile.' });
    const anchorNumber = known?.anchor_number ?? Math.max(0, network.deployedBlock);
    const anchor = await block(anchorNumber, signal);
    if (!anchor || (known && anchor.hash !== known.anchor_hash)) {
      throw new AppError('chain-wrong', `The chain at the endpoint is not the one that ${known ? 'this profile has followed' : 'the network file describes'}: block ${anchorNumber} is ${anchor ? 'another' : 'missing'}.`, { hint: 'A local network that was started afresh needs fresh profiles.' });
    }
    if (known) return;
    const before = Math.max(0, anchorNumber - 1);
    const ground = (await block(before, signal))!;
    db.transaction(() => {
      setCursor.run({ chainId, market: market.toLowerCase(), number: before, hash: ground.hash, anchorNumber, anchorHash: anchor.hash, contracts: watched.join() });
      addBlock.run(ground);
    })();
  }

  /** Goes back to the newest block that cache and chain share. */
  async function rollBack(from: Cursor, signal?: AbortSignal): Promise<void> {
    let number = from.number;
    for (;;) {
      const older = storedBlock.get(number) as { number: number; hash: string } | undefined;
      if (!older) throw new AppError('chain-reorg-too-deep', `The chain was reorganised by more than ${depth} blocks below block ${from.number}.`, { hint: 'Check the endpoint; if the network really did that, use a fresh profile restored from the mnemonic.' });
      if ((await block(older.number, signal))?.hash === older.hash) {
        db.transaction(() => {
          undoAbove(db, older.number);
          db.prepare('UPDATE cursor SET number = ?, hash = ?').run(older.number, older.hash);
        })();
        for (const listener of reorgListeners) listener();
        return;
      }
      number = older.number;
    }
  }

  async function logsOf(from: number, to: number, address: readonly string[], signal?: AbortSignal): Promise<{ logs: RawLog[]; to: number }> {
    for (;;) {
      const end = Math.min(to, from + range - 1);
      try {
        const logs = await rpc.call<RawLog[]>('eth_getLogs', [{ address, fromBlock: `0x${from.toString(16)}`, toBlock: `0x${end.toString(16)}` }], { signal });
        if (logs.length < 2000) range = Math.min(range * 2, options.rangeBlocks ?? 5000);
        return { logs, to: end };
      } catch (error) {
        // Endpoints limit the range or the number of results, each in words of its own: a smaller range is right for all.
        if (!(error instanceof RpcError) || end === from) throw error;
        range = Math.max(1, Math.floor((end - from + 1) / 2));
      }
    }
  }

  /** Contracts of the network that the cache has not read: it was made before the program, or the network's record, knew them. */
  const notRead = (at: Cursor): string[] => { const read = at.contracts === '' ? addressesOf(['coin', 'participants', 'market']) : at.contracts.split(','); return watched.filter((a) => !read.includes(a)); };

  /**
   * Reads what such contracts did up to the cursor, in one transaction with the note that they are read: their tables are
   * their own, so that the rest stays. @returns false where the chain turned meanwhile
   */
  async function readMissed(at: Cursor, unread: readonly string[], final: number, signal?: AbortSignal): Promise<boolean> {
    const logs: RawLog[] = [];
    for (let from = at.anchor_number; from <= at.number;) {
      const found = await logsOf(from, at.number, unread, signal);
      for (const log of found.logs) logs.push(log);
      from = found.to + 1;
    }
    const stamps = await timestamps(logs, signal);
    if ((await block(at.number, signal))?.hash !== at.hash) return false;
    db.transaction(() => {
      applyLogs(logs, final, stamps);
      db.prepare('UPDATE cursor SET contracts = ?').run(watched.join());
    })();
    return true;
  }

  async function step(signal?: AbortSignal): Promise<boolean> {
    // Once a process: a profile may have been started against a chain that is another than before.
    if (!begun) { await begin(signal); begun = true; }
    let at = cursor()!;
    const head = await block('latest', signal);
    tip = head?.number ?? tip;
    if (!head) return false;
    const unread = notRead(at);
    const same = head.number === at.number && head.hash === at.hash;
    if (same && unread.length === 0) return false;
    const linked = same || (head.number === at.number + 1 ? head.parent === at.hash : head.number > at.number && (await block(at.number, signal))?.hash === at.hash);
    let changed = false;
    if (!linked) {
      await rollBack(at, signal);
      at = cursor()!;
      changed = true;
    }
    if (unread.length > 0) {
      if (!await readMissed(at, unread, head.number - depth, signal)) return true;
      at = cursor()!;
      changed = true;
    }
    while (at.number < head.number) {
      // A range ends at the final block, so that this one is stored: what lies above can be undone down to it.
      const final = head.number - depth;
      const { logs, to } = await logsOf(at.number + 1, at.number < final ? final : head.number, watched, signal);
      const end = to === head.number ? head : await block(to, signal);
      const stamps = await timestamps(logs, signal);
      // The head was asked for before and is still there: had the chain turned in between, the logs could be of two branches.
      if (!end || (await block(head.number, signal))?.hash !== head.hash) return true;
      applyRange(logs, end, head.number, stamps);
      options.onProgress?.({ head: end.number, tip });
      at = cursor()!;
      changed = true;
    }
    return changed;
  }

  async function timestamps(logs: RawLog[], signal?: AbortSignal): Promise<Map<string, number>> {
    const stamps = new Map<string, number>();
    for (const log of logs) if (log.blockTimestamp) stamps.set(log.blockNumber, Number(log.blockTimestamp));
    const missing = [...new Set(logs.map((l) => l.blockNumber))].filter((n) => !stamps.has(n));
    for (let i = 0; i < missing.length; i += 20) {
      await Promise.all(missing.slice(i, i + 20).map(async (n) => { stamps.set(n, (await block(Number(n), signal))?.at ?? 0); }));
    }
    return stamps;
  }

  function applyRange(logs: RawLog[], end: Block, headNumber: number, stamps: Map<string, number>): void {
    const final = headNumber - depth;
    db.transaction(() => {
      applyLogs(logs, final, stamps);
      addBlock.run(end);
      db.prepare('UPDATE cursor SET number = ?, hash = ?').run(end.number, end.hash);
      if (final > 0) forgetUndo(db, final);
    })();
  }

  function applyLogs(logs: RawLog[], final: number, stamps: Map<string, number>): void {
    let current: string | undefined;
    for (const log of logs) {
      if (log.blockNumber !== current) {
        current = log.blockNumber;
        const number = Number(current);
        recordUndo(db, number > final ? number : null);
        if (number > final) addBlock.run({ number, hash: log.blockHash, parent: '', at: stamps.get(current) ?? 0 });
      }
      const event = decode(log, stamps.get(log.blockNumber) ?? 0);
      if (event) apply(event);
    }
    recordUndo(db, null);
  }

  const tell = () => { for (const listener of listeners) listener(); };
  const head = () => cursor()?.number ?? -1;

  /** One run at a time; who asks while one is under way waits for a fresh one. */
  function catchUp(signal?: AbortSignal): Promise<void> {
    const run = working.catch(() => undefined).then(async () => {
      let any = false;
      while (await step(signal)) any = true;
      if (any) tell();
    });
    working = run;
    return run;
  }

  async function follow(): Promise<void> {
    let reachable = true;
    let pause = pollMs;
    while (!stopping.signal.aborted) {
      try {
        await catchUp(stopping.signal);
        if (!reachable) for (const w of watchers) w({ reachable: true, head: head() });
        reachable = true;
        pause = pollMs;
      } catch (error) {
        if (stopping.signal.aborted) return;
        const app = toAppError(error);
        if (isAppError(app, 'chain-wrong') || isAppError(app, 'chain-reorg-too-deep')) {
          for (const w of watchers) w({ reachable: true, head: head(), error: app });
          throw app;
        }
        if (reachable) for (const w of watchers) w({ reachable: false, head: head() });
        reachable = false;
        pause = Math.min(pause * 2, 5000);
      }
      if (!poked) await new Promise<void>((resolve) => { const timer = setTimeout(resolve, pause); wake = () => { clearTimeout(timer); resolve(); }; });
      poked = false;
    }
  }

  return {
    start() { loop ??= follow(); loop.catch(() => undefined); },
    async stop() { stopping.abort(new AppError('cancelled', 'The indexer was stopped.')); wake?.(); await loop?.catch(() => undefined); await working.catch(() => undefined); },
    catchUp,
    status: () => ({ head: head(), tip: Math.max(tip, head()) }),
    poke() { poked = true; wake?.(); },
    onChange(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    onReorg(listener) { reorgListeners.add(listener); return () => reorgListeners.delete(listener); },
    onState(listener) { watchers.add(listener); return () => watchers.delete(listener); },
  };
}
