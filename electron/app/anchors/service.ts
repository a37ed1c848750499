import { createHmac } from 'node:crypto';
import type { AnchorBatchDetail, AnchorBatchView, AnchorIn, AnchorKind, AnchorLeafView, AnchorProgress, ReceiptVerdict, ReceiptView, VerifyReceiptIn } from '../../../shared/api/anchors.ts';
import { AnchorReceipt } from '../../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { createBatches, type AnchorSubject, type Batches } from '../../anchors/batches.ts';
import type { AnchorChain } from '../../anchors/ports.ts';
import { receiptText, verifyReceipt } from '../../anchors/verify.ts';
import { anchorRows, type BatchRow } from '../../db/queries/anchor-rows.ts';
import { apiTokens } from '../../db/queries/api-tokens.ts';
import { openAtRest, sealAtRest } from '../at-rest.ts';
import { openEntryStore } from '../manual/entry-store.ts';
import type { NodeParts } from '../open-parts.ts';
import { accessFile, entryFile, recordingFile, type SubjectFile } from './subjects.ts';

export type AnchorService = {
  batches: Batches;
  /** Lets recordings and entries wait for the next batch; reads each recording once. @returns how many wait now that did not */
  addOwn(what: AnchorIn, long?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<number>;
  /** Lets new lines of the REST layer's trace wait for the next batch. @returns how many */
  addTrace(): number;
  /** Recordings and entries that were never anchored, or changed since. */
  unanchored(): AnchorIn;
  waiting(): { count: number; since: number | null };
  list(limit: number, offset: number): { rows: AnchorBatchView[]; total: number };
  detail(id: number): AnchorBatchDetail;
  leaves(batch: number, limit: number, offset: number): { rows: AnchorLeafView[]; total: number };
  /** The receipt with the file that it is of, where this profile has that file. @throws AppError `hash-mismatch` the recording is another by now */
  receipt(kind: AnchorKind, ref: string, signal?: AbortSignal): Promise<ReceiptView>;
  /** Null where it was never asked for; what waits with new content is `waiting`, whatever was anchored before. */
  find(kind: AnchorKind, ref: string): AnchorProgress | null;
  verify(input: VerifyReceiptIn, signal?: AbortSignal): Promise<ReceiptVerdict>;
  newest(): number;
  close(): void;
};

/** Of something posted: its digest is its name, and stands in the database as a keyed hash. */
const POSTED = /(?<=^|\/)[0-9a-f]{64}$/;
const HIDDEN = /(?<=^|\/)~[0-9a-f]{32}$/;
/** Leaves of a batch that a page lists. */
const SHOWN = 200;
/** Lines of the trace in one go. */
const MOST_CALLS = 10_000;

/** Anchoring for a profile: what of it is anchored, from its own account, and the receipts. */
export function openAnchors(parts: NodeParts): AnchorService {
  const { db, wallet, recordings } = parts;
  const rows = anchorRows(db);
  const calls = apiTokens(db);
  const entries = openEntryStore(parts);
  const key = wallet.storageKey('anchors');
  const seal = {
    seal: (what: string, secret: Uint8Array) => sealAtRest(key, what, secret),
    open: (what: string, sealed: Uint8Array) => openAtRest(key, what, sealed),
    mark: (digest: Uint8Array) => createHmac('sha256', key).update(digest).digest().subarray(0, 16),
  };

  async function anchorChain(): Promise<AnchorChain> {
    const chain = await parts.chain();
    const contract = chain.network.contracts.anchors;
    if (!contract) throw new AppError('chain-wrong', `${chain.network.name} was made before there were anchors.`, { hint: 'Use a newer network.' });
    const account = parts.address.toLowerCase() as Hex;
    return {
      place: { chainId: chain.network.chainId, contract }, account, call: chain.call, depth: chain.network.confirmations,
      send: (intent, options) => chain.sendAndSee(intent, options),
      last: async () => (await chain.read('anchors', 'lastOf', [account]))[0] as Hex,
      has: async (root) => ((await chain.read('anchors', 'anchorOf', [account, root]))[0] as { time: bigint }).time !== 0n,
    };
  }
  const hide = (kind: AnchorKind, ref: string): string => (kind === 'file' ? ref.replace(POSTED, (digest) => `~${createHmac('sha256', key).update(`ref/${digest}`).digest('hex').slice(0, 32)}`) : ref);
  const made = createBatches({ rows, chain: anchorChain, seal });
  const batches: Batches = {
    ...made,
    add: (subjects) => made.add([...subjects].map((s) => ({ ...s, ref: hide(s.kind, s.ref) }))),
    receipt: (kind, ref, signal) => made.receipt(kind, hide(kind, ref), signal),
  };

  function view(row: BatchRow): AnchorBatchView {
    const known = rows.byRoot(row.account, row.root);
    return {
      id: row.id, root: row.root, account: row.account, count: row.count, state: row.state, sequence: known?.sequence ?? null, previous: known?.previous ?? null,
      madeAt: row.createdAt, anchoredAt: known ? known.at * 1000 : null, tx: row.tx ?? known?.tx ?? null, block: known?.block ?? null, gas: row.gas === null ? null : Number(row.gas),
    };
  }

  function leavesOf(batch: number, limit: number, offset: number): AnchorLeafView[] {
    const leaves = rows.leaves(batch, limit, offset);
    const posted = leaves.filter((l) => l.kind === 'file' && HIDDEN.test(l.ref));
    const digests = posted.length === 0 ? [] : batches.digests(batch, posted.map((l) => l.index));
    const shown = new Map(posted.map((l, i) => [l.index, l.ref.replace(HIDDEN, Buffer.from(digests[i]!).toString('hex'))]));
    return leaves.map(({ index, kind, ref }) => ({ index, kind, ref: shown.get(index) ?? ref, title: kind === 'recording' ? recordings.get(ref)?.title ?? null : null }));
  }

  async function fileOf(kind: AnchorKind, ref: string, signal?: AbortSignal): Promise<SubjectFile | null> {
    if (kind === 'recording') { const info = recordings.get(ref); return info ? recordingFile(recordings, info, signal) : null; }
    if (kind === 'entry') { const entry = entries.get(ref); return entry ? entryFile(ref, entry) : null; }
    if (kind === 'access') { const line = calls.call(Number(ref)); return line ? accessFile(ref, line) : null; }
    return null;
  }

  return {
    batches,
    async addOwn({ recordings: ids, entries: entryIds }, { signal, onProgress } = {}) {
      const subjects: AnchorSubject[] = entryIds.map((id) => ({ kind: 'entry', ref: id, digest: entryFile(id, entries.get(id)).digest }));
      for (const [i, id] of ids.entries()) {
        const info = recordings.get(id);
        if (!info) throw new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: '`phdex list --recordings` shows what is there.' });
        subjects.push({ kind: 'recording', ref: id, digest: (await recordingFile(recordings, info, signal)).digest });
        onProgress?.(i + 1, ids.length);
      }
      return batches.add(subjects);
    },
    addTrace: () => batches.add(calls.callsAfter(rows.newestCall(), MOST_CALLS).map((line): AnchorSubject => ({ kind: 'access', ref: String(line.id), digest: accessFile(String(line.id), line).digest }))),
    unanchored() {
      const known = (kind: AnchorKind, ref: string) => rows.waitsWith(kind, ref) !== undefined || rows.leafOf(kind, ref) !== undefined;
      return {
        // A recording never changes, but for one that is made anew of what was written down.
        recordings: recordings.list().filter((r) => r.source.kind !== 'manual' && !known('recording', r.id)).map((r) => r.id),
        // An entry may have been edited: by its content, which costs little.
        entries: entries.list().filter(({ id, entry }) => { const mark = rows.waitsWith('entry', id) ?? rows.leafOf('entry', id)?.mark; return !mark || Buffer.compare(mark, seal.mark(entryFile(id, entry).digest)) !== 0; }).map(({ id }) => id),
      };
    },
    waiting: () => rows.waiting(),
    list: (limit, offset) => ({ rows: rows.batches(limit, offset).map(view), total: rows.countBatches() }),
    detail(id) {
      const row = rows.batch(id);
      if (!row) throw new AppError('invalid-argument', `There is no batch ${id} in this profile.`, { hint: 'Look at the list of batches.' });
      return { ...view(row), leaves: leavesOf(id, SHOWN, 0) };
    },
    leaves: (batch, limit, offset) => ({ rows: leavesOf(batch, limit, offset), total: rows.batch(batch)?.count ?? 0 }),
    async receipt(kind, ref, signal) {
      const { batch, receipt } = await batches.receipt(kind, ref, signal);
      const file = await fileOf(kind, ref, signal);
      if (file && `0x${Buffer.from(file.digest).toString('hex')}` !== receipt.digest) throw new AppError('hash-mismatch', 'It was changed since it was anchored.', { hint: 'Anchor it again; the receipt that you saved stays good for the file as it was.' });
      return { kind, ref, receipt: receiptText(receipt), file: file?.text ?? null, fileName: file?.name ?? ref, batch: view(rows.batch(batch.id)!) };
    },
    find(kind, posted) {
      const ref = hide(kind, posted);
      if (rows.waitsWith(kind, ref)) return { state: 'waiting', batch: null };
      const leaf = rows.leafOf(kind, ref);
      const batch = leaf && rows.batch(leaf.batchId);
      return batch ? { state: batch.state === 'made' ? 'sent' : 'anchored', batch: view(batch) } : null;
    },
    async verify({ receipt, digest, blockHash }, signal) {
      const bytes = Buffer.from(digest, 'hex');
      const open = verifyReceipt(receipt, bytes, blockHash as Hex | null);
      if (!open.holds && !open.blockOpen) return open;
      // Of this profile's chain: its contract is known, and where nobody named the block its endpoint is asked.
      const chain = await parts.chain();
      const { chain: of, block } = AnchorReceipt.parse(JSON.parse(receipt));
      if (of.id !== chain.network.chainId) return open;
      const first = verifyReceipt(receipt, bytes, blockHash as Hex | null, chain.network.contracts.anchors ?? null);
      if (!first.blockOpen) return first;
      const now = await chain.call<{ hash: Hex } | null>('eth_getBlockByNumber', [`0x${block.number.toString(16)}`, false], { signal });
      return now ? verifyReceipt(receipt, bytes, now.hash, chain.network.contracts.anchors ?? null) : first;
    },
    newest: () => rows.batches(1, 0)[0]?.createdAt ?? 0,
    close: () => { key.fill(0); },
  };
}
