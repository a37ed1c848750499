import { createHash, randomBytes } from 'node:crypto';
import { MerkleTree as PeerTree } from 'merkletreejs';
import { createProofVerifier } from '../electron/merkle/proof-verifier.ts';
import { createMerkleTree, leafHash, verifyProof } from '../electron/merkle/tree.ts';

const RECORDS = 10_000;
const RECORD_BYTES = 20; // a time and three components
const ROUNDS = 5;
const TARGET = 20;

/**
 * 10,000 records: a proof for each made and verified. Ours verifies them under one root with `createProofVerifier`,
 * and, for comparison, each by itself. The peer runs as its README shows (a proof is asked for by leaf) and, for
 * comparison, with the index handed in, which spares it the search. All use Node's own SHA-256.
 */
export async function run(): Promise<void> {
  const records = Array.from({ length: RECORDS }, () => randomBytes(RECORD_BYTES));
  const few = records.slice(0, RECORDS / 10);
  for (const warm of [ours, oursOneByOne]) for (let i = 0; i < 3; i += 1) warm(records);
  for (const warm of [peerByLeaf, peerByIndex]) warm(few);
  const mine = median(() => ours(records));
  const single = median(() => oursOneByOne(records));
  const byIndex = median(() => peerByIndex(records));
  const byLeaf = timed(() => peerByLeaf(records));
  const proof = createMerkleTree(records.map((r) => leafHash(r))).proof(0);
  const line = (name: string, seconds: number) => console.log(`${name.padEnd(34)} ${seconds.toFixed(3)} s  ${Math.round(RECORDS / seconds).toLocaleString('en').padStart(9)} records/s`);
  line('phdex', mine);
  line('phdex, each proof by itself', single);
  line('merkletreejs', byLeaf);
  line('merkletreejs, index handed in', byIndex);
  const ratio = byLeaf / mine;
  console.log(`ratio     ${ratio.toFixed(1)}× (to reach: ${TARGET}×) ${ratio >= TARGET ? 'reached' : 'MISSED'}`);
  console.log(`          ${(byIndex / mine).toFixed(1)}× with the index handed to the peer; each proof by itself ${(byLeaf / single).toFixed(1)}× and ${(byIndex / single).toFixed(1)}×`);
  console.log(`proof     ${proof.length / 32} hashes of 32 bytes (log2 ${RECORDS} = ${Math.log2(RECORDS).toFixed(1)})`);
  console.log(`resident  ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

const median = (work: () => void): number => Array.from({ length: ROUNDS }, () => timed(work)).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;

function ours(records: readonly Buffer[]): void {
  const leaves = records.map((r) => leafHash(r));
  const tree = createMerkleTree(leaves);
  const proofs = leaves.map((_, i) => tree.proof(i));
  const verifier = createProofVerifier(tree);
  leaves.forEach((leaf, index) => holds(verifier.verify({ leaf, index, proof: proofs[index]! }), index));
}

function oursOneByOne(records: readonly Buffer[]): void {
  const leaves = records.map((r) => leafHash(r));
  const tree = createMerkleTree(leaves);
  const proofs = leaves.map((_, i) => tree.proof(i));
  leaves.forEach((leaf, index) => holds(verifyProof({ leaf, index, size: tree.size, proof: proofs[index]!, root: tree.root }), index));
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();

function peerByLeaf(records: readonly Buffer[]): void {
  const leaves = records.map(sha256);
  const tree = new PeerTree(leaves, sha256);
  const proofs = leaves.map((leaf) => tree.getProof(leaf));
  leaves.forEach((leaf, i) => holds(tree.verify(proofs[i]!, leaf, tree.getRoot()), i));
}

function peerByIndex(records: readonly Buffer[]): void {
  const leaves = records.map(sha256);
  const tree = new PeerTree(leaves, sha256);
  const proofs = leaves.map((leaf, i) => tree.getProof(leaf, i));
  leaves.forEach((leaf, i) => holds(tree.verify(proofs[i]!, leaf, tree.getRoot()), i));
}

function holds(ok: boolean, index: number): void {
  if (!ok) throw new Error(`proof ${index} does not hold`);
}
