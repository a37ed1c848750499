import type { ErasureCertificate } from '../../../shared/api/owner.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { Given } from './given.ts';
import type { HealthLinks } from './health-links.ts';
import type { OwnerConsent } from './owner.ts';

const TELL_MS = 6000;

export type ErasedGrants = Pick<ErasureCertificate, 'grants' | 'healthLinks'>;
export type GrantErasing = ReturnType<typeof createGrantErasing>;

/**
 * What sharing by consent leaves of a dataset that is erased: its rights end, their packets and deliveries go, links that
 * show it stop opening, and each recipient is told (GDPR 17, 19).
 */
export function createGrantErasing(owner: OwnerConsent, links: Pick<HealthLinks, 'revokeShowing'>) {
  const { base, store, api } = owner;

  /** Rights that open the dataset, or where the recording goes as well, that one. */
  function rightsOn({ datasetId, recordingId }: { datasetId: number; recordingId: string | null }): Given[] {
    return store.list().filter((g) => g.rightId !== null && (g.facts.what.some((w) => w.datasetId === datasetId || (recordingId !== null && w.recordingId === recordingId)) || (recordingId !== null && (store.rows.cursor(g.key, recordingId)?.batch ?? 0) > 0)));
  }

  /** @returns whether the recipient's app says that it has put away what it had */
  async function tell(given: Given, signal: AbortSignal): Promise<boolean> {
    const addresses = [...new Set([...given.facts.addresses, ...base.endpoints(given.grantee)])];
    try {
      const { answer } = await base.messages().ask(addresses, async (peers) => base.talk.write('erased', given.rightId!, { at: base.now() }, base.signer(given.account), peers), { timeoutMs: TELL_MS, maxBytes: 4096, signal });
      return base.talk.readAnswer(answer).ok;
    } catch { return false; }
  }

  return {
    /** Never throws: what could not be ended is told in the certificate, and the erasure goes on. */
    async end(what: { datasetId: number; recordingId: string | null }, signal: AbortSignal, onStep: (done: number, total: number) => void = () => undefined): Promise<ErasedGrants> {
      const given = rightsOn(what);
      const grants: ErasedGrants['grants'] = [];
      for (const [i, g] of given.entries()) {
        onStep(i, given.length);
        const [keys, cids] = [store.rows.counts(g.key).packets, store.rows.cids(g.key)];
        let problem: string | null = null;
        const status = () => { const right = base.reads.right(g.rightId!); return right ? base.reads.statusOf(right, base.now()) : 'revoked'; };
        if (status() === 'approved' || status() === 'suspended') {
          try { await api.revoke(g.rightId!); } catch (error) { problem = toAppError(error).message; }
        }
        const ended = status() !== 'approved' && status() !== 'suspended';
        const gone = store.rows.counts(g.key).packets === 0;
        grants.push({ rightId: g.rightId!, grantee: g.grantee as Hex, ended, keysDestroyed: gone ? keys : 0, deliveriesUnpinned: gone ? cids.length : 0, told: ended && await tell(g, signal), problem });
      }
      return { grants, healthLinks: what.recordingId === null ? 0 : links.revokeShowing({ recordingId: what.recordingId }) };
    },
  };
}
