import { hash } from 'node:crypto';

/**
 * Merkle trees as RFC 6962 §2.1 defines them: SHA-256, a leaf hashed after 0x00 and a node after 0x01, so that no node
 * can be passed off as a leaf; an odd last node moves up a layer as it is, which is the same tree as the RFC's split at
 * the largest power of two. Roots are 32 bytes; the root of no leaves is SHA-256 of the empty string.
 */
export const HASH_BYTES = 32;
export const HASH_WORDS = HASH_BYTES / 4;

const EMPTY_ROOT = hash('sha256', '', 'buffer');

/**
 * Hash of a record as a leaf, SHA-256(0x00 ‖ data).
 * @returns 32 bytes
 */
export function leafHash(data: Uint8Array): Uint8Array {
  // Records are short: a buffer of their length costs less than a streaming hash.
  const input = data.length < prefixed.length ? prefixed.subarray(0, data.length + 1) : Buffer.allocUnsafe(data.length + 1);
  input[0] = 0;
  input.set(data, 1);
  const out = Buffer.allocUnsafe(HASH_BYTES);
  writeHash(input, out, 0);
  return out;
}
const prefixed = Buffer.alloc(256);

export type MerkleBuilder = {
  /** @throws RangeError when the leaf hash is not 32 bytes */
  append(leafHash: Uint8Array): void;
  /** Root of what was appended until now; more may follow. */
  root(): Uint8Array;
  readonly count: number;
};

/** A root over leaf hashes that come one by one; keeps at most 53 nodes, whatever their number. */
export function createMerkleBuilder(): MerkleBuilder {
  // peaks[h] is the root of a full subtree of 2^h leaves, there when bit h of count is set.
  const peaks = Buffer.alloc(53 * HASH_BYTES);
  const pair = nodeInput();
  let count = 0;
  return {
    get count() {
      return count;
    },
    append(leaf) {
      checkHash('append', leaf);
      pair.set(leaf, 1 + HASH_BYTES);
      let height = 0;
      for (let rest = count; rest % 2 === 1; rest = Math.floor(rest / 2), height += 1) {
        pair.set(peaks.subarray(height * HASH_BYTES, (height + 1) * HASH_BYTES), 1);
        writeHash(pair, pair, 1 + HASH_BYTES);
      }
      peaks.set(pair.subarray(1 + HASH_BYTES), height * HASH_BYTES);
      count += 1;
    },
    root() {
      if (count === 0) return Uint8Array.from(EMPTY_ROOT);
      const right = nodeInput();
      let started = false;
      for (let rest = count, height = 0; rest > 0; rest = Math.floor(rest / 2), height += 1) {
        if (rest % 2 === 0) continue;
        const peak = peaks.subarray(height * HASH_BYTES, (height + 1) * HASH_BYTES);
        if (started) {
          right.set(peak, 1);
          writeHash(right, right, 1 + HASH_BYTES);
        } else {
          right.set(peak, 1 + HASH_BYTES);
          started = true;
        }
      }
      return Uint8Array.from(right.subarray(1 + HASH_BYTES));
    },
  };
}

export type MerkleTree = {
  readonly root: Uint8Array;
  readonly size: number;
  /**
   * Audit path of leaf `index` (RFC 6962 §2.1.1): the siblings from the leaf upwards, 32 bytes each, one after the
   * other; ⌈log₂ size⌉ of them or fewer.
   * @throws RangeError where there is no such leaf
   */
  proof(index: number): Uint8Array;
};

/**
 * A tree that is kept whole, to make proofs from.
 * @param leaves leaf hashes of 32 bytes each: a list, or one array with all of them one after the other
 * @throws RangeError when a length is wrong
 */
