import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { Hex } from '../../shared/domain/chain.ts';
import { hexOf } from './hex.ts';
import { word } from './release.ts';

/** Who sits where, and the commitment to its share; a list of them is in the order of seats. */
export type NamedSeat = { keeper: Hex; commitment: Hex };

/**
 * Merkle tree over a dataset's seats, as contracts/src/libraries/SeatTree.sol builds it: leaves hashed twice, pairs
 * hashed in sorted order (OpenZeppelin MerkleProof), an odd last node moved up a layer as it is.
 * @throws RangeError for an empty list
 */
export function seatRoot(nonce: Hex, seats: readonly NamedSeat[]): Hex {
  return hexOf(layers(nonce, seats).at(-1)![0]!);
}

/**
 * Proof that seat `index` is in the tree, from the leaf upwards.
 * @throws RangeError where there is no such seat
 */
export function seatProof(nonce: Hex, seats: readonly NamedSeat[], index: number): Hex[] {
  if (!Number.isInteger(index) || index < 0 || index >= seats.length) throw new RangeError(`seatProof: there is no seat ${index} among ${seats.length}.`);
  const proof: Hex[] = [];
  let at = index;
  for (const layer of layers(nonce, seats).slice(0, -1)) {
    const sibling = layer[at ^ 1];
    if (sibling) proof.push(hexOf(sibling));
    at >>= 1;
  }
  return proof;
}

/** keccak256(keccak256(abi.encode(nonce, uint256 index, keeper, commitment))) */
export function seatLeaf(nonce: Hex, index: number, seat: NamedSeat): Hex {
  return hexOf(leaf(nonce, index, seat));
}

function leaf(nonce: Hex, index: number, seat: NamedSeat): Uint8Array {
  return keccak_256(keccak_256(concatBytes(hexToBytes(nonce.slice(2)), word(index), word(seat.keeper), hexToBytes(seat.commitment.slice(2)))));
}

function layers(nonce: Hex, seats: readonly NamedSeat[]): Uint8Array[][] {
  if (seats.length === 0) throw new RangeError('seatRoot: there are no seats.');
  const all = [seats.map((seat, index) => leaf(nonce, index, seat))];
  for (let layer = all[0]!; layer.length > 1; all.push(layer)) {
    const below = layer;
    layer = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => pair(below[2 * i]!, below[2 * i + 1]));
  }
  return all;
}

function pair(a: Uint8Array, b: Uint8Array | undefined): Uint8Array {
  if (!b) return a;
  return keccak_256(Buffer.compare(a, b) <= 0 ? concatBytes(a, b) : concatBytes(b, a));
}

