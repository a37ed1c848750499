import { randomBytes } from 'node:crypto';
import type { AnchorKind } from '../../shared/api/anchors.ts';
import type { AnchorReceipt } from '../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { AnchorRows, BatchRow } from '../db/queries/anchor-rows.ts';
import { createMerkleTree, HASH_BYTES } from '../merkle/tree.ts';
import { anchorLeaf } from './leaf.ts';
import type { AnchorChain, AnchorSeal } from './ports.ts';
import { blockStands, makeReceipt, proveBatch, type BatchProof } from './prove.ts';

/** Something whose digest is to be anchored. `ref` names it to this profile: a recording's id, a name of the caller's. */
export type AnchorSubject = { kind: AnchorKind; ref: string; /** SHA-256, 32 bytes. */ digest: Uint8Array };

/** Beyond, the rest goes into a batch of its own: a tree of so many is made in a second and its leaves are 6 MB. */
export const MAX_LEAVES = 100_000;
/** Digest and salt. */
const SECRET_BYTES = 2 * HASH_BYTES;
/** So often another device of the same account may come first. */
const ATTEMPTS = 4;

export type Batches = {
  /** Lets it wait for the next batch. What waits or was anchored with the same content already is passed over. @returns how many wait now that did not */
  add(subjects: Iterable<AnchorSubject>): number;
  /**
   * Makes batches of what waits, and sends those and any that an earlier run left, one transaction each, one after the other.
   * @throws AppError of the outbox; what was made stays and is sent by the next call
   */
  flush(signal?: AbortSignal): Promise<BatchRow[]>;
  /** The receipt of the newest leaf of something. @throws AppError `invalid-argument` it was never anchored, or is not yet · those of `proveBatch` */
  receipt(kind: AnchorKind, ref: string, signal?: AbortSignal): Promise<{ batch: BatchRow; receipt: AnchorReceipt }>;
  /** What some leaves of a batch are of: SHA-256, by their index. @throws AppError `database-corrupt` */
  digests(batchId: number, indexes: readonly number[]): Uint8Array[];
  /** All receipts of a batch, in the order of its leaves. */
  receipts(batchId: number, signal?: AbortSignal): Promise<{ kind: AnchorKind; ref: string; receipt: AnchorReceipt }[]>;
};

/**
 * Anchors in batches. From waiting to a batch is one transaction of the database, and a batch goes to the chain under the
 * key of its root: a kill anywhere in between loses nothing and never anchors twice.
 */
