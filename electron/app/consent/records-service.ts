import { randomBytes } from 'node:crypto';
import { isAddress, keccak256, toUtf8Bytes } from 'ethers';
import { Role, type Hex, type RoleName } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { consentReads } from '../../db/queries/consent-reads.ts';
import { waitFor } from '../../market/wait-for.ts';
import type { NodeParts } from '../open-parts.ts';
import { openOffstage } from '../offstage.ts';
import { createEmergencies } from './emergencies.ts';
import { createRecords } from './records.ts';

export type AccreditedRole = Exclude<RoleName, 'owner' | 'keeper' | 'customer'>;
export const ACCREDITED_ROLES = ['validator', 'provider', 'insurer', 'researcher', 'agency', 'institution'] as const satisfies AccreditedRole[];

/** Records, emergencies and the registrar's part, for the command line. */
export async function openRecordsService(parts: NodeParts) {
  const b = await openOffstage(parts);
  const [records, emergencies, reads] = [createRecords(b), createEmergencies(b), consentReads(parts.db)];
  return {
    records, emergencies, done: b.done,
    /** Serves a record until its patient has it. */
    untilStored: (recordId: number, signal: AbortSignal) => waitFor(b.chain.indexer, () => (reads.record(recordId)?.storedAt ?? null) !== null || undefined, { what: `record ${recordId} to be accepted`, timeoutMs: 2 ** 31 - 1, signal }),
    /**
     * Gives or takes an accredited role, as the registrar. On chain goes the hash keccak256(salt:words).
     * @returns the salt, which with the words proves what was seen
     */
    async accreditation(method: 'accredit' | 'suspend', address: string, role: AccreditedRole, words: string): Promise<{ salt: Hex; gas: bigint }> {
      if (!isAddress(address)) throw new AppError('invalid-argument', `«${address}» is no address.`, { hint: 'An address is 0x and 40 hexadecimal digits.' });
      if (!reads.isRegistrar(parts.address)) throw new AppError('not-yours', 'This account is not the registrar of the network.', { hint: 'On a local network: `phdex network accredit` and `phdex network suspend`.' });
      const salt: Hex = `0x${randomBytes(32).toString('hex')}`;
      const sent = await b.chain.sendAndSee({ key: `${method}:${randomBytes(6).toString('hex')}`, contract: 'participants', method, args: [address, Role[role], keccak256(toUtf8Bytes(`${salt}:${words}`))] });
      return { salt, gas: sent.gasUsed };
    },
    /** Whether reasons of emergencies can be sealed to this account: it is a registrar with a key in the registry. */
    isReader: () => reads.isRegistrar(parts.address) && BigInt(b.chain.reads.participant(parts.address)?.encryptionKey ?? 0) !== 0n,
    isRegistrar: () => reads.isRegistrar(parts.address),
    /** Puts the account's encryption key into the registry, under the role that anybody may declare; addresses stay as they are. */
    async publishKey(): Promise<Hex> {
      const known = b.chain.reads.participant(parts.address);
      await b.chain.ensureRegistered(known && (known.roles & 7) !== 0 ? known.roles & 7 : Role.customer, (known?.endpoint ?? '').split(',').filter((a) => a !== '' && !a.startsWith('phdex:')).join(','));
      return b.chain.reads.participant(parts.address)!.encryptionKey;
    },
    async close() { emergencies.close(); await b.close(); },
  };
}
export type RecordsService = Awaited<ReturnType<typeof openRecordsService>>;
