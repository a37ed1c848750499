import type { RevokedAll } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ConsentBase } from './base.ts';
import type { GivenStore } from './given.ts';
import type { Giving } from './owner-give.ts';
import { isRightOf } from './right-ids.ts';
import type { Sealing } from './owner-seal.ts';
import type { TakeBacks } from './take-backs.ts';

/** Taking back: one transaction for one right, one for each account for all; what a right opened goes from this profile when it has ended, however it did. */
export function createEnding(base: ConsentBase, store: GivenStore, { sealing, giving, takeBacks, onEnded }: { sealing: Sealing; giving: Pick<Giving, 'takeBack'>; takeBacks: TakeBacks; /** Some right has ended. */ onEnded(): void }) {
  const { b, reads } = base;

  let line: Promise<unknown> = Promise.resolve();
  /** Clears away what ended rights opened: by revocation, time, hand-back or a new epoch. One after the other. */
  function sweep(): Promise<void> {
    const turn = line.then(clear);
    line = turn.catch(() => undefined);
    return turn;
  }
  async function clear(): Promise<void> {
    const now = base.now();
    let ended = 0;
    for (const { key, rightId, state, grantee, scopeRoot } of store.rows.list()) {
      const right = rightId === null ? undefined : reads.right(rightId);
      if (state !== 'given' || !right || !isRightOf({ grantee, scopeRoot }, right)) continue;
      const status = reads.statusOf(right, now);
      // A suspended grantee gets nothing, but may be accredited again: the right is still there.
      if (status === 'approved' || status === 'pending' || status === 'suspended') continue;
      store.rows.end(key);
      ended += 1;
      onEnded();
    }
    if (ended > 0) b.changed('consent');
    // Also what a run that was killed had still to let go of.
    for (const key of store.rows.toClear()) {
      await sealing.unpin(store.rows.cids(key));
      // One that never reached the chain leaves nothing: its request can be answered again.
      if (store.rows.byKey(key)?.rightId === null) store.rows.remove(key); else store.rows.cleared(key);
    }
  }

  return {
    sweep,
    /** Kept before it is sent: what cannot be taken back now is as soon as it can, and opens nothing meanwhile. */
    async revoke(rightId: number): Promise<void> {
      const right = base.right(rightId);
      base.indexOf(right.owner);
      if (right.status !== 'approved') throw new AppError('access-expired', right.status === 'pending' ? 'That is a request that was not answered yet.' : 'That right has ended already.', { hint: right.status === 'pending' ? 'Refuse it instead.' : 'There is nothing left to take back.' });
      takeBacks.one(right);
      try {
        for (const it of takeBacks.waiting()) if (it.owner === right.owner && it.scopeRoot === right.scopeRoot) await takeBacks.carryOut(it);
      } catch (error) {
        if (!takeBacks.covers(right)) throw error;
        const { code, message } = toAppError(error);
        throw new AppError(code, `The chain does not know yet that you took it back: ${message}`, { hint: 'It is kept, and done as soon as it can be. Nothing more is sent by that right.', retryable: true, cause: error });
      } finally {
        await sweep();
        b.changed('consent', 'history');
      }
    },

    /** All accounts at once; one that fails holds up no other, is told, and tried again by itself. */
    async revokeAll(): Promise<RevokedAll> {
      giving.takeBack();
      const now = base.now();
      const live = reads.rightsOf(base.mine()).filter((r) => r.status === 'approved' && r.epoch === reads.epochOf(r.owner) && now <= r.expiry);
      // What was signed and is not mined goes live yet: its account's line of calls puts this one after it.
      const underWay = store.rows.list().filter((g) => g.state === 'sealed').map((g) => b.chain.as(g.account).address.toLowerCase() as Hex);
      const owners = [...new Set([...live.map((r) => r.owner), ...underWay])];
      const epochs = new Map(owners.map((owner) => [owner, reads.epochOf(owner)]));
      takeBacks.all(owners);
      const failed: RevokedAll['failed'] = [];
      const done = new Set<string>();
      await Promise.all(owners.map(async (owner) => {
        const account = base.indexOf(owner);
        try {
          await takeBacks.carryOut({ id: 0, owner, scopeRoot: null, epoch: epochs.get(owner)! + 1, at: 0 });
          done.add(owner);
        } catch (error) {
          failed.push({ account, message: toAppError(error).message });
        }
      }));
      await sweep();
      b.changed('consent', 'history');
      const ended = reads.rightsOf([...done]).filter((r) => r.status === 'approved' && r.epoch === epochs.get(r.owner) && now <= r.expiry);
      return { accounts: done.size, rights: ended.length, failed };
    },
  };
}
export type Ending = ReturnType<typeof createEnding>;
