import type { Hex } from '../../shared/domain/chain.ts';

/**
 * Fresh secp256k1 keys of accesses. They are derived from the wallet by index, so that what was bought can be
 * opened again for ever from the mnemonic and the chain alone. A secret is lent to a callback, never returned.
 */
export type GranteeKeys = {
  /** Takes the next unused index and keeps note of what it is for. */
  allocate(purpose: string): { index: number; px: Hex; py: Hex };
  /** The same key again for the same purpose, so that a job that resumes does not open a second access. */
  allocateOnce(purpose: string): { index: number; px: Hex; py: Hex };
  /** @throws AppError `not-yours` when no key of this wallet has that x coordinate */
  withSecret<T>(px: Hex, use: (secret: Uint8Array) => T): T;
};
