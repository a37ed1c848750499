import { hash } from 'node:crypto';
import type { Hex } from '../../shared/domain/chain.ts';

/** SHA-256 as 0x and 64 hex digits: how hashes stand on chain and in manifests. Text counts in UTF-8. */
export const sha256 = (data: Uint8Array | string): Hex => `0x${hash('sha256', data, 'hex')}`;
