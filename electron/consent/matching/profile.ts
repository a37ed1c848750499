import { verifyTypedData, type TypedDataDomain } from 'ethers';
import { z } from 'zod';
import type { Hex } from '../../../shared/domain/chain.ts';
import { InstitutionProfile } from '../../../shared/domain/matching.ts';
import { AppError } from '../../../shared/errors.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { sha256 } from '../../vault/sha256.ts';
import { readCanonical } from '../canonical.ts';
import type { Signer } from '../talk.ts';

export const PROFILE_FILE = 'profile.json';
export const MAX_PROFILE_BYTES = 16_384;
/** In the registry's endpoint, beside the addresses: where an institution's profile lies. */
const MARK = 'phdex:profile:';

const SignedProfile = z.object({ profile: InstitutionProfile, signature: z.string().regex(/^0x[0-9a-f]{130}$/) }).strict();
export type ProfileContext = { chainId: number; participants: Hex };

const TYPES = { Profile: [{ name: 'digest', type: 'bytes32' }] };
const domain = ({ chainId, participants }: ProfileContext): TypedDataDomain => ({ name: 'PHDex Institution', version: '1', chainId, verifyingContract: participants });
const digest = (profile: InstitutionProfile): Hex => sha256(canonicalBytes(profile));
const refused = (why: string, cause?: unknown) => new AppError('proof-invalid', `An institution’s profile was refused: ${why}.`, { hint: 'It is left out of the ranking.', cause });

/** @returns the bytes that are laid out: canonical JSON of profile and signature */
export async function signProfile(profile: InstitutionProfile, signer: Signer, context: ProfileContext): Promise<Uint8Array> {
  const parsed = InstitutionProfile.parse(profile);
  const signature = (await signer.signTypedData(domain(context), TYPES, { digest: digest(parsed) })).toLowerCase();
  const bytes = canonicalBytes({ profile: parsed, signature });
  if (bytes.length > MAX_PROFILE_BYTES) throw new AppError('invalid-argument', 'The profile is too long.', { hint: 'Name fewer needs.' });
  return bytes;
}

/** @throws AppError `proof-invalid` for anything but this account's own words for this network */
export function readProfile(bytes: Uint8Array, account: Hex, context: ProfileContext): InstitutionProfile {
  const { profile, signature } = readCanonical(bytes, SignedProfile, MAX_PROFILE_BYTES, refused);
  let signer: string;
  try { signer = verifyTypedData(domain(context), TYPES, { digest: digest(profile) }, signature).toLowerCase(); } catch (cause) { throw refused('its signature is none', cause); }
  if (signer !== account.toLowerCase()) throw refused('it is signed by another account');
  return profile;
}

/** Where a registered endpoint says that a profile lies. */
export const profileCid = (endpoint: string): string | null => endpoint.split(',').map((p) => p.trim()).find((p) => p.startsWith(MARK))?.slice(MARK.length) ?? null;
/** The endpoint with another profile; addresses stay. */
export const withProfile = (endpoint: string, cid: string): string => [...endpoint.split(',').filter((p) => p !== '' && !p.startsWith(MARK)), `${MARK}${cid}`].join(',');
