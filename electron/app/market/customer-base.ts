import { Signature } from 'ethers';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { BuyDeps } from '../../market/buy.ts';
import type { OpenDeps } from '../../market/open.ts';
import { systemClock } from '../../market/ports.ts';
import type { Chain } from '../chain-service.ts';
import type { NodeParts } from '../open-parts.ts';
import { createGranteeKeys } from '../secret-stores.ts';
import type { Blobs } from '../storage-service.ts';

const PERMIT = { Permit: [{ name: 'owner', type: 'address' }, { name: 'spender', type: 'address' }, { name: 'value', type: 'uint256' }, { name: 'nonce', type: 'uint256' }, { name: 'deadline', type: 'uint256' }] };

/** What buying and opening need of a profile. */
export function customerBase({ parts, chain, blobs }: { parts: NodeParts; chain: Chain; blobs: Blobs }): OpenDeps & { blobs: Blobs['store']; me: Hex } {
  return {
    reads: chain.reads, submit: chain.outbox, changes: chain.indexer, clock: systemClock, keys: createGranteeKeys(parts.db, parts.wallet),
    network: chain.market, me: parts.address, blobs: blobs.store,
  };
}

/** EIP-2612: a signature instead of a transaction of its own, for exactly `amount`. */
export function permitSigner({ parts, chain }: { parts: NodeParts; chain: Chain }): BuyDeps['signPermit'] {
  return async (amount, deadline) => {
    const [nonce] = await chain.read('coin', 'nonces', [parts.address]);
    const domain = { name: 'PHD Coin', version: '1', chainId: chain.network.chainId, verifyingContract: chain.network.contracts.coin };
    const signature = Signature.from(await parts.wallet.signTypedData(domain, PERMIT, { owner: parts.address, spender: chain.network.contracts.market, value: amount, nonce, deadline }));
    return { deadline, v: signature.v, r: signature.r as Hex, s: signature.s as Hex };
  };
}
