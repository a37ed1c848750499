import { keccak256, toBeHex } from 'ethers';
import { describe, expect, it } from 'vitest';
import { seatLeaf, seatProof, seatRoot, type NamedSeat } from '../../electron/vault/seat-tree.ts';
import type { Hex } from '../../shared/domain/chain.ts';

const NONCE = keccak256('0x01') as Hex;
const seatsOf = (n: number): NamedSeat[] => Array.from({ length: n }, (_, i) => ({ keeper: toBeHex(i + 1, 20) as Hex, commitment: keccak256(toBeHex(i, 32)) as Hex }));

/** OpenZeppelin MerkleProof.processProof, written anew with ethers. */
const climb = (leaf: Hex, proof: Hex[]): string => proof.reduce<string>((node, sibling) => keccak256(BigInt(node) < BigInt(sibling) ? node + sibling.slice(2) : sibling + node.slice(2)), leaf);

describe('seat tree', () => {
  it('lets every seat of every size climb to the root', () => {
    for (let n = 1; n <= 32; n++) {
      const seats = seatsOf(n);
      for (let i = 0; i < n; i++) expect(climb(seatLeaf(NONCE, i, seats[i]!), seatProof(NONCE, seats, i))).toBe(seatRoot(NONCE, seats));
    }
  });

  it('gives no seat the place, keeper, commitment or nonce of another', () => {
    const seats = seatsOf(5);
    const root = seatRoot(NONCE, seats);
    const proof = seatProof(NONCE, seats, 1);
    expect(climb(seatLeaf(NONCE, 2, seats[1]!), proof)).not.toBe(root);
    expect(climb(seatLeaf(NONCE, 1, { ...seats[1]!, keeper: seats[0]!.keeper }), proof)).not.toBe(root);
    expect(climb(seatLeaf(NONCE, 1, { ...seats[1]!, commitment: seats[0]!.commitment }), proof)).not.toBe(root);
    expect(climb(seatLeaf(keccak256('0x02') as Hex, 1, seats[1]!), proof)).not.toBe(root);
  });

  it('refuses seats that are not there', () => {
    expect(() => seatProof(NONCE, seatsOf(5), 5)).toThrow('seatProof: there is no seat 5 among 5.');
    expect(() => seatProof(NONCE, seatsOf(5), -1)).toThrow(RangeError);
    expect(() => seatRoot(NONCE, [])).toThrow('seatRoot: there are no seats.');
  });
});
