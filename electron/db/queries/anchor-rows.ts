import type { AnchorKind } from '../../../shared/api/anchors.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

export type PendingRow = { id: number; kind: AnchorKind; ref: string; mark: Uint8Array; sealed: Uint8Array };
export type BatchRow = { id: number; root: Hex; account: Hex; count: number; state: 'made' | 'anchored'; tx: Hex | null; gas: string | null; proof: string | null; createdAt: number };
export type LeafRow = { batchId: number; index: number; kind: AnchorKind; ref: string; mark: Uint8Array };
/** A batch as the chain tells of it. */
export type AnchoredRow = { account: Hex; sequence: number; root: Hex; count: number; previous: Hex; block: number; at: number; tx: Hex };

const BATCH = 'id, root, account, count, state, tx, gas, proof, created_at AS createdAt';

export function anchorRows(db: Db) {
  const wait = db.prepare('INSERT INTO anchor_pending (kind, ref, mark, sealed, created_at) VALUES (@kind, @ref, @mark, @sealed, @now) ON CONFLICT (kind, ref) DO UPDATE SET mark = excluded.mark, sealed = excluded.sealed');
  const pending = db.prepare('SELECT id, kind, ref, mark, sealed FROM anchor_pending ORDER BY id LIMIT ?');
  const countPending = db.prepare('SELECT count(*) AS count, min(created_at) AS since FROM anchor_pending');
  const waitsFor = db.prepare('SELECT mark FROM anchor_pending WHERE kind = ? AND ref = ?').pluck();
  const unwait = db.prepare('DELETE FROM anchor_pending WHERE id <= ?');
  const addBatch = db.prepare("INSERT INTO anchor_batches (root, account, count, sealed, state, created_at) VALUES (@root, @account, @count, @sealed, 'made', @now)");
  const addLeaf = db.prepare('INSERT INTO anchor_leaves VALUES (?, ?, ?, ?, ?)');
  const anchored = db.prepare("UPDATE anchor_batches SET state = 'anchored', tx = coalesce(@tx, tx), gas = coalesce(@gas, gas) WHERE id = @id");
  const proven = db.prepare('UPDATE anchor_batches SET proof = ? WHERE id = ?');
  const made = db.prepare(`SELECT ${BATCH} FROM anchor_batches WHERE state = 'made' ORDER BY id`);
  const batch = db.prepare(`SELECT ${BATCH} FROM anchor_batches WHERE id = ?`);
  const batches = db.prepare(`SELECT ${BATCH} FROM anchor_batches ORDER BY id DESC LIMIT ? OFFSET ?`);
  const countBatches = db.prepare('SELECT count(*) FROM anchor_batches').pluck();
  const sealed = db.prepare('SELECT sealed FROM anchor_batches WHERE id = ?').pluck();
  const LEAF = 'batch_id AS batchId, idx AS "index", kind, ref, mark';
  const leaves = db.prepare(`SELECT ${LEAF} FROM anchor_leaves WHERE batch_id = ? ORDER BY idx LIMIT ? OFFSET ?`);
  const leavesOf = db.prepare(`SELECT ${LEAF} FROM anchor_leaves WHERE kind = ? AND ref = ? ORDER BY batch_id DESC, idx DESC LIMIT 1`);
  const newestCall = db.prepare("SELECT max(id) FROM (SELECT max(CAST(ref AS INTEGER)) AS id FROM anchor_leaves WHERE kind = 'access' UNION ALL SELECT max(CAST(ref AS INTEGER)) FROM anchor_pending WHERE kind = 'access')").pluck();
  const onChain = db.prepare('SELECT account, sequence, root, count, previous, block, at, tx FROM anchors WHERE account = ? ORDER BY sequence DESC LIMIT ?');
  const byRoot = db.prepare('SELECT account, sequence, root, count, previous, block, at, tx FROM anchors WHERE account = ? AND root = ?');
  return {
    wait(row: Omit<PendingRow, 'id'>, now: number): void { wait.run({ ...row, now }); },
    inOne: <T>(work: () => T): T => db.transaction(work)(),
    pending: (limit: number) => pending.all(limit) as PendingRow[],
    waiting: () => countPending.get() as { count: number; since: number | null },
    waitsWith: (kind: AnchorKind, ref: string) => waitsFor.get(kind, ref) as Buffer | undefined,
    /** Moves what waits, up to the row `lastId`, into a batch: both or none. */
    makeBatch(it: { root: Hex; account: Hex; sealed: Uint8Array; leaves: readonly Omit<LeafRow, 'batchId' | 'index'>[]; lastId: number; now: number }): number {
      return db.transaction(() => {
        const id = Number(addBatch.run({ root: it.root, account: it.account, count: it.leaves.length, sealed: it.sealed, now: it.now }).lastInsertRowid);
        it.leaves.forEach((leaf, i) => addLeaf.run(id, i, leaf.kind, leaf.ref, leaf.mark));
        unwait.run(it.lastId);
        return id;
      })();
    },
    /** @param sent null where an earlier run had sent it and only the chain knows */
    markAnchored(id: number, sent: { tx: Hex; gas: bigint } | null): void { anchored.run({ id, tx: sent?.tx ?? null, gas: sent?.gas.toString() ?? null }); },
    saveProof(id: number, proof: string): void { proven.run(proof, id); },
    made: () => made.all() as BatchRow[],
    batch: (id: number) => batch.get(id) as BatchRow | undefined,
    batches: (limit: number, offset: number) => batches.all(limit, offset) as BatchRow[],
    countBatches: () => countBatches.get() as number,
    sealedOf: (id: number) => sealed.get(id) as Buffer,
    leaves: (batchId: number, limit: number, offset = 0) => leaves.all(batchId, limit, offset) as LeafRow[],
    /** The newest leaf of something. */
    leafOf: (kind: AnchorKind, ref: string) => leavesOf.get(kind, ref) as LeafRow | undefined,
    /** The newest line of the REST layer's trace that was asked for. */
    newestCall: () => (newestCall.get() as number | null) ?? 0,
    onChain: (account: string, limit: number) => onChain.all(account.toLowerCase(), limit) as AnchoredRow[],
    byRoot: (account: string, root: string) => byRoot.get(account.toLowerCase(), root) as AnchoredRow | undefined,
  };
}
export type AnchorRows = ReturnType<typeof anchorRows>;
