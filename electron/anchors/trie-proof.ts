import { decodeRlp, keccak256 } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';

type Node = string | Node[];
/** Nibbles of a key of 32 bytes. */
const KEY_NIBBLES = 64;
const BRANCH = 17;

/**
 * The value under `key` in the Merkle-Patricia trie with that root (yellow paper, appendix D), shown by its nodes from the
 * root to the leaf, as `eth_getProof` gives them (EIP-1186). Each node is held against the hash that the one above it
 * names, and none may be left over: a proof is the one that it is, or none.
 * @param root keccak256 of the topmost node · key: 32 bytes, hashed already
 * @returns the leaf's bytes @throws RangeError with what is wrong
 */
export function provenValue(root: Hex, key: Hex, nodes: readonly Hex[]): Hex {
  const path = Array.from(key.slice(2), (digit) => Number.parseInt(digit, 16));
  if (path.length !== KEY_NIBBLES) throw new RangeError('the key has not 32 bytes');
  let used = 0;
  let at = 0;
  const next = (hash: string): Node => {
    const encoded = nodes[used];
    if (encoded === undefined) throw new RangeError(`it ends after ${used} nodes, before the value`);
    // Node's own reading of hexadecimal takes a tenth of what ethers' takes.
    const bytes = Buffer.from(encoded.slice(2), 'hex');
    if (keccak256(bytes) !== hash) throw new RangeError(`node ${used} is not the one that ${used === 0 ? 'the root names' : 'the node above it names'}`);
    used += 1;
    return decodeRlp(bytes) as Node;
  };
  // A node of less than 32 bytes stands in its parent itself; any other by its hash.
  const follow = (child: Node | undefined): Node => {
    if (Array.isArray(child)) return child;
    if (child === undefined || child === '0x') throw new RangeError('it shows that nothing is there');
    return next(child);
  };
  for (let node = next(root); ;) {
    if (!Array.isArray(node)) throw new RangeError(`node ${used - 1} is none of a trie`);
    if (node.length === BRANCH) {
      if (at === KEY_NIBBLES) throw new RangeError('a branch stands where the value should');
      node = follow(node[path[at]!]);
      at += 1;
      continue;
    }
    if (node.length !== 2 || typeof node[0] !== 'string') throw new RangeError(`node ${used - 1} is none of a trie`);
    const { nibbles, leaf } = hexPrefix(node[0]);
    if (nibbles.some((n, i) => n !== path[at + i])) throw new RangeError('it shows that nothing is there');
    at += nibbles.length;
    if (!leaf) { node = follow(node[1]); continue; }
    if (at !== KEY_NIBBLES || typeof node[1] !== 'string') throw new RangeError('it shows that nothing is there');
    if (used !== nodes.length) throw new RangeError(`it has ${nodes.length - used} nodes more than the way to the value`);
    return node[1] as Hex;
  }
}

/** Appendix C: the first nibble says whether the path is odd (1) and ends in a leaf (2). */
function hexPrefix(encoded: string): { nibbles: number[]; leaf: boolean } {
  const digits = Array.from(encoded.slice(2), (digit) => Number.parseInt(digit, 16));
  const flags = digits[0];
  if (flags === undefined || flags > 3) throw new RangeError('a node has a path of no form');
  return { nibbles: digits.slice(flags % 2 === 1 ? 1 : 2), leaf: flags >= 2 };
}
