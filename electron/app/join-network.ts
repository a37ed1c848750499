import { join } from 'node:path';
import type { NetworkIn } from '../../shared/api/app.ts';
import { AppError } from '../../shared/errors.ts';
import { parseNetwork, readNetwork } from '../chain/network-file.ts';
import { createRpc } from '../chain/rpc.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

export const networkPath = (dir: string): string => join(dir, 'network.json');

/**
 * Joins a network by its file: the endpoint is asked first whether it is that chain and has that market.
 * @throws AppError `chain-wrong`, `chain-unreachable`
 */
export async function joinNetwork(dir: string, input: Extract<NetworkIn, { kind: 'rpc' }>): Promise<void> {
  const named = input.file.trim();
  const record = named.startsWith('{') ? parseNetwork(named, 'The network file') : readNetwork(named);
  if (input.rpcUrl) record.rpcUrl = input.rpcUrl;
  const rpc = createRpc(record.rpcUrl, { patienceMs: 0 });
  const chainId = Number(await rpc.call<string>('eth_chainId'));
  if (chainId !== record.chainId) throw new AppError('chain-wrong', `The endpoint ${record.rpcUrl} is of chain ${chainId}; ${record.name} is chain ${record.chainId}.`, { hint: 'Check the endpoint, or take the network file that belongs to it.' });
  if ((await rpc.call<string>('eth_getCode', [record.contracts.market, 'latest'])) === '0x') throw new AppError('chain-wrong', `There is no market at ${record.contracts.market} on the chain of ${record.rpcUrl}.`, { hint: 'Check the network file: its contracts are of another chain or were never deployed.' });
  writeFileAtomic(networkPath(dir), JSON.stringify(record, null, 2));
}
