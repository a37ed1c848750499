import type { Hex } from '../../../shared/domain/chain.ts';
import { toAppError } from '../../../shared/errors.ts';
import { toTellRows, type ToTell } from '../../db/queries/erasures-to-tell.ts';
import { openEndedGrants, type EndedGrant } from '../owner/ended-grants.ts';
import type { Given } from './given.ts';
import type { HealthLinks } from './health-links.ts';
import type { OwnerConsent } from './owner.ts';

const TELL_MS = 6000;
const LOOK_MS = 60_000;
/** The first wait after a try that nobody heard; each is six times the one before, and a day at most. */
const FIRST_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long a recipient that is away is tried for. */
const TELLING_MS = 90 * DAY_MS;

export type ErasedGrants = { grants: EndedGrant[]; healthLinks: number };
export type GrantErasing = ReturnType<typeof createGrantErasing>;

/**
 * What sharing by consent leaves of a dataset that is erased: its rights end, their packets and deliveries go, links that
 * show it stop opening, and each recipient is told (GDPR 17, 19), again and again until its app has put away what it had.
 */
export function createGrantErasing(owner: OwnerConsent, links: Pick<HealthLinks, 'revokeShowing'>) {
  const { base, store, api, ids } = owner;
  const toTell = toTellRows(base.b.parts.db);
  const ended = openEndedGrants(base.b.parts);
  const stopping = new AbortController();

  /** Rights that open the dataset, or where the recording goes as well, that one. */
  function rightsOn({ datasetId, recordingId }: { datasetId: number; recordingId: string | null }): Given[] {
    ids.heal();
    return store.list().filter((g) => g.rightId !== null && (g.facts.what.some((w) => w.datasetId === datasetId || (recordingId !== null && w.recordingId === recordingId)) || (recordingId !== null && (store.rows.cursor(g.key, recordingId)?.batch ?? 0) > 0)));
  }
  function isEnded({ rightId }: Given): boolean {
    const right = base.reads.right(rightId!);
    const status = right ? base.reads.statusOf(right, base.now()) : 'revoked';
    return status !== 'approved' && status !== 'suspended';
  }

  /** @returns whether the recipient's app says that it has put away what it had */
  async function tell(given: Given, signal: AbortSignal): Promise<boolean> {
    const addresses = [...new Set([...given.facts.addresses, ...base.endpoints(given.grantee)])];
    try {
      const { answer } = await base.messages().ask(addresses, async (peers) => base.talk.write('erased', given.rightId!, { at: base.now() }, base.signer(given.account), peers), { timeoutMs: TELL_MS, maxBytes: 4096, signal });
      return base.talk.readAnswer(answer).ok;
    } catch { return false; }
  }

  async function tellAgain(it: ToTell, now: number): Promise<void> {
    ids.heal();
    const given = store.byKey(it.givenKey);
    if (!given || given.rightId === null || now > it.until) { toTell.remove(it); return; }
    if (isEnded(given)) {
      // It may have ended since, where the relayer was away.
      const gone = store.rows.counts(given.key).packets === 0;
      ended.amend(it.nonce, it.givenKey, (g) => (g.ended ? {} : { ended: true, problem: null, ...(gone ? { keysDestroyed: g.keys ?? 0, deliveriesUnpinned: g.deliveries ?? 0 } : {}) }));
      if (await tell(given, stopping.signal)) {
        ended.amend(it.nonce, it.givenKey, () => ({ told: true, toldAt: Date.now() }));
        toTell.remove(it);
        return;
      }
    }
    if (!stopping.signal.aborted) toTell.later({ ...it, nextAt: now + Math.min(DAY_MS, FIRST_MS * 6 ** it.tries) });
  }

  let round: Promise<void> | undefined;
  /** Tells those whose time has come. */
  function retell(now = Date.now()): Promise<void> {
    return (round ??= (async () => {
      const due = toTell.due(now);
      for (const it of due) if (!stopping.signal.aborted) await tellAgain(it, now);
      if (due.length > 0) base.b.changed('datasets');
    })().catch(() => undefined).finally(() => { round = undefined; }));
  }
  let timer: NodeJS.Timeout | undefined;

  return {
    /** Never throws: what could not be ended is told in the certificate, and the erasure goes on. */
    async end(what: { datasetId: number; recordingId: string | null; nonce: Hex }, signal: AbortSignal, onStep: (done: number, total: number) => void = () => undefined): Promise<ErasedGrants> {
      const given = rightsOn(what);
      const grants: ErasedGrants['grants'] = [];
      for (const [i, g] of given.entries()) {
        onStep(i, given.length);
        const [keys, cids] = [store.rows.counts(g.key).packets, store.rows.cids(g.key)];
        let problem: string | null = null;
        const now = Date.now();
        const telling = { givenKey: g.key, nonce: what.nonce };
        // Before it is tried: whoever is not reached, or not before a kill, is told later.
        toTell.add({ ...telling, tries: 0, nextAt: now + FIRST_MS, until: now + TELLING_MS });
        if (!isEnded(g)) {
          try { await api.revoke(g.rightId!); } catch (error) { problem = toAppError(error).message; }
        }
        const isOver = isEnded(g);
        const gone = store.rows.counts(g.key).packets === 0;
        const told = isOver && await tell(g, signal);
        if (told) toTell.remove(telling);
        grants.push({ rightId: g.rightId!, grantee: g.grantee as Hex, ended: isOver, keysDestroyed: gone ? keys : 0, deliveriesUnpinned: gone ? cids.length : 0, told, toldAt: told ? Date.now() : null, problem, key: g.key, keys, deliveries: cids.length });
      }
      return { grants, healthLinks: what.recordingId === null ? 0 : links.revokeShowing({ recordingId: what.recordingId }) };
    },
    retell,
    start(): void {
      if (timer) return;
      timer = setInterval(() => { void retell(); }, LOOK_MS);
      timer.unref();
      void retell();
    },
    async close(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await round;
    },
  };
}
