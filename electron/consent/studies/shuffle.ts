import { createHash } from 'node:crypto';
import type { Hex } from '../../../shared/domain/chain.ts';

const ROUNDS = 90;
/** Positions whose bits one hash holds. */
const BITS = 256;

export type Shuffle = {
  /** Whose entry has a position of the draw. */
  entryAt(position: number): number;
  /** Which position an entry has; the inverse. */
  positionOf(entry: number): number;
};

/**
 * The permutation of 0 … count − 1 that `seed` draws: swap-or-not (Hoang, Morris, Rogaway 2012) as in Ethereum's consensus
 * specification, `compute_shuffled_index`; the same as contracts/src/libraries/Shuffle.sol. One place at a time, whatever the number.
 * @param seed 32 bytes
 */
export function createShuffle(count: number, seed: Hex): Shuffle {
  if (!Number.isInteger(count) || count < 1 || count >= 2 ** 32) throw new RangeError(`shuffle: there is no permutation of ${count}.`);
  const bytes = Buffer.from(seed.slice(2), 'hex');
  if (bytes.length !== 32) throw new RangeError('shuffle: a seed has 32 bytes.');
  const hash = (...tail: Uint8Array[]) => { const h = createHash('sha256').update(bytes); for (const part of tail) h.update(part); return h.digest(); };
  const pivots = Array.from({ length: ROUNDS }, (_, round) => Number(hash(Uint8Array.of(round)).readBigUInt64LE(0) % BigInt(count)));
  const sources = new Map<number, Buffer>();
  const source = (round: number, block: number): Buffer => {
    const key = block * ROUNDS + round;
    let found = sources.get(key);
    if (!found) {
      const place = Buffer.alloc(4);
      place.writeUInt32LE(block);
      sources.set(key, (found = hash(Uint8Array.of(round), place)));
    }
    return found;
  };
  const swap = (round: number, index: number): number => {
    const flip = (pivots[round]! + count - index) % count;
    const position = Math.max(index, flip);
    const byte = source(round, Math.floor(position / BITS))[(position % BITS) >> 3]!;
    return (byte >> (position % 8)) & 1 ? flip : index;
  };
  const check = (index: number) => { if (!Number.isInteger(index) || index < 0 || index >= count) throw new RangeError(`shuffle: ${index} is none of ${count}.`); };
  return {
    entryAt(position) { check(position); let i = position; for (let round = 0; round < ROUNDS; round++) i = swap(round, i); return i; },
    // Each round is its own inverse.
    positionOf(entry) { check(entry); let i = entry; for (let round = ROUNDS - 1; round >= 0; round--) i = swap(round, i); return i; },
  };
}