export function createMerkleTree(leaves: readonly Uint8Array[] | Uint8Array): MerkleTree {
  const bottom = leaves instanceof Uint8Array ? leaves : joined(leaves);
  if (bottom.length % HASH_BYTES !== 0) throw new RangeError(`createMerkleTree: ${bottom.length} bytes are not whole leaf hashes of ${HASH_BYTES}.`);
  const size = bottom.length / HASH_BYTES;
  const layers: Buffer[] = [Buffer.alloc(bottom.length)];
  layers[0]!.set(bottom);
  const pair = nodeInput();
  for (let layer = layers[0]!; layer.length > HASH_BYTES; layers.push(layer)) {
    const below = layer;
    const pairs = Math.floor(below.length / (2 * HASH_BYTES));
    const odd = below.length % (2 * HASH_BYTES) !== 0;
    layer = Buffer.alloc((pairs + (odd ? 1 : 0)) * HASH_BYTES);
    for (let i = 0; i < pairs; i += 1) {
      below.copy(pair, 1, i * 2 * HASH_BYTES, (i + 1) * 2 * HASH_BYTES);
      writeHash(pair, layer, i * HASH_BYTES);
    }
    if (odd) below.copy(layer, pairs * HASH_BYTES, pairs * 2 * HASH_BYTES);
  }
  // Proofs are copied word by word. Buffer.alloc, other than allocUnsafe, gives each layer memory of its own, aligned.
  const words = layers.slice(0, -1).map((layer) => new Int32Array(layer.buffer, layer.byteOffset, layer.length / 4));
  return {
    size,
    root: Uint8Array.from(size === 0 ? EMPTY_ROOT : layers.at(-1)!),
    proof(index) {
      if (!Number.isInteger(index) || index < 0 || index >= size) throw new RangeError(`proof: there is no leaf ${index} among ${size}.`);
      const path = new Int32Array((layers.length - 1) * HASH_WORDS);
      let end = 0;
      for (let height = 0, at = index; height < words.length; height += 1, at >>>= 1) {
        const layer = words[height]!;
        const start = (at ^ 1) * HASH_WORDS;
        // The last node of an odd layer has no sibling: it moved up as it is.
        if (start < layer.length) for (let i = 0; i < HASH_WORDS; i += 1) path[end++] = layer[start + i]!;
      }
      return new Uint8Array(path.buffer, 0, end * 4);
    },
  };
}

/** @param leaf leaf hash, 32 bytes · proof: as `MerkleTree.proof` gives it · root: 32 bytes */
export type ProofInput = { leaf: Uint8Array; index: number; size: number; proof: Uint8Array; root: Uint8Array };

/**
 * Whether `leaf` stands at `index` of the `size` leaves under `root` (RFC 9162 §2.1.3.2). False, never an error, for a
 * proof of any wrong shape.
 */
export function verifyProof({ leaf, index, size, proof, root }: ProofInput): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  if (leaf.length !== HASH_BYTES || root.length !== HASH_BYTES) return false;
  let node = verifying;
  let at = index;
  let last = size - 1;
  let offset = 0;
  let side = 1;
  node.set(leaf, side);
  for (; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at === last && at % 2 === 0) continue; // moved up as it is
    if (offset + HASH_BYTES > proof.length) return false;
    // The running hash lies where it belongs in this pair; its sibling fills the other half.
    const own = at % 2 === 1 ? 1 + HASH_BYTES : 1;
    if (own !== side) node.copyWithin(own, side, side + HASH_BYTES);
    const other = own === 1 ? 1 + HASH_BYTES : 1;
    for (let i = 0; i < HASH_BYTES; i += 1) node[other + i] = proof[offset + i]!;
    writeHash(node, node, 1);
    side = 1;
    offset += HASH_BYTES;
  }
  if (offset !== proof.length) return false;
  for (let i = 0; i < HASH_BYTES; i += 1) if (node[side + i] !== root[i]) return false;
  return true;
}
const verifying = nodeInput();

/** 0x01 ‖ left ‖ right */
export function nodeInput(): Buffer {
  const input = Buffer.alloc(1 + 2 * HASH_BYTES);
  input[0] = 1;
  return input;
}

/** Digests by way of a Latin-1 string: Node makes one much faster than a Buffer, and this is the inner loop of all trees. */
export function writeHash(input: Buffer, out: Buffer, offset: number): void {
  out.write(hash('sha256', input, 'latin1' as 'hex'), offset, HASH_BYTES, 'latin1');
}

function joined(leaves: readonly Uint8Array[]): Buffer {
  const all = Buffer.allocUnsafe(leaves.length * HASH_BYTES);
  leaves.forEach((leaf, i) => {
    checkHash(`leaf ${i}`, leaf);
    all.set(leaf, i * HASH_BYTES);
  });
  return all;
}

function checkHash(who: string, bytes: Uint8Array): void {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`${who}: a leaf hash has ${HASH_BYTES} bytes, not ${bytes.length}.`);
}
