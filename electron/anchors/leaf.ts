import { AbiCoder, getBytes, keccak256 } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { leafHash } from '../merkle/tree.ts';

const FORMAT = Buffer.from('phdex/anchor/v1\0', 'utf8');

/** Which contract of which chain a batch is for. */
export type AnchorPlace = { chainId: number; contract: Hex };

/**
 * Hash of a leaf: RFC 6962 leaf over 'phdex/anchor/v1' ‖ 0x00 ‖ u64be chain id ‖ contract (20) ‖ salt (32) ‖ SHA-256 of the
 * file (32). The chain's id stands in no block header, so the leaf is what binds a receipt to it.
 * @returns 32 bytes
 */
export function anchorLeaf({ chainId, contract }: AnchorPlace, salt: Uint8Array, digest: Uint8Array): Uint8Array {
  const id = Buffer.alloc(8);
  id.writeBigUInt64BE(BigInt(chainId));
  return leafHash(Buffer.concat([FORMAT, id, getBytes(contract), salt, digest]));
}

/** Where Anchors.sol keeps a batch: `_anchors`, slot 0, under keccak256(abi.encode(account, root)). */
export function anchorSlot(account: Hex, root: Hex): Hex {
  const coder = AbiCoder.defaultAbiCoder();
  const key = keccak256(coder.encode(['address', 'bytes32'], [account, root]));
  return keccak256(coder.encode(['bytes32', 'uint256'], [key, 0])) as Hex;
}

/** The word that Anchors.sol keeps: uint40 time, uint64 count, uint64 sequence, the first in the lowest bits. */
export function anchorWord({ time, count, sequence }: { time: number; count: number; sequence: number }): bigint {
  return BigInt(time) | (BigInt(count) << 40n) | (BigInt(sequence) << 104n);
}

/** @throws RangeError when it is no word that the contract writes */
export function readAnchorWord(word: bigint): { time: number; count: number; sequence: number } {
  const [time, count, sequence] = [word & 0xff_ffff_ffffn, (word >> 40n) & 0xffff_ffff_ffff_ffffn, word >> 104n].map(Number) as [number, number, number];
  if (![time, count, sequence].every(Number.isSafeInteger)) throw new RangeError('the word of the batch is none that the contract writes');
  return { time, count, sequence };
}
