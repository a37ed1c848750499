import type { Hex } from '../../../shared/domain/chain.ts';
import { contextBytes } from '../context.ts';
import type { RecordsContract } from './record-signature.ts';

export const RECORD_FILE = 'record.phdx';
export const KEY_INFO = new TextEncoder().encode('phdex/v1/record-key');
const CONTENT_INFO = Buffer.from('phdex/v1/record');

export type RecordParties = RecordsContract & { issuer: Hex; patient: Hex };

const parties = ({ chainId, records, issuer, patient }: RecordParties): Buffer => contextBytes({ chainId, consent: records, owner: patient, grantee: issuer });

/** What each chunk of the content is bound to: chain, contract, patient, issuer. */
export const contentAad = (it: RecordParties): Uint8Array => Buffer.concat([CONTENT_INFO, parties(it)]);

/** What the sealed key is bound to: the same, and the record's two hashes. */
export const keyAad = (it: RecordParties, { digest, contentHash }: { digest: Hex; contentHash: Hex }): Uint8Array => Buffer.concat([parties(it), Buffer.from(digest.slice(2), 'hex'), Buffer.from(contentHash.slice(2), 'hex')]);
