import type { GrantView, InvitationView, RequestView } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { toAppError } from '../../../shared/errors.ts';
import { writeInvitation } from '../../consent/invitation.ts';
import { gasCost } from '../gas-costs.ts';
import type { Backstage } from '../backstage.ts';
import type { Started } from '../api-types.ts';
import { inTurn } from '../market/in-turn.ts';
import type { ConsentApi } from './api-types.ts';
import { createConsentBase, categoryOf, operationsOf } from './base.ts';
import { givenStore, type Given } from './given.ts';
import { createLive, type LiveOptions } from './live.ts';
import { createAppended } from './owner-appended.ts';
import { createEnding } from './owner-end.ts';
import { createGiving } from './owner-give.ts';
import { createInbox } from './owner-inbox.ts';
import { createSealing } from './owner-seal.ts';
import { createSending } from './owner-send.ts';
import { createSources } from './owner-sources.ts';
import { createRightIds, isRightOf } from './right-ids.ts';
import { createTakeBacks } from './take-backs.ts';

export type OwnerConsent = ReturnType<typeof createOwnerConsent>;
export type OwnerConsentOptions = LiveOptions & { /** Between two looks at what has ended by time, and at grantees that were away. */ everyMs?: number };

const EVERY_MS = 30_000;
/** Grantees that are looked for at a time. */
const AT_ONCE = 8;

