import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProofVerifier } from '../../electron/merkle/proof-verifier.ts';
import { createMerkleBuilder, createMerkleTree, leafHash, verifyProof } from '../../electron/merkle/tree.ts';
import { bytes, hex, RFC_6962 } from '../vectors/vectors.ts';

const sha256 = (...parts: Uint8Array[]) => { const h = createHash('sha256'); for (const p of parts) h.update(p); return new Uint8Array(h.digest()); };

/** RFC 6962 §2.1 to the letter, recursive. */
function rfcRoot(data: Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256();
  if (data.length === 1) return sha256(Uint8Array.of(0), data[0]!);
  const k = split(data.length);
  return sha256(Uint8Array.of(1), rfcRoot(data.slice(0, k)), rfcRoot(data.slice(k)));
}
/** RFC 6962 §2.1.1, PATH(m, D[n]). */
function rfcPath(m: number, data: Uint8Array[]): Uint8Array[] {
  if (data.length === 1) return [];
  const k = split(data.length);
  return m < k ? [...rfcPath(m, data.slice(0, k)), rfcRoot(data.slice(k))] : [...rfcPath(m - k, data.slice(k)), rfcRoot(data.slice(0, k))];
}
const split = (n: number) => 2 ** Math.floor(Math.log2(n - 1));
const records = (n: number) => Array.from({ length: n }, (_, i) => Buffer.from(`record ${i}`));

