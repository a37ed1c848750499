import { randomBytes } from 'node:crypto';
import { ethers } from 'ethers';
import { anchorLeaf } from '../../electron/anchors/leaf.ts';
import { makeReceipt, proveBatch } from '../../electron/anchors/prove.ts';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { createMerkleTree } from '../../electron/merkle/tree.ts';
import type { AnchorReceipt } from '../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { LocalChain } from '../chain/local-chain.ts';

export const zero = `0x${'0'.repeat(64)}` as Hex;

/** Sends one call from an account of the test and waits for it. */
export async function sendFrom(it: LocalChain, secret: string, method: string, args: unknown[]): Promise<number> {
  const { rpc } = it.chain;
  const wallet = new ethers.Wallet(secret);
  const data = contractInterface('anchors').encodeFunctionData(method, args);
  const nonce = Number(await rpc.call<string>('eth_getTransactionCount', [wallet.address, 'latest']));
  const raw = await wallet.signTransaction({ type: 2, chainId: it.network.chainId, to: it.network.contracts.anchors, data, nonce, gasLimit: 300_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n });
  const hash = await rpc.call<string>('eth_sendRawTransaction', [raw]);
  for (;;) {
    const receipt = await rpc.call<{ status: string; gasUsed: string } | null>('eth_getTransactionReceipt', [hash]);
    if (receipt) { if (BigInt(receipt.status) !== 1n) throw new Error('reverted'); return Number(receipt.gasUsed); }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Anchors those digests in one batch of account 1 and gives each receipt. */
export async function anchorAll(it: LocalChain, digests: readonly Uint8Array[], previous: Hex = zero): Promise<{ root: Hex; receipts: AnchorReceipt[] }> {
  const secret = zero.replace(/0$/, '1');
  const place = { chainId: it.network.chainId, contract: it.network.contracts.anchors! };
  const salts = digests.map(() => randomBytes(32));
  const tree = createMerkleTree(digests.map((digest, i) => anchorLeaf(place, salts[i]!, digest)));
  const root: Hex = `0x${Buffer.from(tree.root).toString('hex')}`;
  await sendFrom(it, secret, 'anchor', [root, digests.length, previous]);
  const account = new ethers.Wallet(secret).address.toLowerCase() as Hex;
  const proof = await proveBatch(it.chain.rpc.call, place, { account, root });
  return { root, receipts: digests.map((digest, i) => makeReceipt(proof, tree, i, { digest, salt: salts[i]! })) };
}
