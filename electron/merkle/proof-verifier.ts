import { HASH_BYTES, HASH_WORDS, nodeInput, writeHash, type ProofInput } from './tree.ts';

export type ProofVerifier = {
  /** The same answer as `verifyProof` would give, whatever was verified before. */
  verify(input: Pick<ProofInput, 'leaf' | 'index' | 'proof'>): boolean;
};

/** Nodes of 2^24 leaves take a gigabyte; who has more verifies them one by one. */
const MAX_SIZE = 2 ** 24;

/**
 * Verifies many proofs under one root, hashing each inner node once: a node that a proof has shown to be under the root
 * needs no second proof, so of a later one only the part below it is hashed and the part above is compared. A proof
 * that fails teaches nothing. Takes about 64 bytes a leaf.
 * @throws RangeError when the root or the size is out of bounds
 */
export function createProofVerifier({ size, root }: Pick<ProofInput, 'size' | 'root'>): ProofVerifier {
  if (!Number.isInteger(size) || size < 1 || size > MAX_SIZE) throw new RangeError(`createProofVerifier: size ${size} is not 1 to ${MAX_SIZE}.`);
  if (root.length !== HASH_BYTES) throw new RangeError(`createProofVerifier: a root has ${HASH_BYTES} bytes, not ${root.length}.`);
  // Invariant: where known[i] is 1, nodes[i] is under the root, and so are its ancestors and their siblings.
  const starts: number[] = [];
  let total = 0;
  for (let width = size; ; width = Math.ceil(width / 2)) {
    starts.push(total);
    total += width;
    if (width === 1) break;
  }
  const top = starts.length - 1;
  const nodes = new Int32Array(total * HASH_WORDS);
  const known = new Uint8Array(total);
  put(starts[top]!, asWords(root), 0);
  known[starts[top]!] = 1;

  const pair = nodeInput();
  const hashed = Buffer.alloc(HASH_BYTES);
  const hashedWords = new Int32Array(hashed.buffer, hashed.byteOffset, HASH_WORDS);
  // The way up of the proof at hand: its own nodes and where they belong, noted only when it holds.
  const way = new Int32Array((top + 1) * HASH_WORDS);

  function put(node: number, from: Int32Array, start: number): void {
    const at = node * HASH_WORDS;
    for (let i = 0; i < HASH_WORDS; i += 1) nodes[at + i] = from[start + i]!;
  }
  function equals(node: number, words: Int32Array, start: number): boolean {
    const at = node * HASH_WORDS;
    for (let i = 0; i < HASH_WORDS; i += 1) if (nodes[at + i] !== words[start + i]) return false;
    return true;
  }

  return {
    verify({ leaf, index, proof }) {
      if (!Number.isInteger(index) || index < 0 || index >= size || leaf.length !== HASH_BYTES || proof.length % HASH_BYTES !== 0) return false;
      const path = asWords(proof);
      way.set(asWords(leaf), 0);
      let height = 0;
      let read = 0;
      let at = index;
      let last = size - 1;
      // Up to the first node that is known; the root is.
      for (; known[starts[height]! + at] === 0; height += 1, at >>>= 1, last >>>= 1) {
        const own = height * HASH_WORDS;
        if (at === last && (at & 1) === 0) {
          way.copyWithin(own + HASH_WORDS, own, own + HASH_WORDS);
          continue;
        }
        if (read === path.length) return false;
        const right = (at & 1) === 1;
        putBytes(pair, right ? 1 + HASH_BYTES : 1, way, own);
        putBytes(pair, right ? 1 : 1 + HASH_BYTES, path, read);
        read += HASH_WORDS;
        writeHash(pair, hashed, 0);
        for (let i = 0; i < HASH_WORDS; i += 1) way[own + HASH_WORDS + i] = hashedWords[i]!;
      }
      if (!equals(starts[height]! + at, way, height * HASH_WORDS)) return false;
      const met = height;
      // From there on the proof has to be the one that was seen.
      for (; height < top; height += 1, at >>>= 1, last >>>= 1) {
        if (at === last && (at & 1) === 0) continue;
        if (read === path.length || !equals(starts[height]! + (at ^ 1), path, read)) return false;
        read += HASH_WORDS;
      }
      if (read !== path.length) return false;
      // It holds: its nodes and their siblings are under the root.
      at = index;
      last = size - 1;
      read = 0;
      for (height = 0; height < met; height += 1, at >>>= 1, last >>>= 1) {
        const node = starts[height]! + at;
        put(node, way, height * HASH_WORDS);
        known[node] = 1;
        if (at === last && (at & 1) === 0) continue;
        const sibling = starts[height]! + (at ^ 1);
        put(sibling, path, read);
        known[sibling] = 1;
        read += HASH_WORDS;
      }
      return true;
    },
  };
}

/** The bytes as words in the machine's order; copied where they do not lie on a word's boundary. */
function asWords(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

function putBytes(out: Buffer, offset: number, words: Int32Array, start: number): void {
  for (let i = 0; i < HASH_WORDS; i += 1) {
    const word = words[start + i]!;
    const at = offset + 4 * i;
    if (LITTLE_ENDIAN) {
      out[at] = word;
      out[at + 1] = word >>> 8;
      out[at + 2] = word >>> 16;
      out[at + 3] = word >>> 24;
    } else out.writeInt32BE(word, at);
  }
}
const LITTLE_ENDIAN = new Uint8Array(new Int32Array([1]).buffer)[0] === 1;
