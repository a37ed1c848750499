import type { Hex } from '../../shared/domain/chain.ts';

export const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
/** @param hex 0x and an even number of digits: checked by whoever read it */
export const bytesOf = (hex: Hex): Buffer => Buffer.from(hex.slice(2), 'hex');
