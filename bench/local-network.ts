/**
 * The contracts on an anvil of their own: for the gas report and for tests/contracts, which must not depend on the
 * app's own chain folder that they help to build. Everything random is the caller's; addresses are the same each run.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AbiCoder, concat, Contract, ContractFactory, getCreateAddress, HDNodeWallet, isError, JsonRpcProvider, keccak256, Mnemonic, NonceManager, parseEther, Signature, toBeHex,
  type ContractTransactionReceipt, type ContractTransactionResponse, type Interface, type InterfaceAbi,
} from 'ethers';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Hex } from '../shared/domain/chain.ts';
import { commitmentOf } from '../electron/vault/release.ts';
import { seatProof } from '../electron/vault/seat-tree.ts';

const MNEMONIC = 'test test test test test test test test test test test junk';
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

export type Artefact = { abi: InterfaceAbi; bytecode: string };
export const artefact = (name: string): Artefact => JSON.parse(readFileSync(join(ROOT, 'resources/contracts', `${name}.json`), 'utf8')) as Artefact;
/** Compiles the contract that shows the libraries to tests: a minute the first time, a second later on. */
export function buildHarness(): Artefact {
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const run = spawnSync(join(ROOT, 'node_modules/.bin/forge'), ['build', '--skip', 'test', '--skip', 'script'], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (run.status !== 0) throw new Error(`forge build failed.\n${run.stdout}${run.stderr}`);
  const built = JSON.parse(readFileSync(join(ROOT, 'contracts/out/VerifierHarness.sol/VerifierHarness.json'), 'utf8')) as { abi: InterfaceAbi; bytecode: { object: string } };
  return { abi: built.abi, bytecode: built.bytecode.object };
}

export type Anvil = { provider: JsonRpcProvider; url: string; stop(): Promise<void> };

/** Starts anvil on a port that the system chooses; `stop` ends it. It ends with this process too. */
export async function startAnvil(): Promise<Anvil> {
  const require = createRequire(import.meta.url);
  const system = { win32: 'win32', darwin: 'darwin', linux: 'linux' }[platform() as 'linux'];
  const cpu = arch() === 'x64' ? 'amd64' : arch();
  const root = dirname(require.resolve(`@foundry-rs/anvil-${system}-${cpu}/package.json`));
  const child = spawn(join(root, 'bin', platform() === 'win32' ? 'anvil.exe' : 'anvil'), ['--port', '0', '--host', '127.0.0.1', '--mnemonic', MNEMONIC, '--accounts', '20'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}.\n${text}`)));
  });
  child.stdout.resume();
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1, batchMaxCount: 1 });
  return {
    provider, url,
    stop: () => new Promise((resolve) => {
      process.off('exit', end);
      provider.destroy();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    }),
  };
}

export type Actor = { address: Hex; signer: NonceManager; wallet: HDNodeWallet };
export type Sent = { receipt: ContractTransactionReceipt; events: { name: string; args: Record<string, unknown> }[] };
/** A revert, by the name of its custom error. */
export class Reverted extends Error {
  readonly reason: string;
  readonly args: unknown[];
  constructor(reason: string, args: unknown[]) {
    super(`${reason}(${args.join(', ')})`);
    this.reason = reason;
    this.args = args;
  }
}
export type Network = {
  anvil: Anvil; chainId: bigint;
  coin: Contract; participants: Contract; market: Contract; manager: Contract;
  forwarder: Contract; consent: Contract; records: Contract; anchors: Contract; studies: Contract;
  deployer: Actor; owner: Actor; validator: Actor; customer: Actor; keepers: Actor[]; stranger: Actor;
  /** Sends and waits; throws what the contract answered. */
  send(contract: Contract, actor: Actor, method: string, args: unknown[], value?: bigint): Promise<Sent>;
  /** Moves the clock and mines a block. */
  pass(seconds: number): Promise<void>;
};

export const PARAMETERS = {
  falseSlash: parseEther('0.5'), silentSlash: parseEther('0.05'), minKeeperFee: parseEther('0.01'),
  minReleasePeriod: 2, maxReleasePeriod: 604_800, challengeWindow: 20, releaseExtension: 20,
  rewardBase: parseEther('1000'), rewardHalving: 100_000,
};
export const MIN_STAKE = parseEther('1');

/** Deploys as contracts/DEPLOY.md says, registers and stakes `keepers` keepers, accredits one validator. */
export async function startNetwork(keeperCount = 5): Promise<Network> {
  const anvil = await startAnvil();
  const { provider } = anvil;
  const root = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(MNEMONIC), "m/44'/60'/0'/0");
  const actor = (i: number): Actor => {
    const wallet = root.deriveChild(i).connect(provider);
    return { address: wallet.address.toLowerCase() as Hex, wallet, signer: new NonceManager(wallet) };
  };
  const [deployer, owner, validator, customer, stranger] = [actor(0), actor(1), actor(2), actor(3), actor(4)];
  const keepers = Array.from({ length: keeperCount }, (_, i) => actor(5 + i)).sort((a, b) => (a.address < b.address ? -1 : 1));

  const marketAddress = getCreateAddress({ from: deployer.address, nonce: 3 });
  const deploy = async (name: string, ...args: unknown[]): Promise<Contract> => {
    const { abi, bytecode } = artefact(name);
    const contract = await new ContractFactory(abi, bytecode, deployer.signer).deploy(...args);
    await contract.waitForDeployment();
    return new Contract(await contract.getAddress(), abi, provider);
  };
  const manager = await deploy('AccessManager', deployer.address);
  const coin = await deploy('PhdCoin', marketAddress);
  const participants = await deploy('Participants', manager.target, coin.target, marketAddress, MIN_STAKE, 1_209_600);
  const [consentAddress, studiesAddress] = [5, 8].map((nonce) => getCreateAddress({ from: deployer.address, nonce }));
  const market = await deploy('Market', coin.target, participants.target, consentAddress, studiesAddress, PARAMETERS);
  const forwarder = await deploy('Forwarder');
  const consent = await deploy('Consent', market.target, forwarder.target);
  const records = await deploy('Records', participants.target, forwarder.target);
  const anchors = await deploy('Anchors', forwarder.target);
  const studies = await deploy('Studies', market.target, forwarder.target, 1, 600);

  const interfaces = [market, participants, coin, consent, records, anchors, studies, forwarder].map((c) => c.interface as Interface);
  const send: Network['send'] = async (contract, from, method, args, value = 0n) => {
    // Estimating first gives the reason of a revert; the gas limit plays no part in what is used.
    const response = await (contract.connect(from.signer) as Contract).getFunction(method).send(...args, { value }).catch((error: unknown) => {
      from.signer.reset(); // it has counted the transaction that was never sent
      const data = isError(error, 'CALL_EXCEPTION') ? error.data : null;
      const reason = data ? interfaces.map((abi) => abi.parseError(data)).find((parsed) => parsed) : undefined;
      throw reason ? new Reverted(reason.name, reason.args.toArray()) : error;
    }) as ContractTransactionResponse;
    const receipt = await response.wait();
    const events = receipt!.logs.flatMap((log) => {
      for (const abi of interfaces) {
        const parsed = abi.parseLog(log);
        if (parsed) return [{ name: parsed.name, args: parsed.args.toObject() as Record<string, unknown> }];
      }
      return [];
    });
    return { receipt: receipt!, events };
  };
  const pass = async (seconds: number) => {
    await provider.send('evm_increaseTime', [seconds]);
    await provider.send('evm_mine', []);
  };

  const selectors = ['accredit', 'suspend'].map((name) => participants.interface.getFunction(name)!.selector);
  await send(manager, deployer, 'setTargetFunctionRole', [participants.target, selectors, 1n]);
  await send(manager, deployer, 'grantRole', [1n, deployer.address, 0]);
  await send(participants, deployer, 'accredit', [validator.address, 8, keccak256('0x')]);
  for (const [i, keeper] of keepers.entries()) {
    await send(participants, keeper, 'register', [2, toBeHex(i + 1, 32), '/ip4/127.0.0.1/tcp/4001']);
    await send(participants, keeper, 'addStake', [], MIN_STAKE);
  }
  const { chainId } = await provider.getNetwork();
  return { anvil, chainId, coin, participants, market, manager, forwarder, consent, records, anchors, studies, deployer, owner, validator, customer, keepers, stranger, send, pass };
}

/** A dataset as far as the chain knows it, with shares that belong to it. */
export type Listing = { id: bigint; nonce: Hex; shares: Uint8Array[]; commitments: Hex[]; seats: { keeper: Hex; commitment: Hex }[]; receipt: ContractTransactionReceipt };

export const PRICE = parseEther('120');

export async function publish(net: Network, seed: number, threshold = 3): Promise<Listing> {
  const nonce = keccak256(toBeHex(seed, 32)) as Hex;
  const shares = net.keepers.map((_, i) => new Uint8Array(Buffer.from(concat([keccak256(concat([nonce, toBeHex(i, 1)])), toBeHex(i + 1, 1)]).slice(2), 'hex')));
  const commitments = shares.map((share, i) => commitmentOf(nonce, i, share));
  const publication = {
    contentHash: keccak256(concat([nonce, '0x01'])), recordRoot: keccak256(concat([nonce, '0x02'])), nonce, price: PRICE, keepersBps: 1500, validatorBps: 500,
    threshold, cid: concat(['0x01701220', keccak256(concat([nonce, '0x03']))]), keepers: net.keepers.map((k) => k.address), commitments,
  };
  const { receipt, events } = await net.send(net.market, net.owner, 'publish', [publication]);
  const id = events.find((e) => e.name === 'DatasetPublished')!.args['datasetId'] as bigint;
  return { id, nonce, shares, commitments, seats: net.keepers.map((k, i) => ({ keeper: k.address, commitment: commitments[i]! })), receipt };
}

export const accept = (net: Network, listing: Listing, index: number) =>
  net.send(net.market, net.keepers[index]!, 'accept', [listing.id, index, listing.commitments[index], listing.nonce, seatProof(listing.nonce, listing.seats, index)]);

/** A fresh access key. */
export type AccessKey = { secret: Uint8Array; px: Hex; py: Hex };
export function accessKey(seed: number): AccessKey {
  const secret = Buffer.from(keccak256(toBeHex(seed, 32)).slice(2), 'hex');
  const { x, y } = secp256k1.Point.BASE.multiply(secp256k1.Point.Fn.fromBytes(secret)).toAffine();
  return { secret, px: toBeHex(x, 32) as Hex, py: toBeHex(y, 32) as Hex };
}

/** EIP-2612 permit of `buyer` to the market over exactly `value`. */
export async function signPermit(net: Network, buyer: Actor, value: bigint, deadline: number): Promise<Signature> {
  const domain = { name: 'PHD Coin', version: '1', chainId: net.chainId, verifyingContract: net.coin.target as string };
  const types = { Permit: ['owner address', 'spender address', 'value uint256', 'nonce uint256', 'deadline uint256'].map((f) => ({ name: f.split(' ')[0]!, type: f.split(' ')[1]! })) };
  const nonce = (await net.coin.getFunction('nonces')(buyer.address)) as bigint;
  return Signature.from(await buyer.wallet.signTypedData(domain, types, { owner: buyer.address, spender: net.market.target as string, value, nonce, deadline }));
}

export const openedId = (sent: Sent): bigint => sent.events.find((e) => e.name === 'AccessOpened')!.args['accessId'] as bigint;
export const abi = AbiCoder.defaultAbiCoder();
