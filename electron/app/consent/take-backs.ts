import type { Hex } from '../../../shared/domain/chain.ts';
import type { RightRow } from '../../../shared/domain/consent.ts';
import { takeBackRows, type TakeBackRow } from '../../db/queries/take-backs.ts';
import type { ConsentBase } from './base.ts';
import type { GivenStore } from './given.ts';

/** How long one that was carried out is watched: a reorganisation may bring the right back. */
const WATCHED_MS = 86_400_000;

export type TakeBacks = ReturnType<typeof createTakeBacks>;

/**
 * What the owner wants back, kept from before anything is sent until the chain has had it for a day: while the relayer is away, or
 * an approval that was signed before is still on its way, it is tried again. Nothing is sent by such a right from the first moment on.
 */
export function createTakeBacks(base: ConsentBase, store: Pick<GivenStore, 'rows'>) {
  const { b, reads } = base;
  const rows = takeBackRows(b.parts.db);

  /** Approved and in the epoch that is on, also while its grantee is suspended. */
  const isOn = (right: RightRow): boolean => right.status === 'approved' && right.epoch === reads.epochOf(right.owner) && base.now() <= right.expiry;
  const rightOf = (it: TakeBackRow): RightRow | undefined => reads.rightsOf([it.owner]).find((r) => r.scopeRoot === it.scopeRoot && isOn(r));
  /** Signed, and not known to have failed: it goes on before what is sent after it. */
  const isGiving = (owner: Hex): boolean => store.rows.list().some((g) => g.state === 'sealed' && store.rows.wasSent(`give:${g.key}`) && b.chain.as(g.account).address.toLowerCase() === owner);
  const waits = (it: TakeBackRow): boolean => (it.scopeRoot === null ? reads.epochOf(it.owner) < it.epoch && (reads.rightsOf([it.owner]).some(isOn) || isGiving(it.owner)) : rightOf(it) !== undefined);
  const waiting = (): TakeBackRow[] => rows.list().filter(waits);

  async function carryOut(it: TakeBackRow, signal?: AbortSignal): Promise<void> {
    const sender = b.chain.as(base.indexOf(it.owner));
    if (it.scopeRoot === null) {
      await sender.send({ key: `revoke-all:${it.owner}:${it.epoch - 1}`, contract: 'consent', method: 'revokeAll', args: [] }, { signal });
      return;
    }
    const right = rightOf(it);
    if (right) await sender.send({ key: `revoke:${right.id}:${it.scopeRoot.slice(2, 18)}`, contract: 'consent', method: 'revoke', args: [right.id, it.scopeRoot] }, { signal });
  }

  let round: Promise<void> | undefined;
  return {
    one(right: Pick<RightRow, 'owner' | 'scopeRoot'>): void { rows.add({ owner: right.owner, scopeRoot: right.scopeRoot, epoch: null, at: Date.now() }); },
    all(owners: Iterable<Hex>): void { b.parts.db.transaction(() => { for (const owner of owners) rows.add({ owner, scopeRoot: null, epoch: reads.epochOf(owner) + 1, at: Date.now() }); })(); },
    carryOut,
    /** Those of the chain's rights, or of an account, that still stand. */
    waiting,
    /** Whether the owner wants this right back. */
    covers: (right: Pick<RightRow, 'owner' | 'scopeRoot'>): boolean => waiting().some((it) => it.owner === right.owner && (it.scopeRoot === null || it.scopeRoot === right.scopeRoot)),
    /** Whether everything that an account gave is being taken back, so that nothing new may come from it. What is done is forgotten: it must not reach what comes after. */
    holdsUp(owner: Hex): boolean {
      const these = rows.list().filter((it) => it.owner === owner && it.scopeRoot === null);
      if (these.some(waits)) return true;
      for (const { id } of these) rows.remove(id);
      return false;
    },
    /** Tries all that waits; each account by itself, so that one that fails holds up no other. */
    retry(signal?: AbortSignal): Promise<void> {
      return (round ??= (async () => {
        const due = waiting();
        await Promise.allSettled(due.map((it) => carryOut(it, signal)));
        if (due.length > 0) b.changed('consent', 'history');
        for (const it of rows.list()) if (Date.now() - it.at > WATCHED_MS && !waits(it)) rows.remove(it.id);
      })().finally(() => { round = undefined; }));
    },
  };
}
