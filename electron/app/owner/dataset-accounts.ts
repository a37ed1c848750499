import type { Hex } from '../../../shared/domain/chain.ts';
import { chainReads } from '../../db/queries/chain-reads.ts';
import { ownerRows } from '../../db/queries/owner-rows.ts';
import type { Submitter } from '../../market/ports.ts';
import type { PublicationStore, PublishRequest } from '../../market/publish.ts';
import type { Chain } from '../chain-service.ts';
import type { NodeParts } from '../open-parts.ts';

/** Which account lists what: each dataset has its own, so that nobody sees from the chain that two are of one person. */
export function createDatasetAccounts({ db, accounts }: Pick<NodeParts, 'db' | 'accounts'>) {
  const reads = chainReads(db);
  const rows = ownerRows(db);

  /**
   * The account of an ended listing of the same recording: its record root and fingerprint would tell anyway that the two
   * are one, and a validator takes rows that were withdrawn from nobody but who withdrew them.
   */
  function earlier(recordingId: string): number | null | undefined {
    const nonces = new Set([...rows.published()].filter(([, p]) => p.recordingId === recordingId).map(([nonce]) => nonce));
    for (const owner of accounts.mine()) {
      const ended = reads.datasetsOf(owner).some((d) => nonces.has(d.nonce) && (d.status === 'withdrawn' || d.status === 'rejected'));
      if (ended) return accounts.indexOf(owner);
    }
    return undefined;
  }

  return {
    /** The account of a publication, from its first moment to its last: an index of the wallet, null for the own one. */
    of(publications: Pick<PublicationStore, 'get' | 'save'>, id: string, request: PublishRequest): number | null {
      const known = publications.get(id);
      if (known?.account !== undefined) return known.account;
      // Sealed by an earlier version, for the own account.
      if (known && known.state !== 'started') return null;
      const before = earlier(request.recordingId);
      const account = before === undefined ? accounts.fresh('dataset', request.title).index : before;
      if (known) publications.save({ ...known, account });
      return account;
    },
    submitterOf: (chain: Pick<Chain, 'as'>) => (owner: Hex): Submitter | undefined => { const index = accounts.indexOf(owner); return index === undefined ? undefined : chain.as(index); },
  };
}
