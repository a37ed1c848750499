import type { Hex, RoleName } from '../../../shared/domain/chain.ts';
import { CATEGORIES, Operation, type Category, type RightRow, type RightStatus, type Scope, type UseRow } from '../../../shared/domain/consent.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';

/** Everything that is known of one right: the chain's part and what only its two parties know. */
export type RightFacts = {
  network: { chainId: number; consent: Hex };
  right: RightRow;
  status: RightStatus;
  /** Null where this profile does not have them any more (restored from words alone). */
  scope: Scope | null; purpose: Purpose | null;
  /** As they call themselves; roles are the chain's. */
  grantee: { name: string | null; roles: RoleName[] };
  uses: UseRow[];
};

/** Names a right for machines, the same in receipts, FHIR and exports. */
export const rightUrn = ({ network, right }: Pick<RightFacts, 'network' | 'right'>): string => `urn:phdex:right:${network.chainId}:${network.consent.toLowerCase()}:${right.id}`;
export const accountUrn = (chainId: number, address: string): string => `urn:phdex:account:${chainId}:${address.toLowerCase()}`;
export const categoryOfRight = ({ right }: Pick<RightFacts, 'right'>): Category => CATEGORIES[right.category]!;
export const reads = (operations: number): boolean => (operations & Operation.read) !== 0;
export const appends = (operations: number): boolean => (operations & Operation.append) !== 0;

/** When it stopped to hold, in Unix seconds; null while it holds or was never given. */
export function endOf({ right, status }: Pick<RightFacts, 'right' | 'status'>): number | null {
  if (status === 'approved' || status === 'pending') return null;
  if (status === 'expired') return right.expiry;
  return right.endedAt ?? (status === 'suspended' ? null : right.decidedAt);
}
