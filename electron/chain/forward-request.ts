import { TypedDataEncoder, verifyTypedData, type TypedDataDomain } from 'ethers';
import { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { ContractKey } from './contracts.ts';
import type { NetworkRecord } from './network-file.ts';

/** Contracts that take the signer of a forwarded call for its sender (ERC-2771). The market is not among them. */
export const FORWARDED = ['consent', 'records', 'anchors', 'studies'] as const satisfies readonly ContractKey[];
export type ForwardedContract = (typeof FORWARDED)[number];
export const isForwarded = (contract: ContractKey): contract is ForwardedContract => (FORWARDED as readonly ContractKey[]).includes(contract);

const address = z.string().regex(/^0x[0-9a-f]{40}$/).transform((a) => a as Hex);
const decimal = z.string().regex(/^\d{1,20}$/);
/** Longest call that a relayer takes, in bytes: terms with sealed details of 2048 bytes and a proof fit well. */
export const MAX_CALL_BYTES = 16_384;

/** A call as its account signed it (EIP-712, OpenZeppelin 5's ERC2771Forwarder), whole numbers as decimal text. */
export const SignedForward = z.strictObject({
  from: address, to: address, gas: decimal, nonce: decimal,
  /** Last second, in the chain's time, in which it may be carried out. */
  deadline: z.number().int().positive().max(2 ** 48 - 1),
  data: z.string().regex(/^0x([0-9a-f]{2})+$/).max(2 + 2 * MAX_CALL_BYTES).transform((d) => d as Hex),
  signature: z.string().regex(/^0x[0-9a-f]{130}$/).transform((s) => s as Hex),
});
export type SignedForward = z.infer<typeof SignedForward>;
export type UnsignedForward = Omit<SignedForward, 'signature'>;

const TYPES = {
  ForwardRequest: [
    { name: 'from', type: 'address' }, { name: 'to', type: 'address' }, { name: 'value', type: 'uint256' }, { name: 'gas', type: 'uint256' },
    { name: 'nonce', type: 'uint256' }, { name: 'deadline', type: 'uint48' }, { name: 'data', type: 'bytes' },
  ],
};

/** @throws AppError `chain-wrong` where the network has no forwarder */
export function forwarderOf(network: NetworkRecord): Hex {
  const { forwarder } = network.contracts;
  if (!forwarder) throw new AppError('chain-wrong', `${network.name} has no forwarder, so nobody can send for a fresh account.`, { hint: 'It was made before there was one; use a newer network.' });
  return forwarder;
}

const domainOf = (network: NetworkRecord): TypedDataDomain => ({ name: 'PHDex Forwarder', version: '1', chainId: network.chainId, verifyingContract: forwarderOf(network) });
const valueOf = ({ from, to, gas, nonce, deadline, data }: UnsignedForward) => ({ from, to, value: 0n, gas: BigInt(gas), nonce: BigInt(nonce), deadline, data });

export async function signForward(request: UnsignedForward, network: NetworkRecord, account: { signTypedData(domain: TypedDataDomain, types: typeof TYPES, value: Record<string, unknown>): Promise<string> }): Promise<SignedForward> {
  return { ...request, signature: (await account.signTypedData(domainOf(network), TYPES, valueOf(request))) as Hex };
}

/** Whether `from` signed this very call for this chain and forwarder. */
export function isSignedBySender(request: SignedForward, network: NetworkRecord): boolean {
  try { return verifyTypedData(domainOf(network), TYPES, valueOf(request), request.signature).toLowerCase() === request.from; } catch { return false; }
}

/** The EIP-712 hash, which names a call for ever. */
export const forwardDigest = (request: UnsignedForward, network: NetworkRecord): Hex => TypedDataEncoder.hash(domainOf(network), TYPES, valueOf(request)) as Hex;

/** The argument of the forwarder's `execute`. */
export const executeArgs = ({ from, to, gas, deadline, data, signature }: SignedForward): readonly unknown[] => [{ from, to, value: 0n, gas: BigInt(gas), deadline, data, signature }];

/** The call as the target sees it: the sender stands at the end of its data. */
export const innerCall = (request: Pick<UnsignedForward, 'from' | 'to' | 'data'>, network: NetworkRecord): { from: Hex; to: Hex; data: string } => ({ from: forwarderOf(network), to: request.to, data: request.data + request.from.slice(2) });
