import { generateKeyPairSync } from 'node:crypto';
import type { RightContext } from '../../electron/consent/context.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Purpose } from '../../shared/domain/purpose.ts';

export const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
export const CONTEXT: RightContext = { chainId: 31337, consent: address('1'), owner: address('2'), grantee: address('3') };
export const CARE: Purpose = { v: 1, term: 'PatientMonitoring', duo: [], words: 'To treat you.' };

/** An X25519 pair, raw. */
export function keyPair(): { secret: Uint8Array; public: Uint8Array } {
  const pair = generateKeyPairSync('x25519');
  return { secret: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32), public: pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32) };
}
