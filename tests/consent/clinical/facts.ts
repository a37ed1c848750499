import type { Hex } from '../../../shared/domain/chain.ts';
import type { RightFacts } from '../../../electron/consent/clinical/right-facts.ts';

export const hex = (fill: string, bytes: number): Hex => `0x${fill.repeat(bytes)}`;
/** A right that was approved and used once. */
export const rightFacts = (more: Partial<RightFacts> = {}, right: Partial<RightFacts['right']> = {}): RightFacts => ({
  network: { chainId: 31337, consent: hex('cc', 20) }, status: 'approved',
  scope: { channels: ['heart-rate', 'steps'], days: { from: '2026-03-01', to: '2026-03-30' }, live: false },
  purpose: { v: 1, term: 'HealthcareScientificResearch', duo: ['DUO:0000006', 'DUO:0000018'], words: 'Rhythm of night shifts' },
  grantee: { name: 'Dr. Ada Ohm', roles: ['researcher'] },
  uses: [{ rightId: 7, owner: hex('a1', 20), grantee: hex('b2', 20), operation: 1, recordHash: hex('31', 32), place: hex('00', 32), at: 1_780_000_500, tx: hex('72', 32), block: 12, logIndex: 0 }],
  ...more,
  right: {
    id: 7, owner: hex('a1', 20), grantee: hex('b2', 20), category: 0, operations: 1, status: 'approved', expiry: 1_790_000_000, epoch: 0, scopeRoot: hex('5c', 32), askedRoot: hex('5d', 32), purpose: hex('99', 32),
    encryptionKey: hex('e1', 32), details: '0x00', envelope: hex('ee', 32), requestedAt: 1_779_999_000, decidedAt: 1_780_000_000, endedAt: null, tx: hex('71', 32), block: 10, ...right,
  },
});
