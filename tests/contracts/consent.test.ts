/** Sharing through the deployed artefacts on anvil: what the app will seal, sign and prove, the contracts take. */
import { AbiCoder, keccak256, toBeHex, ZeroHash, type Contract } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, accessKey, openedId, publish, Reverted, startNetwork, type Actor, type Listing, type Network } from '../../bench/local-network.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { deployContracts } from '../../electron/chain/deploy.ts';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { parseNetwork } from '../../electron/chain/network-file.ts';
import { openReleasedShare, sealShareForAccess } from '../../electron/vault/release.ts';
import type { Hex } from '../../shared/domain/chain.ts';

const HOUR = 3600;
const SCOPE = keccak256('0x01');
const TERMS = [0, 1, 30 * 86_400, SCOPE, ZeroHash];
let net: Network;
let listing: Listing;

const reasonOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'no revert', (error: unknown) => {
  if (error instanceof Reverted) return error.reason;
  throw error;
});
const releaseTo = (accessId: bigint, key: ReturnType<typeof accessKey>, index: number) =>
  net.send(net.market, net.keepers[index]!, 'release', [accessId, index, sealShareForAccess({ share: listing.shares[index]!, accessKey: key, context: { chainId: net.chainId, market: net.market.target as Hex, accessId, index } })]);

beforeAll(async () => {
  net = await startNetwork(5);
  listing = await publish(net, 5);
  for (let i = 0; i < 5; i++) await accept(net, listing, i);
  const key = accessKey(1);
  const accessId = openedId(await net.send(net.market, net.validator, 'validate', [listing.id, key.px, key.py, HOUR]));
  for (let i = 0; i < 5; i++) await releaseTo(accessId, key, i);
  await net.send(net.market, net.validator, 'certify', [accessId, 93, ZeroHash]);
  await net.send(net.participants, net.deployer, 'accredit', [net.stranger.address, 256, ZeroHash]);
});
afterAll(() => net.anvil.stop());

describe('an emergency', () => {
  it('hands the institution the shares of the owner', async () => {
    await net.send(net.consent, net.owner, 'setEmergencyReadable', [listing.id, true]);
    const key = accessKey(2);
    const accessId = openedId(await net.send(net.consent, net.stranger, 'emergency', [listing.id, key.px, key.py, HOUR, SCOPE, '0x']));
    const sent = await releaseTo(accessId, key, 3);
    const { ex, ey, ct } = sent.events.find((e) => e.name === 'ShareReleased')!.args as { ex: bigint; ey: bigint; ct: Hex };
    const release = { ex: toBeHex(ex, 32) as Hex, ey: toBeHex(ey, 32) as Hex, ct };
    expect(openReleasedShare({ release, accessSecret: key.secret, context: { chainId: net.chainId, market: net.market.target as Hex, accessId, index: 3 } })).toEqual(listing.shares[3]);
    await net.send(net.participants, net.deployer, 'suspend', [net.stranger.address, 256, ZeroHash]);
    expect(await reasonOf(releaseTo(accessId, key, 4))).toBe('MarketGranteeSuspended');
    await net.send(net.participants, net.deployer, 'accredit', [net.stranger.address, 256, ZeroHash]);
  });
});