/** The owner's side: invite, answer, give, deliver, take back. What it leaves out of ConsentApi others make. */
export function createOwnerConsent(b: Backstage, options: OwnerConsentOptions = {}) {
  const { accounts } = b.parts;
  const base = createConsentBase(b, (address) => nameOf(address));
  const store = givenStore({ db: b.parts.db, vault: base.vault });
  /** What grantees call themselves, as their requests said and the owner saw. */
  const nameOf = (address: Hex): string | null => store.list().find((g) => g.grantee === address && g.facts.name !== null)?.facts.name ?? null;
  const ids = createRightIds(base);
  const sources = createSources(base);
  const inbox = createInbox(base, sources);
  const sealing = createSealing(base, store);
  const takeBacks = createTakeBacks(base, store);
  const sending = createSending(base, store, takeBacks);
  const giving = createGiving(base, store, { sources, sealing, inbox, takeBacks });
  const appended = createAppended(base, store, { isTakenBack: takeBacks.covers });
  const live = createLive(base, store, { sealing, sending }, options);
  const ending = createEnding(base, store, { sealing, giving, takeBacks, onEnded: () => live.newEpoch() });
  const stopping = new AbortController();

  function view(given: Given): GrantView | null {
    const right = given.rightId === null ? undefined : base.reads.right(given.rightId);
    if (!right || !isRightOf(given, right)) return null;
    const status = base.reads.statusOf(right, base.now());
    const uses = base.reads.uses(right.id);
    const counts = store.rows.counts(given.key);
    const { facts } = given;
    const on = status === 'approved';
    return {
      rightId: right.id, to: base.party(right.grantee), account: given.account, status, category: facts.category, operations: facts.operations, scope: facts.scope, purpose: facts.purpose,
      givenAt: (right.decidedAt ?? 0) * 1000, expiresAt: right.expiry * 1000, endedAt: on ? null : (right.endedAt ?? (status === 'expired' ? right.expiry : null)) === null ? null : (right.endedAt ?? right.expiry) * 1000,
      what: facts.what.map(({ recordingId, datasetId, title, segments }) => ({ recordingId, datasetId, title, segments: on ? segments : 0 })),
      live: facts.scope.live ? { deliveries: counts.live ?? 0, lastAt: counts.liveAt, next: on } : null,
      uses: uses.length, lastUseAt: uses[0] ? uses[0].at * 1000 : null, delivered: given.delivered > 0, takingBack: takeBacks.covers(right),
    };
  }
  /** One that only the chain knows any more, as after a restore from the words. */
  function bareView(rightId: number): GrantView {
    const right = base.right(rightId);
    const uses = base.reads.uses(rightId);
    const status = base.reads.statusOf(right, base.now());
    return {
      rightId, to: base.party(right.grantee), account: base.indexOf(right.owner), status, category: categoryOf(right.category), operations: operationsOf(right.operations), scope: null, purpose: null,
      givenAt: (right.decidedAt ?? 0) * 1000, expiresAt: right.expiry * 1000, endedAt: right.endedAt === null ? null : right.endedAt * 1000, what: [], live: null, uses: uses.length, lastUseAt: uses[0] ? uses[0].at * 1000 : null, delivered: true, takingBack: takeBacks.covers(right),
    };
  }

  function invitation(index: number): InvitationView {
    const account = accounts.list('relationship').find((a) => a.index === index)!;
    const key: Hex = `0x${Buffer.from(b.parts.wallet.account(index).encryptionPublicKey).toString('hex')}`;
    return {
      account: index, address: account.address, label: account.label ?? '', createdAt: account.createdAt, used: base.reads.rightsOf([account.address]).length > 0,
      text: writeInvitation({ v: 1, ...base.contract(), account: account.address, key, addresses: base.addresses() }),
    };
  }

  const jobOf = (kind: 'approve' | 'grant', title: string, subject: { rightId?: number }, work: (control: Parameters<typeof giving.approve>[1]) => Promise<Given>): Started => b.jobs.start({
    kind, title, subject,
    async run(control) {
      const given = await work(control);
      control.subject({ rightId: given.rightId! });
      control.progress('deliver', 0, null);
      const delivered = await sending.push(given.key, control.signal).catch(() => false);
      return { rightId: given.rightId!, delivered };
    },
  });

  const api = {
    async overview() {
      const [requests, cost] = [base.reads.pendingFor(base.mine()), async (act: 'approve' | 'revoke' | 'revokeAll') => gasCost(b.chain, { act })];
      const now = base.now();
      const held = base.reads.recordsOf(base.mine());
      return {
        pending: requests.length, live: base.reads.rightsOf(base.mine()).filter((r) => base.reads.statusOf(r, now) === 'approved').length, records: held.length, emergencies: base.reads.emergenciesOf(base.mine()).length,
        cost: { approve: await cost('approve'), revoke: await cost('revoke'), revokeAll: await cost('revokeAll') },
      };
    },
    invitations: (): InvitationView[] => accounts.list('relationship').map((a) => invitation(a.index)).reverse(),
    invite({ label }: { label: string }): InvitationView {
      base.contract();
      base.messages();
      const { index } = accounts.fresh('relationship', label);
      b.changed('consent');
      return invitation(index);
    },
    requests: (): Promise<RequestView[]> => inbox.list(),
    approve: (input: Parameters<typeof giving.approve>[0]): Started => jobOf('approve', base.party(base.right(input.rightId).grantee).name ?? `#${input.rightId}`, { rightId: input.rightId }, (control) => giving.approve(input, control)),
    reject: (rightId: number) => giving.reject(rightId),
    grant: (input: Parameters<typeof giving.grant>[0]): Started => jobOf('grant', base.party(input.grantee).name ?? input.grantee, {}, (control) => giving.grant(input, control)),
    grants(): GrantView[] {
      const known = store.list();
      const of = new Set(known.map((g) => g.rightId));
      const bare = base.reads.rightsOf(base.mine()).filter((r) => r.decidedAt !== null && r.status !== 'rejected' && r.status !== 'pending' && !of.has(r.id)).map((r) => bareView(r.id));
      const isOn = (v: GrantView) => (v.status === 'approved' || v.status === 'suspended' ? 0 : 1);
      return [...known.flatMap((g) => view(g) ?? []), ...bare].sort((x, y) => isOn(x) - isOn(y) || y.givenAt - x.givenAt || y.rightId - x.rightId);
    },
    revoke: ending.revoke,
    revokeAll: ending.revokeAll,
  } satisfies Partial<ConsentApi>;

  /** After a reorganisation: what is kept goes with its rights; what the chain will not have again ends, and the person is told. */
  function mend(): void {
    if (ids.heal()) b.changed('consent');
    const { head, tip, reachable } = b.chain.sync();
    // Before the cache has read the new branch nothing is known to be lost.
    if (!reachable || head < tip) return;
    for (const { grantee } of giving.undo()) {
      b.notify('right-undone', { title: base.party(grantee).name ?? grantee }, '/owner/consent');
      b.changed('consent');
    }
  }

  /** One round of everything that time brings: what ended, what was not brought yet, what came. */
  let round: Promise<void> | undefined;
  let backs: Promise<void> | undefined;
  let again = false;
  function tick(): Promise<void> {
    if (round) { again = true; return round; }
    round = (async () => {
      mend();
      // Not waited for: while the relayer is away each try takes its time.
      backs = takeBacks.retry(stopping.signal).then(() => ending.sweep()).catch((error: unknown) => { lastError = toAppError(error); });
      await ending.sweep();
      const waiting = store.rows.list().filter(({ key, state, delivered }) => state === 'given' && delivered <= (store.rows.counts(key).last ?? -1));
      await inTurn(waiting, AT_ONCE, async ({ key }) => { if (!stopping.signal.aborted) await sending.push(key, stopping.signal).catch(() => false); });
    })().catch((error: unknown) => { lastError = toAppError(error); }).finally(() => { round = undefined; if (again && !stopping.signal.aborted) { again = false; void tick(); } });
    return round;
  }
  let lastError: ReturnType<typeof toAppError> | null = null;
  const timer = setInterval(() => { void tick(); }, options.everyMs ?? EVERY_MS);
  timer.unref();
  const forget = b.chain.indexer.onChange(() => { mend(); void ending.sweep().catch(() => undefined); });

  return {
    api, base, ids, takeBacks, store, inbox, sources, sealing, live, sending, appended, tick,
    /** What kept the last round from ending well; null where it did. */
    problem: () => lastError,
    /** Goes on with what a kill interrupted. */
    async resume(): Promise<void> {
      mend();
      await sealing.sweep();
      await live.start();
      await tick();
      await giving.resume(stopping.signal);
    },
    async close(): Promise<void> {
      stopping.abort();
      clearInterval(timer);
      forget();
      await live.stop();
      await appended.stop();
      await round;
      await backs;
    },
  };
}