describe('Merkle tree (RFC 6962)', () => {
  const leaves = RFC_6962.leaves.map((l) => leafHash(bytes(l)));

  it('has the published roots, whole and streamed', () => {
    const builder = createMerkleBuilder();
    expect(hex(builder.root())).toBe(RFC_6962.emptyRoot);
    expect(hex(createMerkleTree([]).root)).toBe(RFC_6962.emptyRoot);
    RFC_6962.roots.forEach((root, i) => {
      builder.append(leaves[i]!);
      expect(builder.count).toBe(i + 1);
      expect(hex(builder.root())).toBe(root);
      expect(hex(createMerkleTree(leaves.slice(0, i + 1)).root)).toBe(root);
    });
  });

  it('has the published audit paths', () => {
    for (const { index, size, path } of RFC_6962.proofs) {
      const tree = createMerkleTree(leaves.slice(0, size));
      expect(hex(tree.proof(index))).toBe(path.join(''));
      expect(verifyProof({ leaf: leaves[index]!, index, size, proof: bytes(path.join('')), root: tree.root })).toBe(true);
    }
  });

  it('agrees with the RFC’s recursion for every size up to 70', () => {
    for (let n = 1; n <= 70; n += 1) {
      const data = records(n);
      const hashes = data.map((d) => leafHash(d));
      const tree = createMerkleTree(hashes);
      const builder = createMerkleBuilder();
      for (const h of hashes) builder.append(h);
      expect(hex(tree.root)).toBe(hex(rfcRoot(data)));
      expect(hex(builder.root())).toBe(hex(tree.root));
      const verifier = createProofVerifier(tree);
      for (let i = 0; i < n; i += 1) {
        const proof = tree.proof(i);
        expect(hex(proof)).toBe(rfcPath(i, data).map(hex).join(''));
        expect(proof.length / 32).toBeLessThanOrEqual(Math.ceil(Math.log2(n)));
        expect(verifyProof({ leaf: hashes[i]!, index: i, size: n, proof, root: tree.root })).toBe(true);
        expect(verifier.verify({ leaf: hashes[i]!, index: i, proof })).toBe(true);
      }
    }
  });

  it('takes leaf hashes as one array, and records of any length', () => {
    const data = [Buffer.alloc(0), Buffer.alloc(255, 1), Buffer.alloc(256, 2), Buffer.alloc(5000, 3)];
    const hashes = data.map((d) => leafHash(d));
    expect(hashes.map(hex)).toEqual(data.map((d) => hex(sha256(Uint8Array.of(0), d))));
    expect(hex(createMerkleTree(Buffer.concat(hashes)).root)).toBe(hex(createMerkleTree(hashes).root));
  });

  it('leaves what it was given as it is, and keeps nothing of it', () => {
    const hashes = records(5).map((r) => leafHash(r));
    const before = hashes.map(hex);
    const tree = createMerkleTree(hashes);
    const root = hex(tree.root);
    expect(hashes.map(hex)).toEqual(before);
    for (const h of hashes) h.fill(0);
    expect(hex(tree.proof(0)).slice(0, 64)).toBe(before[1]);
    tree.proof(0).fill(0);
    expect(hex(tree.proof(0)).slice(0, 64)).toBe(before[1]);
    expect(hex(tree.root)).toBe(root);
  });

  it('refuses what is no leaf hash or no leaf, naming it', () => {
    expect(() => createMerkleBuilder().append(Buffer.alloc(31))).toThrow('append: a leaf hash has 32 bytes, not 31.');
    expect(() => createMerkleTree([Buffer.alloc(32), Buffer.alloc(33)])).toThrow('leaf 1: a leaf hash has 32 bytes, not 33.');
    expect(() => createMerkleTree(Buffer.alloc(33))).toThrow('33 bytes are not whole leaf hashes');
    expect(() => createMerkleTree(leaves).proof(8)).toThrow('there is no leaf 8 among 8');
    expect(() => createMerkleTree(leaves).proof(-1)).toThrow(RangeError);
    expect(() => createProofVerifier({ size: 0, root: leaves[0]! })).toThrow(RangeError);
    expect(() => createProofVerifier({ size: 1, root: Buffer.alloc(31) })).toThrow(RangeError);
  });

  it('no proof holds after any change to it, its leaf, its place or its root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), fc.integer({ min: 0, max: 7 }), fc.constantFrom('proof', 'leaf', 'root', 'index', 'size', 'shorter', 'longer', 'leaf for node'), (n, pick, where, bit, change) => {
        const hashes = records(n).map((r) => leafHash(r));
        const tree = createMerkleTree(hashes);
        const index = pick % n;
        const input = { leaf: Uint8Array.from(hashes[index]!), index, size: n, proof: Uint8Array.from(tree.proof(index)), root: Uint8Array.from(tree.root) };
        const flip = (b: Uint8Array) => { b[where % b.length]! ^= 1 << bit; };
        if (change === 'proof') { if (input.proof.length === 0) return; flip(input.proof); }
        if (change === 'leaf') flip(input.leaf);
        if (change === 'root') flip(input.root);
        if (change === 'index') { if (n === 1) return; input.index = (index + 1 + (where % (n - 1))) % n; }
        if (change === 'size') input.size = 0;
        if (change === 'shorter') { if (input.proof.length === 0) return; input.proof = input.proof.subarray(0, input.proof.length - 1 - (where % 32)); }
        if (change === 'longer') input.proof = Buffer.concat([input.proof, Buffer.alloc(1 + (where % 64))]);
        if (change === 'leaf for node') { if (input.proof.length === 0) return; input.leaf = input.proof.subarray(0, 32); if (hex(input.leaf) === hex(hashes[index]!)) return; }
        expect(verifyProof(input)).toBe(false);
        if (change === 'root' || change === 'size') return;
        // The same by a verifier that knows nothing, half and all of the tree; and its refusal teaches it nothing.
        for (const taught of [0, n >> 1, n]) {
          const verifier = createProofVerifier(tree);
          for (let i = 0; i < taught; i += 1) expect(verifier.verify({ leaf: hashes[i]!, index: i, proof: tree.proof(i) })).toBe(true);
          expect(verifier.verify(input)).toBe(false);
          for (let i = 0; i < n; i += 37) expect(verifier.verify({ leaf: hashes[i]!, index: i, proof: tree.proof(i) })).toBe(true);
          expect(verifier.verify(input)).toBe(false);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('takes proofs that do not lie on a word’s boundary', () => {
    const hashes = records(9).map((r) => leafHash(r));
    const tree = createMerkleTree(hashes);
    const verifier = createProofVerifier(tree);
    hashes.forEach((h, index) => {
      const proof = Buffer.concat([Buffer.of(7), tree.proof(index)]).subarray(1);
      const leaf = Buffer.concat([Buffer.of(7, 7, 7), h]).subarray(3);
      expect(verifier.verify({ leaf, index, proof })).toBe(true);
    });
  });

  it('reads sizes beyond 2^32 without going round in circles', () => {
    const leaf = leafHash(Buffer.from('x'));
    expect(verifyProof({ leaf, index: 2 ** 40, size: 2 ** 41, proof: Buffer.alloc(41 * 32), root: leaf })).toBe(false);
    expect(verifyProof({ leaf, index: Number.NaN, size: 2, proof: Buffer.alloc(32), root: leaf })).toBe(false);
  });
});
