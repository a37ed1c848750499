import { Role, type Hex, type RoleName } from '../../../shared/domain/chain.ts';
import type { Scope } from '../../../shared/domain/consent.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RightFacts } from '../../consent/clinical/right-facts.ts';
import { consentReads } from '../../db/queries/consent-reads.ts';
import type { NetworkRecord } from '../../chain/network-file.ts';
import { openVault } from '../at-rest.ts';
import type { NodeParts } from '../open-parts.ts';
import { givenStore } from './given.ts';
import { isRightOf } from './right-ids.ts';

export const roleNames = (bits: number): RoleName[] => (Object.entries(Role) as [RoleName, number][]).filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);

/** What this profile knows of a right: the chain's part from the event cache, the rest from what the owner kept. */
export function createRightFacts({ parts, network }: { parts: Pick<NodeParts, 'db' | 'wallet'>; network: Pick<NetworkRecord, 'chainId' | 'contracts' | 'name'> }) {
  const reads = consentReads(parts.db);
  const given = givenStore({ db: parts.db, vault: openVault(parts.wallet, 'consent') });
  const newest = parts.db.prepare('SELECT max(at) FROM blocks').pluck();
  /** Unix seconds, the later of this clock and the chain's. */
  const now = () => Math.max(Math.floor(Date.now() / 1000), (newest.get() as number | null) ?? 0);
  return {
    reads, now,
    /** @throws AppError `access-unknown`, `chain-wrong` */
    of(rightId: number): RightFacts {
      const right = reads.right(rightId);
      if (!right) throw new AppError('access-unknown', `There is no right ${rightId} on this network.`, { hint: 'Look at the list again.' });
      if (!network.contracts.consent) throw new AppError('chain-wrong', `${network.name} was made before networks had sharing by consent.`, { hint: 'Use a newer network.' });
      const found = given.byRight(rightId);
      // After a reorganisation the number may be another's, until what is kept has gone with its right.
      const kept = found && isRightOf(found, right) ? found.facts : undefined;
      const [scope, purpose, name]: [Scope | null, Purpose | null, string | null] = kept ? [kept.scope, kept.purpose, kept.name] : [null, null, null];
      return {
        network: { chainId: network.chainId, consent: network.contracts.consent.toLowerCase() as Hex }, right, status: reads.statusOf(right, now()), scope, purpose,
        grantee: { name, roles: roleNames(reads.rolesOf(right.grantee)) }, uses: reads.uses(rightId),
      };
    },
  };
}
export type RightFactsReader = ReturnType<typeof createRightFacts>;
