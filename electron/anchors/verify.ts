import { decodeRlp, getBytes, keccak256 } from 'ethers';
import { AnchorReceipt, type ReceiptVerdict, type VerifyFinding, type VerifyStep } from '../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { verifyProof } from '../merkle/tree.ts';
import { canonicalText } from '../vault/manifest.ts';
import { decodeHeader } from './block-header.ts';
import { anchorLeaf, anchorSlot, anchorWord } from './leaf.ts';
import { provenValue } from './trie-proof.ts';

/** A receipt of a tree of 2^53 leaves in a trie of 64 levels is shorter. */
export const MAX_RECEIPT_BYTES = 512 * 1024;

/** The receipt's text: what is kept, sent and verified. */
export const receiptText = (receipt: AnchorReceipt): string => canonicalText(receipt);

class Fails extends Error {
  readonly step: VerifyStep;
  constructor(step: VerifyStep, detail: string) { super(detail); this.step = step; }
}

/**
 * Verifies a receipt with nothing but the file's digest and a block: no node, no network, no clock.
 * @param digest SHA-256 of the file, 32 bytes · blockHash: the hash of the block as the reader knows it from the chain, from
 *   whom it trusts; where there is none, all but the last step is verified and `blockOpen` says so · contract: that of the
 *   network's anchors, as the reader knows it. Anybody may deploy another, which keeps whatever time it likes: without the
 *   reader's word the age is that of the block, which no contract decides
 */
export function verifyReceipt(text: string, digest: Uint8Array, blockHash: Hex | null, contract: Hex | null = null): ReceiptVerdict {
  const findings: VerifyFinding[] = [];
  const held = (step: VerifyStep, detail: string) => { findings.push({ step, ok: true, detail }); };
  let receipt: AnchorReceipt | null = null;
  let anchoredAt: number | null = null;
  try {
    receipt = readReceipt(text);
    held('form', 'The receipt is in its form.');
    anchoredAt = checkAll(receipt, digest, contract, held);
    if (blockHash === null) findings.push({ step: 'block', ok: false, detail: `Nobody said that block ${receipt.block.number} of chain ${receipt.chain.id} has the hash ${receipt.block.hash}: compare it with a node or an explorer that you trust.` });
    else if (blockHash.toLowerCase() !== receipt.block.hash) throw new Fails('block', `The receipt is of block ${receipt.block.hash}, not of ${blockHash.toLowerCase()}.`);
    else held('block', `Block ${receipt.block.number} is the one that was given.`);
  } catch (error) {
    if (!(error instanceof Fails)) throw error;
    findings.push({ step: error.step, ok: false, detail: error.message });
  }
  const sound = findings.filter((f) => f.ok).length;
  const [holds, blockOpen] = [sound === STEPS, sound === STEPS - 1 && blockHash === null];
  return { holds, blockOpen, findings, anchoredAt, block: receipt && { number: receipt.block.number, hash: receipt.block.hash } };
}
const STEPS = 8;

function readReceipt(text: string): AnchorReceipt {
  if (text.length > MAX_RECEIPT_BYTES) throw new Fails('form', 'It is too long for a receipt.');
  let json: unknown;
  try { json = JSON.parse(text); } catch { throw new Fails('form', 'It is no JSON.'); }
  const parsed = AnchorReceipt.safeParse(json);
  if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new Fails('form', `${issue.path.join('.') || 'The receipt'}: ${issue.message}.`); }
  // A name that is there twice, or a number in another notation, reads the same and is not the same.
  if (receiptText(parsed.data) !== text.trim()) throw new Fails('form', 'It is not in the canonical form of JSON (RFC 8785).');
  return parsed.data;
}

/** @returns Unix seconds at which the file was there at the latest */
function checkAll(receipt: AnchorReceipt, digest: Uint8Array, known: Hex | null, held: (step: VerifyStep, detail: string) => void): number {
  const { batch, chain, block, leaf } = receipt;
  if (Buffer.compare(Buffer.from(digest), getBytes(receipt.digest)) !== 0) throw new Fails('file', `The file's SHA-256 is 0x${Buffer.from(digest).toString('hex')}; the receipt is of ${receipt.digest}.`);
  held('file', 'The file is the one that the receipt is of.');

  const hash = anchorLeaf({ chainId: chain.id, contract: chain.contract }, getBytes(receipt.salt), digest);
  const proof = Buffer.concat(leaf.path.map((sibling) => getBytes(sibling)));
  if (!verifyProof({ leaf: hash, index: leaf.index, size: batch.count, proof, root: getBytes(batch.root) })) throw new Fails('leaf', `The file is not leaf ${leaf.index} of ${batch.count} under ${batch.root}.`);
  held('leaf', `It is leaf ${leaf.index} of ${batch.count} under the root.`);

  const slot = anchorSlot(batch.account, batch.root);
  if (slot !== chain.slot) throw new Fails('slot', `A batch of ${batch.account} with that root is kept in slot ${slot}, not in ${chain.slot}.`);
  held('slot', 'The slot is that of the root and the account.');

  const header = attempt('header', 'The block header', () => decodeHeader(block.header));
  if (header.hash !== block.hash) throw new Fails('header', `The header hashes to ${header.hash}, not to ${block.hash}.`);
  if (header.number !== block.number) throw new Fails('header', `The header is of block ${header.number}, not of ${block.number}.`);
  held('header', `The header is that of block ${block.number}.`);

  if (known !== null && known.toLowerCase() !== chain.contract) throw new Fails('account', `It is of the contract ${chain.contract}; the network's anchors are kept by ${known.toLowerCase()}.`);
  const account = attempt('account', 'The proof of the contract', () => storageRootOf(provenValue(header.stateRoot, keccak256(chain.contract) as Hex, receipt.proof.account)));
  held('account', 'The contract is in the state of the block.');

  const word = attempt('storage', 'The proof of the batch', () => BigInt(decodeRlp(provenValue(account, keccak256(slot) as Hex, receipt.proof.storage)) as string));
  if (word !== anchorWord(batch)) throw new Fails('storage', 'The contract keeps another time, count or sequence for this batch.');
  if (batch.time > header.time) throw new Fails('storage', 'The batch would be younger than the block.');
  const [said, latest] = [batch.time, header.time].map((time) => new Date(time * 1000).toISOString());
  held('storage', `The contract keeps the root with ${batch.count} records, anchored at ${said}.${known === null ? ` That time is the word of the contract ${chain.contract}, of which nobody said that it is the network's; by the block itself it was there at ${latest}.` : ''}`);
  return known === null ? header.time : batch.time;
}

function attempt<T>(step: VerifyStep, what: string, read: () => T): T {
  try { return read(); } catch (error) { throw new Fails(step, `${what} does not hold: ${error instanceof RangeError ? error.message : 'it cannot be read'}.`); }
}

/** Storage root of an account's leaf: [nonce, balance, storage root, code hash]. */
function storageRootOf(leaf: Hex): Hex {
  const fields = decodeRlp(leaf);
  if (!Array.isArray(fields) || fields.length !== 4 || typeof fields[2] !== 'string' || fields[2].length !== 66) throw new RangeError('it leads to no account');
  return fields[2] as Hex;
}