describe('an account without a coin', () => {
  const types = { ForwardRequest: ['from address', 'to address', 'value uint256', 'gas uint256', 'nonce uint256', 'deadline uint48', 'data bytes'].map((f) => ({ name: f.split(' ')[0]!, type: f.split(' ')[1]! })) };
  async function signed(from: Actor['wallet'], contract: Contract, method: string, args: unknown[]) {
    const domain = { name: 'PHDex Forwarder', version: '1', chainId: net.chainId, verifyingContract: net.forwarder.target as string };
    const deadline = (await net.anvil.provider.getBlock('latest'))!.timestamp + HOUR;
    const request = { from: from.address, to: contract.target as string, value: 0n, gas: 300_000n, deadline, data: contract.interface.encodeFunctionData(method, args) };
    const nonce = (await net.forwarder.getFunction('nonces')(from.address)) as bigint;
    return { ...request, signature: await from.signTypedData(domain, types, { ...request, nonce }) };
  }

  it('gives a right and takes it back by a relayer', async () => {
    const fresh = net.owner.wallet.deriveChild(7);
    const sent = await net.send(net.forwarder, net.customer, 'execute', [await signed(fresh, net.consent, 'grant', [net.stranger.address, TERMS, ZeroHash])]);
    const granted = sent.events.find((e) => e.name === 'AccessGranted')!.args;
    expect(granted['owner']).toBe(fresh.address);
    const live = () => net.consent.getFunction('isLive')(granted['rightId'], fresh.address, SCOPE) as Promise<boolean>;
    expect(await live()).toBe(true);
    const request = await signed(fresh, net.consent, 'revokeAll', []);
    await net.send(net.forwarder, net.customer, 'execute', [request]);
    expect(await live()).toBe(false);
    expect(await net.anvil.provider.getBalance(fresh.address)).toBe(0n);
    expect(await reasonOf(net.send(net.forwarder, net.customer, 'execute', [request]))).toBe('ERC2771ForwarderInvalidSigner');
  });
});

describe('an anchor', () => {
  it('is proved by its storage slot against the block', async () => {
    const root = keccak256('0x07');
    const { receipt } = await net.send(net.anchors, net.owner, 'anchor', [root, 10_000, ZeroHash]);
    const coder = AbiCoder.defaultAbiCoder();
    const slot = keccak256(coder.encode(['bytes32', 'uint256'], [keccak256(coder.encode(['address', 'bytes32'], [net.owner.address, root])), 0]));
    const proof = (await net.anvil.provider.send('eth_getProof', [net.anchors.target, [slot], 'latest'])) as { storageProof: { value: string }[] };
    const word = BigInt(proof.storageProof[0]!.value);
    const block = await net.anvil.provider.getBlock(receipt.blockNumber);
    expect([word & ((1n << 40n) - 1n), (word >> 40n) & ((1n << 64n) - 1n), word >> 104n]).toEqual([BigInt(block!.timestamp), 10_000n, 1n]);
  });
});

describe('a local network', () => {
  it('has the sharing contracts, each wired to the others', async () => {
    const rpc = createRpc(net.anvil.url);
    const network = await deployContracts(rpc, { rpcUrl: net.anvil.url });
    const read = async (key: 'market' | 'consent' | 'studies', method: string) => {
      const data = await rpc.call<Hex>('eth_call', [{ to: network.contracts[key], data: contractInterface(key).encodeFunctionData(method) }, 'latest']);
      return String(contractInterface(key).decodeFunctionResult(method, data)[0]).toLowerCase();
    };
    expect(await read('market', 'consent')).toBe(network.contracts.consent!.toLowerCase());
    expect(await read('market', 'studies')).toBe(network.contracts.studies!.toLowerCase());
    expect(await read('consent', 'trustedForwarder')).toBe(network.contracts.forwarder!.toLowerCase());
    expect(await read('studies', 'trustedForwarder')).toBe(network.contracts.forwarder!.toLowerCase());
    for (const key of ['records', 'anchors'] as const) expect((await rpc.call<Hex>('eth_getCode', [network.contracts[key], 'latest'])).length).toBeGreaterThan(1000);
    expect(parseNetwork(JSON.stringify(network), 'network')).toEqual(network);
  });

  it('of before sharing still reads', () => {
    const a = `0x${'11'.repeat(20)}`;
    const old = { name: 'old', chainId: 5, rpcUrl: 'http://127.0.0.1:1', contracts: { accessManager: a, coin: a, participants: a, market: a }, deployedBlock: 0, confirmations: 2, allowSimulated: false, local: false };
    expect(parseNetwork(JSON.stringify(old), 'old.json').contracts.consent).toBeUndefined();
  });
});
