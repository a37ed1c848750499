import { concat, keccak256, parseEther, toBeHex, ZeroHash } from 'ethers';
import { accessKey } from '../../bench/local-network.ts';
import { contractInterface, type ContractKey } from '../../electron/chain/contracts.ts';
import { chainError } from '../../electron/chain/errors.ts';
import { fundAccounts } from '../../electron/chain/deploy.ts';
import { createLogDecoder, type RawLog } from '../../electron/chain/decode-log.ts';
import type { NetworkRecord } from '../../electron/chain/network-file.ts';
import { RpcError, type Rpc } from '../../electron/chain/rpc.ts';
import { commitmentOf, sealShareForAccess } from '../../electron/vault/release.ts';
import { seatProof } from '../../electron/vault/seat-tree.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';

const HOUR = 3600;
const THRESHOLD = 2;
const person = (n: number): Hex => `0x${(0xc0ffee0000n + BigInt(n)).toString(16).padStart(40, '0')}`;

/**
 * Datasets that are certified on chain and hold nothing: for tests of what comes after. Everything goes through the
 * contracts; only the signatures are anvil's, which acts as anybody.
 */
export function certifier(rpc: Rpc, network: NetworkRecord) {
  const keepers = [person(1), person(2)];
  const validator = person(9);
  const decode = createLogDecoder(network.contracts);
  let seed = 0;

  /** Sends as anybody. @throws AppError by the name of the contract's error */
  async function as(from: string, contract: ContractKey, method: string, args: readonly unknown[], value = 0n) {
    await rpc.call('anvil_impersonateAccount', [from]);
    const data = contractInterface(contract).encodeFunctionData(method, args as unknown[]);
    const transaction = { from, to: network.contracts[contract], data, value: `0x${value.toString(16)}` };
    let hash: string;
    try {
      await rpc.call('eth_call', [transaction, 'latest']);
      hash = await rpc.call<string>('eth_sendTransaction', [transaction]);
    } catch (error) { throw error instanceof RpcError ? chainError(error, method) : error; }
    let receipt: { status: string; logs: RawLog[] } | null;
    while (!(receipt = await rpc.call('eth_getTransactionReceipt', [hash]))) await new Promise((resolve) => setTimeout(resolve, 5));
    if (BigInt(receipt.status) === 0n) throw new Error(`${method} failed`);
    return receipt.logs.flatMap((log) => decode(log, 0) ?? []);
  }
  const deployer = async () => (await rpc.call<Hex[]>('eth_accounts'))[0]!;
  const accredit = async (account: string, role: number) => { await as(await deployer(), 'participants', 'accredit', [account, role, ZeroHash]); };
  const suspend = async (account: string, role: number) => { await as(await deployer(), 'participants', 'suspend', [account, role, ZeroHash]); };

  let ready: Promise<void> | undefined;
  const setUp = () => (ready ??= (async () => {
    await fundAccounts(rpc, [...keepers, validator], parseEther('1000'));
    await accredit(validator, Role.validator);
    for (const keeper of keepers) {
      await as(keeper, 'participants', 'register', [Role.keeper, `0x${'11'.repeat(32)}`, '']);
      await as(keeper, 'participants', 'addStake', [], parseEther('10'));
    }
  })());

  /** The verdict on a dataset whose keepers release by themselves, or by `release`. */
  async function certify(datasetId: number, options: { score?: number; reportHash?: Hex; release?: (accessId: number, key: ReturnType<typeof accessKey>) => Promise<void>; released?: (accessId: number) => Promise<void> } = {}): Promise<void> {
    await setUp();
    const key = accessKey(900_000 + datasetId);
    const opened = await as(validator, 'market', 'validate', [datasetId, key.px, key.py, HOUR]);
    const accessId = Number(opened.find((e) => e.name === 'AccessOpened')!.args.accessId);
    await options.release?.(accessId, key);
    await options.released?.(accessId);
    await as(validator, 'market', 'certify', [accessId, options.score ?? 85, options.reportHash ?? ZeroHash]);
  }

  /** @returns the dataset's id */
  async function certified(owner: Hex, options: { score?: number; keepersBps?: number } = {}): Promise<number> {
    await setUp();
    if (BigInt(await rpc.call<string>('eth_getBalance', [owner, 'latest'])) < parseEther('1')) await fundAccounts(rpc, [owner], parseEther('10'));
    const nonce = keccak256(toBeHex(7_000_000 + seed++, 32)) as Hex;
    const shares = keepers.map((_, i) => new Uint8Array(Buffer.from(concat([keccak256(concat([nonce, toBeHex(i, 1)])), toBeHex(i + 1, 1)]).slice(2), 'hex')));
    const commitments = shares.map((share, i) => commitmentOf(nonce, i, share));
    const seats = keepers.map((keeper, i) => ({ keeper, commitment: commitments[i]! }));
    const published = await as(owner, 'market', 'publish', [{
      contentHash: keccak256(concat([nonce, '0x01'])), recordRoot: keccak256(concat([nonce, '0x02'])), nonce, price: parseEther('120'), keepersBps: options.keepersBps ?? 1500, validatorBps: 500,
      threshold: THRESHOLD, cid: concat(['0x01701220', keccak256(concat([nonce, '0x03']))]), keepers, commitments,
    }]);
    const id = Number(published.find((e) => e.name === 'DatasetPublished')!.args.datasetId);
    for (const [i, keeper] of keepers.entries()) await as(keeper, 'market', 'accept', [id, i, commitments[i], nonce, seatProof(nonce, seats, i)]);
    await certify(id, {
      score: options.score,
      release: async (accessId, key) => {
        for (const [index, keeper] of keepers.entries()) await as(keeper, 'market', 'release', [accessId, index, sealShareForAccess({ share: shares[index]!, accessKey: key, context: { chainId: BigInt(network.chainId), market: network.contracts.market, accessId: BigInt(accessId), index } })]);
      },
    });
    return id;
  }
  return { as, accredit, suspend, certify, certified, deployer };
}
export type Certifier = ReturnType<typeof certifier>;