export function createBatches(deps: { rows: AnchorRows; chain(): Promise<AnchorChain>; seal: AnchorSeal; now?: () => number }): Batches {
  const { rows, seal, now = Date.now } = deps;
  let sending: Promise<unknown> = Promise.resolve();
  /** The last one that was opened: receipts are mostly asked for batch by batch. */
  let opened: { id: number; secrets: Uint8Array; tree: ReturnType<typeof createMerkleTree> } | undefined;

  function makeBatch(chain: AnchorChain): boolean {
    const waiting = rows.pending(MAX_LEAVES);
    if (waiting.length === 0) return false;
    const secrets = Buffer.alloc(waiting.length * SECRET_BYTES);
    const leaves = new Uint8Array(waiting.length * HASH_BYTES);
    waiting.forEach((row, i) => {
      const digest = seal.open(`anchor-pending/${row.kind}/${row.ref}`, row.sealed);
      const salt = randomBytes(HASH_BYTES);
      secrets.set(digest, i * SECRET_BYTES);
      secrets.set(salt, i * SECRET_BYTES + HASH_BYTES);
      leaves.set(anchorLeaf(chain.place, salt, digest), i * HASH_BYTES);
    });
    const root: Hex = `0x${Buffer.from(createMerkleTree(leaves).root).toString('hex')}`;
    rows.makeBatch({ root, account: chain.account, sealed: seal.seal(`anchor-batch/${root}`, secrets), leaves: waiting, lastId: waiting.at(-1)!.id, now: now() });
    return true;
  }

  async function send(chain: AnchorChain, batch: BatchRow, signal?: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const sent = await chain.send({ key: `anchor:${batch.root}`, contract: 'anchors', method: 'anchor', args: [batch.root, batch.count, await chain.last()] }, { signal });
        return rows.markAnchored(batch.id, { tx: sent.hash, gas: sent.gasUsed });
      } catch (error) {
        if (!isAppError(error, 'chain-reverted')) throw error;
        // A profile that was restored from a backup may have sent it already.
        if (await chain.has(batch.root)) return rows.markAnchored(batch.id, null);
        // Another device of the same account came first: after its batch then.
        if (attempt === ATTEMPTS || error.details.reason !== 'AnchorPrevious') throw error;
      }
    }
  }

  function open(batch: BatchRow, place: AnchorChain['place']) {
    if (opened?.id === batch.id) return opened;
    const secrets = seal.open(`anchor-batch/${batch.root}`, rows.sealedOf(batch.id));
    const leaves = new Uint8Array(batch.count * HASH_BYTES);
    for (let i = 0; i < batch.count; i += 1) { const it = secretsAt(secrets, i); leaves.set(anchorLeaf(place, it.salt, it.digest), i * HASH_BYTES); }
    const tree = createMerkleTree(leaves);
    if (`0x${Buffer.from(tree.root).toString('hex')}` !== batch.root) throw new AppError('database-corrupt', `The leaves of batch ${batch.id} do not make its root.`, { hint: 'Restore the profile from its backup.' });
    return (opened = { id: batch.id, secrets, tree });
  }

  async function proofOf(chain: AnchorChain, batch: BatchRow, signal?: AbortSignal): Promise<BatchProof> {
    if (batch.state !== 'anchored') throw new AppError('invalid-argument', 'Its batch is not anchored yet.', { hint: 'Wait until its transaction is in a block.', retryable: true });
    const kept = batch.proof === null ? null : (JSON.parse(batch.proof) as BatchProof);
    if (kept && (await blockStands(chain.call, kept, signal))) return kept;
    const proof = await proveBatch(chain.call, chain.place, { account: batch.account, root: batch.root, depth: chain.depth }, signal);
    rows.saveProof(batch.id, JSON.stringify(proof));
    return proof;
  }

  return {
    add: (subjects) => rows.inOne(() => {
      let added = 0;
      for (const { kind, ref, digest } of subjects) {
        const mark = seal.mark(digest);
        const known = rows.waitsWith(kind, ref) ?? rows.leafOf(kind, ref)?.mark;
        if (known && Buffer.compare(known, mark) === 0) continue;
        rows.wait({ kind, ref, mark, sealed: seal.seal(`anchor-pending/${kind}/${ref}`, digest) }, now());
        added += 1;
      }
      return added;
    }),
    flush(signal) {
      const run = sending.catch(() => undefined).then(async () => {
        const chain = await deps.chain();
        while (makeBatch(chain)) signal?.throwIfAborted();
        const batches = rows.made();
        for (const batch of batches) {
          await send(chain, batch, signal);
          // While the endpoint still has the state of a block near it: many keep no older one. What fails is asked for again with the receipt.
          await proofOf(chain, rows.batch(batch.id)!, signal).catch(() => undefined);
        }
        return batches.map(({ id }) => rows.batch(id)!);
      });
      sending = run;
      return run;
    },
    async receipt(kind, ref, signal) {
      const leaf = rows.leafOf(kind, ref);
      if (!leaf) throw new AppError('invalid-argument', rows.waitsWith(kind, ref) ? 'It waits for the next batch.' : 'It was never anchored.', { hint: 'Anchor it first: `phdex anchor`.' });
      const chain = await deps.chain();
      const batch = rows.batch(leaf.batchId)!;
      const proof = await proofOf(chain, batch, signal);
      const { tree, secrets } = open(batch, chain.place);
      return { batch, receipt: makeReceipt(proof, tree, leaf.index, secretsAt(secrets, leaf.index)) };
    },
    digests(batchId, indexes) {
      const secrets = opened?.id === batchId ? opened.secrets : seal.open(`anchor-batch/${rows.batch(batchId)!.root}`, rows.sealedOf(batchId));
      return indexes.map((i) => secretsAt(secrets, i).digest.slice());
    },
    async receipts(batchId, signal) {
      const batch = rows.batch(batchId);
      if (!batch) throw new AppError('invalid-argument', `There is no batch ${batchId}.`, { hint: '`phdex anchor --list` shows those of this profile.' });
      const chain = await deps.chain();
      const proof = await proofOf(chain, batch, signal);
      const { tree, secrets } = open(batch, chain.place);
      return rows.leaves(batchId, batch.count).map(({ kind, ref, index }) => ({ kind, ref, receipt: makeReceipt(proof, tree, index, secretsAt(secrets, index)) }));
    },
  };
}

const secretsAt = (secrets: Uint8Array, i: number) => ({ digest: secrets.subarray(i * SECRET_BYTES, i * SECRET_BYTES + HASH_BYTES), salt: secrets.subarray(i * SECRET_BYTES + HASH_BYTES, (i + 1) * SECRET_BYTES) });
