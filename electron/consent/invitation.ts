import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { canonicalBytes } from '../vault/manifest.ts';
import { readCanonical } from './canonical.ts';
import { Addresses, Hex32, HexAddress } from './fields.ts';

const PREFIX = 'phdex:invite:';
const MAX_BYTES = 3000;

/** What a person hands to one grantee: an account that was made for it alone, and how to reach its owner. */
export const Invitation = z.strictObject({
  v: z.literal(1), chainId: z.number().int().positive(), consent: HexAddress,
  account: HexAddress, /** X25519. */ key: Hex32, addresses: Addresses,
});
export type Invitation = z.output<typeof Invitation>;

/** `phdex:invite:` ‖ base64url of the canonical JSON. */
export const writeInvitation = (invitation: Invitation): string => PREFIX + Buffer.from(canonicalBytes(Invitation.parse(invitation))).toString('base64url');

/**
 * Reads what somebody pasted: spaces and line breaks of a letter do no harm.
 * @param network where it has to be of use
 * @throws AppError `invalid-argument`; `chain-wrong` for another network
 */
export function readInvitation(text: string, network: { chainId: number; consent: string }): Invitation {
  const fail = (why: string, cause?: unknown) => new AppError('invalid-argument', `That is no invitation: ${why}.`, { hint: 'Ask for it again and paste the whole text, from «phdex:invite:» on.', cause });
  const compact = text.replace(/\s+/g, '');
  if (!compact.startsWith(PREFIX)) throw fail(`it does not begin with «${PREFIX}»`);
  const body = compact.slice(PREFIX.length);
  if (!/^[A-Za-z0-9_-]+$/.test(body) || body.length > 2 * MAX_BYTES) throw fail('it holds other characters, or is too long');
  const invitation = readCanonical(Buffer.from(body, 'base64url'), Invitation, MAX_BYTES, fail);
  if (invitation.chainId !== network.chainId || invitation.consent !== network.consent.toLowerCase()) throw new AppError('chain-wrong', `The invitation is for another network (chain ${invitation.chainId}).`, { hint: 'Open the profile that is on that network, or ask for an invitation to this one.' });
  return invitation;
}
