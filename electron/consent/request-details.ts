import { z } from 'zod';
import { Category, Scope } from '../../shared/domain/consent.ts';
import { Purpose } from '../../shared/domain/purpose.ts';
import { AppError } from '../../shared/errors.ts';
import { hpkeOpen, hpkeSeal, HPKE_OVERHEAD } from '../vault/hpke.ts';
import { canonicalBytes } from '../vault/manifest.ts';
import { readCanonical } from './canonical.ts';
import { contextBytes, type RightContext } from './context.ts';
import { Addresses, Hex32 } from './fields.ts';
import { askedNames, checkScope, scopeTree } from './scope.ts';

const INFO = new TextEncoder().encode('phdex/v1/request');
/** As the contract has it. */
export const MAX_DETAILS_BYTES = 2048;

/** What a person reads of a request, and what of it the chain does not say. */
export const RequestDetails = z.strictObject({
  v: z.literal(1), name: z.string().min(1).max(80), words: z.string().max(400),
  datasetId: z.number().int().positive().nullable(), category: Category,
  channels: Scope.shape.channels, days: Scope.shape.days, live: z.boolean(), purpose: Purpose,
  /** Of the leaves of the root that was asked for. */
  salt: Hex32, addresses: Addresses,
});
export type RequestDetails = z.output<typeof RequestDetails>;

export const scopeOf = ({ channels, days, live }: RequestDetails): Scope => ({ channels, days, live });

/**
 * HPKE to the owner's key. @returns enc ‖ ciphertext, at most 2048 bytes
 * @throws AppError `invalid-argument` where it is too long or the key is none
 */
export async function sealDetails(details: RequestDetails, ownerKey: Uint8Array, context: RightContext): Promise<Uint8Array> {
  const plain = canonicalBytes(RequestDetails.parse(details));
  if (plain.length > MAX_DETAILS_BYTES - HPKE_OVERHEAD) throw new AppError('invalid-argument', `The request is ${plain.length - MAX_DETAILS_BYTES + HPKE_OVERHEAD} bytes too long for the chain.`, { hint: 'Write fewer words, or name fewer channels.' });
  try {
    return await hpkeSeal(plain, ownerKey, { info: INFO, aad: contextBytes(context) });
  } catch (cause) {
    throw new AppError('invalid-argument', 'The encryption key of the person you ask is not usable.', { hint: 'Ask for another invitation.', cause });
  }
}

/**
 * Opens a request's details and holds them to what the chain says of it.
 * @param onChain what the event said; a request whose parts do not fit each other is not shown as one
 * @throws AppError `envelope-unreadable` sealed to another key or for another request · `manifest-invalid` not of the format, or not what the chain says
 */
export async function openDetails(sealed: Uint8Array, privateKey: Uint8Array, context: RightContext, onChain: { category: Category; operations: Parameters<typeof askedNames>[2]; scopeRoot: string; purpose: string; hashPurpose(purpose: Purpose): string }): Promise<RequestDetails> {
  if (sealed.length > MAX_DETAILS_BYTES) throw new AppError('manifest-invalid', 'The details of the request are too long.', { hint: 'Refuse it.' });
  let plain: Uint8Array;
  try {
    plain = await hpkeOpen(sealed, privateKey, { info: INFO, aad: contextBytes(context) });
  } catch (cause) {
    throw new AppError('envelope-unreadable', 'What was written with the request cannot be opened: it was sealed to another key, or for another request.', { hint: 'Refuse it, and let them ask again with your invitation.', cause });
  }
  const fail = (why: string, cause?: unknown) => new AppError('manifest-invalid', `What was written with the request cannot be read: ${why}.`, { hint: 'Refuse it, and let them ask again.', cause });
  const details = readCanonical(plain, RequestDetails, MAX_DETAILS_BYTES, fail);
  checkScope(scopeOf(details));
  if (details.category !== onChain.category) throw fail('it names another category than the chain');
  if (onChain.hashPurpose(details.purpose) !== onChain.purpose) throw fail('its purpose is not the one on chain');
  if (scopeTree(details.salt, askedNames(scopeOf(details), details.category, onChain.operations)).root !== onChain.scopeRoot) throw fail('its scope is not the one on chain');
  return details;
}
