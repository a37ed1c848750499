import { createHash } from 'node:crypto';
import { verifyTypedData, type TypedDataDomain, type TypedDataField } from 'ethers';
import type { ReceiptView } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { sha256 } from '../../vault/sha256.ts';
import { readCanonical } from '../canonical.ts';
import { accountUrn } from '../clinical/right-facts.ts';
import { SignedReceipt, type Receipt } from './schema.ts';

/** Who signs: the account that gave the right. */
export type ReceiptSigner = { address: Hex; signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>): Promise<string> };

export const MAX_RECEIPT_BYTES = 4 << 20;
const TYPES: Record<string, TypedDataField[]> = { ConsentReceipt: [{ name: 'rightId', type: 'uint256' }, { name: 'sha256', type: 'bytes32' }] };
const domainOf = ({ phdex }: Receipt): TypedDataDomain => ({ name: 'PHDex Consent Receipt', version: '1', chainId: phdex.chain_id, verifyingContract: phdex.consent });
const digestOf = (receipt: Receipt): Hex => sha256(canonicalBytes(receipt));

/** @returns canonical JSON: what is downloaded. @throws AppError `not-yours` where another account gave the right */
export async function signReceipt(receipt: Receipt, signer: ReceiptSigner): Promise<ReceiptView> {
  const address = signer.address.toLowerCase() as Hex;
  if (receipt.pii_principal_id !== accountUrn(receipt.phdex.chain_id, address)) throw new AppError('not-yours', `Right ${receipt.phdex.right_id} was given by another account.`, { hint: 'Open the profile that gave it.' });
  const sha256 = digestOf(receipt);
  const value = await signer.signTypedData(domainOf(receipt), TYPES, { rightId: receipt.phdex.right_id, sha256 });
  const signed: SignedReceipt = { format: 'phdex/receipt/v1', receipt, signature: { scheme: 'EIP-712', signer: address, sha256, value: value.toLowerCase() } };
  return { rightId: receipt.phdex.right_id, receiptId: receipt.receipt_id, json: Buffer.from(canonicalBytes(signed)).toString('utf8'), signer: address };
}

/**
 * Holds a receipt to its form, its hash and its signature; needs nothing but the text. A line break at the end is allowed.
 * @throws AppError `proof-invalid` with what does not fit
 */
export function verifyReceipt(text: string): SignedReceipt {
  const fail = (why: string, cause?: unknown) => new AppError('proof-invalid', `The receipt does not hold: ${why}.`, { hint: 'Ask for it again from the person who gave the consent.', cause });
  const signed = readCanonical(Buffer.from(text.replace(/\r?\n$/, ''), 'utf8'), SignedReceipt, MAX_RECEIPT_BYTES, fail);
  const { receipt, signature } = signed;
  if (digestOf(receipt) !== signature.sha256) throw fail('it was changed after it was signed');
  if (receipt.pii_principal_id !== accountUrn(receipt.phdex.chain_id, signature.signer)) throw fail('it is signed by somebody else than the person whose data it is about');
  let signer: string;
  try { signer = verifyTypedData(domainOf(receipt), TYPES, { rightId: receipt.phdex.right_id, sha256: signature.sha256 }, signature.value).toLowerCase(); } catch (cause) { throw fail('its signature is none', cause); }
  if (signer !== signature.signer) throw fail('its signature is of another account');
  const notice = receipt.pii_processing.privacy_notice;
  if (createHash('sha256').update(notice.text, 'utf8').digest('hex') !== notice.sha256) throw fail('the hash of its notice is not the one of its words');
  return signed;
}
