import { AbiCoder, concat, getCreateAddress, id } from 'ethers';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { artefact, contractInterface, type ContractKey } from './contracts.ts';
import { chainError } from './errors.ts';
import { REGISTRAR_ROLE } from './events/registrars.ts';
import type { NetworkRecord } from './network-file.ts';
import type { Rpc } from './rpc.ts';

const ETHER = 10n ** 18n;

/** Parameters of a network for one machine: short windows, small stakes. Named in contracts/DEPLOY.md. */
export const LOCAL_PARAMETERS = {
  falseSlash: ETHER / 2n, silentSlash: ETHER / 20n, minKeeperFee: ETHER / 100n, minReleasePeriod: 2n, maxReleasePeriod: 604_800n,
  challengeWindow: 20n, releaseExtension: 20n, rewardBase: 1000n * ETHER, rewardHalving: 100_000n, minStake: ETHER, unstakeDelay: 1_209_600n,
  drawDelay: 1n, revealPeriod: 600n,
};
export type NetworkParameters = typeof LOCAL_PARAMETERS;

const REGISTRAR = BigInt(REGISTRAR_ROLE);

type Receipt = { contractAddress: Hex | null; blockNumber: string; status: string; gasUsed: string } | null;

/** Sends from an account whose key the endpoint holds (anvil's own): for setting up local networks only. */
async function sendUnlocked(rpc: Rpc, from: string, transaction: { to?: string; data: string }): Promise<NonNullable<Receipt>> {
  let hash: string;
  try { hash = await rpc.call<string>('eth_sendTransaction', [{ from, ...transaction }]); } catch (error) { throw chainError(error, 'setting up the network'); }
  for (;;) {
    const receipt = await rpc.call<Receipt>('eth_getTransactionReceipt', [hash]);
    if (receipt) {
      if (BigInt(receipt.status) === 0n) throw new AppError('chain-reverted', 'A transaction that sets up the network was refused.', { details: { reason: '' } });
      return receipt;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function deployerOf(rpc: Rpc): Promise<Hex> {
  const [account] = await rpc.call<Hex[]>('eth_accounts');
  if (!account) throw new AppError('chain-wrong', 'The endpoint holds no account of its own, so it is no local network.', { hint: 'Only the embedded chain can be set up from here; see contracts/DEPLOY.md for others.' });
  return account;
}

/** Deploys the contracts in the order of contracts/DEPLOY.md. @returns the network's record */
export async function deployContracts(rpc: Rpc, options: { name?: string; rpcUrl: string; parameters?: Partial<NetworkParameters> }): Promise<NetworkRecord> {
  const p = { ...LOCAL_PARAMETERS, ...options.parameters };
  const from = await deployerOf(rpc);
  const nonce = Number(await rpc.call<string>('eth_getTransactionCount', [from, 'latest']));
  const at = (i: number) => getCreateAddress({ from, nonce: nonce + i }) as Hex;
  const [accessManager, coin, participants, market, devices] = [at(0), at(1), at(2), at(3), at(4)];
  const [forwarder, consent, records, anchors, studies] = [at(5), at(6), at(7), at(8), at(9)];
  const coder = AbiCoder.defaultAbiCoder();
  const create = (key: ContractKey, args: string) => sendUnlocked(rpc, from, { data: concat([artefact(key).bytecode, args]) });
  const first = await create('accessManager', coder.encode(['address'], [from]));
  await create('coin', coder.encode(['address'], [market]));
  await create('participants', coder.encode(['address', 'address', 'address', 'uint96', 'uint32'], [accessManager, coin, market, p.minStake, p.unstakeDelay]));
  const constructor = contractInterface('market').deploy;
  const order = constructor.inputs.at(-1)!.components!.map((c) => p[c.name as keyof NetworkParameters]);
  const last = await create('market', constructor.inputs.length === 0 ? '0x' : coder.encode(constructor.inputs, [coin, participants, consent, studies, order]));
  const registry = await create('devices', coder.encode(['address'], [accessManager]));
  await create('forwarder', '0x');
  await create('consent', coder.encode(['address', 'address'], [market, forwarder]));
  await create('records', coder.encode(['address', 'address'], [participants, forwarder]));
  await create('anchors', coder.encode(['address'], [forwarder]));
  const study = await create('studies', coder.encode(['address', 'address', 'uint256', 'uint256'], [market, forwarder, p.drawDelay, p.revealPeriod]));
  if (last.contractAddress?.toLowerCase() !== market.toLowerCase() || registry.contractAddress?.toLowerCase() !== devices.toLowerCase() || study.contractAddress?.toLowerCase() !== studies.toLowerCase()) throw new AppError('internal', 'The contracts were deployed to other addresses than foreseen.');
  const manager = contractInterface('accessManager');
  for (const [key, target, names] of [['participants', participants, ['accredit', 'suspend']], ['devices', devices, ['update']]] as const) {
    const selectors = names.map((name) => id(contractInterface(key).getFunction(name)!.format('sighash')).slice(0, 10));
    await sendUnlocked(rpc, from, { to: accessManager, data: manager.encodeFunctionData('setTargetFunctionRole', [target, selectors, REGISTRAR]) });
  }
  await sendUnlocked(rpc, from, { to: accessManager, data: manager.encodeFunctionData('grantRole', [REGISTRAR, from, 0]) });
  return {
    name: options.name ?? 'local', chainId: Number(await rpc.call<string>('eth_chainId')), rpcUrl: options.rpcUrl, contracts: { accessManager, coin, participants, market, devices, forwarder, consent, records, anchors, studies },
    deployedBlock: Number(first.blockNumber), confirmations: 0, allowSimulated: true, local: true,
  };
}

/** Native coins for accounts of a local network. */
export async function fundAccounts(rpc: Rpc, addresses: readonly string[], wei: bigint): Promise<void> {
  await Promise.all(addresses.map((address) => rpc.call('anvil_setBalance', [address, `0x${wei.toString(16)}`])));
}

type Named = Pick<NetworkRecord, 'contracts'>;

/** Gives an account accredited roles on a local network, whose registrar is the account that deployed it. @param roles bits of `Role` */
export async function accredit(rpc: Rpc, network: Named, address: string, roles: number): Promise<{ gas: bigint }> {
  return asRegistrar(rpc, network, 'accredit', [address, roles, id('local network: no credential was checked')]);
}

/** Takes accredited roles away again, on a local network. @param roles bits of `Role` */
export async function suspend(rpc: Rpc, network: Named, address: string, roles: number): Promise<{ gas: bigint }> {
  return asRegistrar(rpc, network, 'suspend', [address, roles, id('local network: no reason was given')]);
}

async function asRegistrar(rpc: Rpc, network: Named, method: string, args: readonly unknown[]): Promise<{ gas: bigint }> {
  const receipt = await sendUnlocked(rpc, await deployerOf(rpc), { to: network.contracts.participants, data: contractInterface('participants').encodeFunctionData(method, args) });
  return { gas: BigInt(receipt.gasUsed) };
}

/** Gives the registrar's role to an account of a local network, or takes it away, as the account that deployed it. */
export async function setRegistrar(rpc: Rpc, network: Named, address: string, holds: boolean): Promise<{ gas: bigint }> {
  const data = contractInterface('accessManager').encodeFunctionData(holds ? 'grantRole' : 'revokeRole', holds ? [REGISTRAR, address, 0] : [REGISTRAR, address]);
  const receipt = await sendUnlocked(rpc, await deployerOf(rpc), { to: network.contracts.accessManager, data });
  return { gas: BigInt(receipt.gasUsed) };
}

export const accreditValidator = (rpc: Rpc, network: Named, address: string): Promise<{ gas: bigint }> => accredit(rpc, network, address, Role.validator);

/** Names the list of validated hardware of a local network, whose registrar is the account that deployed it. */
export async function nameDeviceList(rpc: Rpc, network: NetworkRecord, list: { version: number; hash: string; uri: string }): Promise<{ gas: bigint }> {
  const to = network.contracts.devices;
  if (!to) throw new AppError('chain-wrong', `${network.name} was made before networks had a list of devices.`, { hint: 'Update the list by file: `phdex devices update`.' });
  const receipt = await sendUnlocked(rpc, await deployerOf(rpc), { to, data: contractInterface('devices').encodeFunctionData('update', [list.version, list.hash, list.uri]) });
  return { gas: BigInt(receipt.gasUsed) };
}
