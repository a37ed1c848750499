import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAddress } from 'ethers';
import { Role, type RoleName } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { startAnvil, type EmbeddedChain } from '../chain/anvil.ts';
import { accredit, deployContracts, fundAccounts, setRegistrar, suspend } from '../chain/deploy.ts';
import { readNetwork, type NetworkRecord } from '../chain/network-file.ts';
import { createRpc } from '../chain/rpc.ts';
import { startLocalRelay } from './relay/local-relay.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

export type LocalNetwork = { rpcUrl: string; networkFile: string; relayer: string; contracts: NetworkRecord['contracts']; snapshot: EmbeddedChain['snapshot']; stop(): Promise<void> };

/** Starts the embedded chain and its relayer; deploys on the first start and finds its contracts again on later ones. */
export async function startLocalNetwork(options: { dir: string; port?: number; fresh?: boolean; challengeWindow?: number; releaseExtension?: number; signal?: AbortSignal }): Promise<LocalNetwork> {
  const networkFile = join(options.dir, 'network.json');
  const known = existsSync(networkFile) ? readNetwork(networkFile) : null;
  if (known && options.fresh) throw new AppError('profile-exists', `There is a network in ${options.dir} already.`, { hint: 'Choose another folder with --dir, or leave --fresh out to go on with it.' });
  const chain = await startAnvil({ dir: options.dir, port: options.port });
  try {
    let record: NetworkRecord;
    if (known) {
      const code = await chain.rpc.call<string>('eth_getCode', [known.contracts.market, 'latest']);
      if (code === '0x') throw new AppError('chain-wrong', `The chain's state in ${options.dir} does not hold the contracts that its network file names.`, { hint: 'Remove the folder to start a fresh network; profiles of the old one need to be made anew.' });
      record = { ...known, rpcUrl: chain.rpcUrl };
    } else {
      const parameters = { ...(options.challengeWindow ? { challengeWindow: BigInt(options.challengeWindow) } : {}), ...(options.releaseExtension ? { releaseExtension: BigInt(options.releaseExtension) } : {}) };
      record = await deployContracts(chain.rpc, { rpcUrl: chain.rpcUrl, parameters });
    }
    const relay = await startLocalRelay({ rpc: chain.rpc, network: record });
    writeFileAtomic(networkFile, JSON.stringify({ ...record, relayer: relay.url }, null, 2));
    return { rpcUrl: chain.rpcUrl, networkFile, relayer: relay.url, contracts: record.contracts, snapshot: chain.snapshot, async stop() { await relay.stop(); await chain.stop(); } };
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

function localNetwork(file: string, addresses: readonly string[]): NetworkRecord {
  const bad = addresses.find((a) => !isAddress(a));
  if (bad !== undefined) throw new AppError('invalid-argument', `«${bad}» is no address.`, { hint: 'An address is 0x and 40 hexadecimal digits.' });
  const network = readNetwork(file);
  if (!network.local) throw new AppError('chain-wrong', `${network.name} is not a local network.`, { hint: 'Its coins and its accreditations are given by others.' });
  return network;
}

export async function fundOnLocalNetwork(file: string, addresses: readonly string[], wei: bigint): Promise<void> {
  await fundAccounts(createRpc(localNetwork(file, addresses).rpcUrl), addresses, wei);
}

/** Gives an account an accredited role, as the account that deployed the network. */
export async function accreditOnLocalNetwork(file: string, address: string, role: RoleName = 'validator'): Promise<{ gas: bigint }> {
  const network = localNetwork(file, [address]);
  return accredit(createRpc(network.rpcUrl), network, address, Role[role]);
}

/** Makes an account a registrar beside the one that deployed the network, or ends that. */
export async function setRegistrarOnLocalNetwork(file: string, address: string, holds: boolean): Promise<{ gas: bigint }> {
  const network = localNetwork(file, [address]);
  return setRegistrar(createRpc(network.rpcUrl), network, address, holds);
}

/** Takes such a role away. */
export async function suspendOnLocalNetwork(file: string, address: string, role: RoleName): Promise<{ gas: bigint }> {
  const network = localNetwork(file, [address]);
  return suspend(createRpc(network.rpcUrl), network, address, Role[role]);
}
