import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Wallet } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { startAnvil, type EmbeddedChain } from '../../electron/chain/anvil.ts';
import { deployContracts, fundAccounts } from '../../electron/chain/deploy.ts';
import type { NetworkRecord } from '../../electron/chain/network-file.ts';

export type TestWallet = { address: Hex; signTransaction(t: Parameters<Wallet['signTransaction']>[0]): Promise<string> };
export const testWallet = (seed: number): TestWallet => {
  const wallet = new Wallet(`0x${seed.toString(16).padStart(64, '0')}`);
  return { address: wallet.address.toLowerCase() as Hex, signTransaction: (t) => wallet.signTransaction(t) };
};

export type LocalChain = { dir: string; chain: EmbeddedChain; network: NetworkRecord; close(): Promise<void> };

/** A fresh anvil with our contracts and two funded accounts. */
export async function localChain(funded: TestWallet[] = [testWallet(1), testWallet(2)]): Promise<LocalChain> {
  const dir = await mkdtemp(join(tmpdir(), 'phdex-chain-'));
  const chain = await startAnvil({ dir });
  const network = await deployContracts(chain.rpc, { rpcUrl: chain.rpcUrl });
  await fundAccounts(chain.rpc, funded.map((w) => w.address), 100n * 10n ** 18n);
  return { dir, chain, network, async close() { await chain.stop(); await rm(dir, { recursive: true, force: true }); } };
}

/** Starts a process that follows the chain into a database (indexes-until-killed.ts), and kills it somewhere in the next block after `ranges` of them, or at the end of the chain. */
export async function killedIndexer(path: string, network: NetworkRecord, ranges: number): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('indexes-until-killed.ts', import.meta.url)), path, JSON.stringify(network), String(ranges)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  await new Promise<void>((resolve) => { let out = ''; child.stdout.on('data', (d: Buffer) => { out += d.toString(); if (out.length >= ranges || out.endsWith('done')) setTimeout(resolve, Math.random() * 4); }); });
  child.kill('SIGKILL');
  await ended;
}
