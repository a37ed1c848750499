import { CID } from 'multiformats/cid';
import type { Hex } from '../../shared/domain/chain.ts';

/** The binary form of a CID, as the contract's events carry it. */
export const cidBytes = (cid: string): Hex => `0x${Buffer.from(CID.parse(cid).bytes).toString('hex')}`;

/** The text form of a CID from the chain. @throws when the bytes are no CID */
export const cidText = (bytes: Uint8Array): string => CID.decode(bytes).toString();
