import { verifyTypedData, type TypedDataDomain, type TypedDataField } from 'ethers';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';

const TYPES: Record<string, TypedDataField[]> = {
  Record: [{ name: 'patient', type: 'address' }, { name: 'category', type: 'uint8' }, { name: 'digest', type: 'bytes32' }, { name: 'contentHash', type: 'bytes32' }, { name: 'corrects', type: 'uint256' }],
};
export const SIGNATURE_BYTES = 65;

/** What the issuer signs of a record, as it stands on chain: so that the patient can show it to somebody without a chain. */
export type SignedRecord = { patient: Hex; category: number; digest: Hex; contentHash: Hex; corrects: number };
export type RecordsContract = { chainId: number; records: Hex };
type Signer = { signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>): Promise<string> };

const domainOf = ({ chainId, records }: RecordsContract): TypedDataDomain => ({ name: 'PHDex Records', version: '1', chainId, verifyingContract: records });

/** EIP-712. @returns 65 bytes */
export const signRecord = async (record: SignedRecord, contract: RecordsContract, signer: Signer): Promise<Uint8Array> => Buffer.from((await signer.signTypedData(domainOf(contract), TYPES, record)).slice(2), 'hex');

/** @throws AppError `proof-invalid` where the signature is none, or another's */
export function checkSignature(record: SignedRecord, signature: Uint8Array, issuer: Hex, contract: RecordsContract): void {
  let signer: string | undefined;
  try { signer = verifyTypedData(domainOf(contract), TYPES, record, `0x${Buffer.from(signature).toString('hex')}`).toLowerCase(); } catch { /* no signature at all */ }
  if (signer !== issuer.toLowerCase()) throw new AppError('proof-invalid', 'The record is not signed by the account that issued it.', { hint: 'Do not rely on it; ask whoever issued it.' });
}
