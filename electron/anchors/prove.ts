import { decodeRlp, keccak256 } from 'ethers';
import type { AnchorReceipt } from '../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Rpc } from '../chain/rpc.ts';
import type { MerkleTree } from '../merkle/tree.ts';
import { hexOf } from '../vault/hex.ts';
import { encodeHeader } from './block-header.ts';
import { anchorSlot, readAnchorWord, type AnchorPlace } from './leaf.ts';
import { provenValue } from './trie-proof.ts';

/** What every receipt of one batch has in common. */
export type BatchProof = Pick<AnchorReceipt, 'batch' | 'chain' | 'proof' | 'block'>;

type RawBlock = (Record<string, unknown> & { hash: Hex; stateRoot: Hex }) | null;
type RawProof = { accountProof: Hex[]; storageProof: { value: Hex; proof: Hex[] }[] };
/** A block that is dropped between the questions, or an endpoint that answers of two: ask again. */
const ATTEMPTS = 5;

/**
 * Has the endpoint prove that `account` anchored `root`, in one of the newest blocks, and checks the proof: what is wrong is
 * refused here and not at the reader. Any block since the anchoring will do, for what was anchored stays.
 * @param depth so many blocks below the newest, which a reorganisation would have to be deeper than
 * @throws AppError `access-not-ready` not anchored, or not so deep · `proof-invalid` · `chain-wrong` its block is not of a known form · `chain-unreachable`
 */
export async function proveBatch(call: Rpc['call'], place: AnchorPlace, { account, root, depth = 0 }: { account: Hex; root: Hex; depth?: number }, signal?: AbortSignal): Promise<BatchProof> {
  const contract = place.contract.toLowerCase() as Hex;
  const slot = anchorSlot(account, root);
  for (let attempt = 1; ; attempt += 1) {
    const newest = Number(await call<string>('eth_blockNumber', [], { signal }));
    const tag = toQuantity(Math.max(0, newest - depth));
    const block = await call<RawBlock>('eth_getBlockByNumber', [tag, false], { signal });
    const proof = await call<RawProof>('eth_getProof', [contract, [slot], tag], { signal });
    try {
      if (!block) throw new RangeError('there is no such block');
      const header = encodeHeader(block);
      const accountNodes = proof.accountProof.map(lower);
      const storageNodes = (proof.storageProof[0]?.proof ?? []).map(lower);
      if (BigInt(proof.storageProof[0]?.value ?? 0) === 0n) throw new AppError('access-not-ready', `The root ${root} is not anchored${depth > 0 ? `, or not ${depth} blocks deep` : ''} yet.`, { hint: 'Wait for a few blocks, then ask again.', retryable: true });
      const leaf = decodeRlp(provenValue(block.stateRoot, keccak256(contract) as Hex, accountNodes));
      const storageRoot = Array.isArray(leaf) ? leaf[2] : undefined;
      if (typeof storageRoot !== 'string') throw new RangeError('it leads to no account');
      const word = readAnchorWord(BigInt(decodeRlp(provenValue(storageRoot as Hex, keccak256(slot) as Hex, storageNodes)) as string));
      return {
        batch: { root, count: word.count, sequence: word.sequence, time: word.time, account },
        chain: { id: place.chainId, contract, slot },
        proof: { account: accountNodes, storage: storageNodes },
        block: { number: Number(block.number), hash: lower(block.hash), header },
      };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (attempt === ATTEMPTS) throw new AppError('proof-invalid', `The endpoint's proof of the root ${root} does not hold: ${error.message}.`, { hint: 'Use another endpoint; this one proves another state than its blocks have.', cause: error });
    }
  }
}

/** The receipt of leaf `index`. */
export function makeReceipt(proof: BatchProof, tree: MerkleTree, index: number, { digest, salt }: { digest: Uint8Array; salt: Uint8Array }): AnchorReceipt {
  const path = tree.proof(index);
  return {
    format: 'phdex/anchor/v1', digest: hexOf(digest), salt: hexOf(salt),
    leaf: { index, path: Array.from({ length: path.length / 32 }, (_, i) => hexOf(path.subarray(32 * i, 32 * i + 32))) },
    ...proof,
  };
}

/** Whether the block of a proof is still one of the chain's. */
export async function blockStands(call: Rpc['call'], { block }: BatchProof, signal?: AbortSignal): Promise<boolean> {
  const now = await call<{ hash: string } | null>('eth_getBlockByNumber', [toQuantity(block.number), false], { signal });
  return now?.hash.toLowerCase() === block.hash;
}

const toQuantity = (n: number) => `0x${n.toString(16)}`;
const lower = (bytes: string) => bytes.toLowerCase() as Hex;
