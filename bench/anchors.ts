import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Wallet } from 'ethers';
import { MerkleTree as PeerTree } from 'merkletreejs';
import { createBatches } from '../electron/anchors/batches.ts';
import type { AnchorChain } from '../electron/anchors/ports.ts';
import { receiptText, verifyReceipt } from '../electron/anchors/verify.ts';
import { openAtRest, sealAtRest } from '../electron/app/at-rest.ts';
import { startAnvil } from '../electron/chain/anvil.ts';
import { contractInterface } from '../electron/chain/contracts.ts';
import { deployContracts, fundAccounts } from '../electron/chain/deploy.ts';
import type { NetworkRecord } from '../electron/chain/network-file.ts';
import { createOutbox } from '../electron/chain/outbox.ts';
import type { Rpc } from '../electron/chain/rpc.ts';
import { openDatabase } from '../electron/db/open-database.ts';
import { anchorRows } from '../electron/db/queries/anchor-rows.ts';
import { createMerkleTree, leafHash, verifyProof } from '../electron/merkle/tree.ts';
import type { Hex } from '../shared/domain/chain.ts';
import { plotSvg, type Series } from './plot-svg.ts';

const SIZES = [1, 10, 100, 1000, 10_000] as const;
const IN_FLIGHT = 16;
const IN_BLOCK = 400;
const PLOT = fileURLToPath(new URL('../docs/images/anchors.svg', import.meta.url));
const NUMBERS = fileURLToPath(new URL('../docs/numbers.md', import.meta.url));
const [BEGIN, END] = ['<!-- anchors: written by npm run bench -- anchors -->', '<!-- /anchors -->'];

type Row = {
  records: number; anchorMs: number; anchorGas: number; eachMs: number; eachGas: number;
  proveMs: number; receiptBytes: number; pathBytes: number; verifyMs: number;
  treeMs: number; treeVerifyMs: number; peerTreeMs: number; peerVerifyMs: number;
};

/**
 * Anchoring, proving and verifying 1 to 10,000 records, as in figures 5 and 6 of Liang et al. (2017): a batch through the
 * database, the outbox and the chain against one transaction a record on the same contract; whole receipts, and their
 * Merkle part against merkletreejs with the index handed in. The chain is anvil, which makes a block at once.
 */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-anchors-'));
  const chain = await startAnvil({ dir });
  try {
    const network = await deployContracts(chain.rpc, { rpcUrl: chain.rpcUrl });
    await measure(chain.rpc, network, dir, 10, 1); // warm
    const rows: Row[] = [];
    for (const [i, records] of SIZES.entries()) { rows.push(await measure(chain.rpc, network, dir, records, 2 + i)); console.log(`  ${records}`); }
    report(rows);
  } finally {
    await chain.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(rpc: Rpc, network: NetworkRecord, dir: string, records: number, seed: number): Promise<Row> {
  const [mine, each] = [new Wallet(`0x${String(seed).padStart(64, '0')}`), new Wallet(`0x${String(seed + 100).padStart(64, '0')}`)];
  await fundAccounts(rpc, [mine.address, each.address], 10n ** 21n);
  const db = openDatabase(join(dir, `${seed}.sqlite`));
  try {
    const digests = Array.from({ length: records }, () => createHash('sha256').update(randomBytes(64)).digest());
    const anchors = network.contracts.anchors!;
    const account = mine.address.toLowerCase() as Hex;
    const outbox = createOutbox({ db, rpc, network, wallet: { address: account, signTransaction: (t) => mine.signTransaction(t) } });
    const read = async (method: string, args: unknown[]) => { const abi = contractInterface('anchors'); return abi.decodeFunctionResult(method, await rpc.call<string>('eth_call', [{ to: anchors, data: abi.encodeFunctionData(method, args) }, 'latest'])); };
    const port: AnchorChain = {
      place: { chainId: network.chainId, contract: anchors }, account, call: rpc.call, send: (intent, options) => outbox.send(intent, options),
      last: async () => (await read('lastOf', [account]))[0] as Hex, has: async (root) => ((await read('anchorOf', [account, root]))[0] as { time: bigint }).time !== 0n,
    };
    const key = randomBytes(32);
    const batches = createBatches({ rows: anchorRows(db), chain: async () => port, seal: { seal: (what, s) => sealAtRest(key, what, s), open: (what, s) => openAtRest(key, what, s), mark: (d) => createHmac('sha256', key).update(d).digest().subarray(0, 16) } });

    const [anchorMs, made] = await timed(async () => { batches.add(digests.map((digest, i) => ({ kind: 'file', ref: String(i), digest }))); return batches.flush(); });
    const [proveMs, receipts] = await timed(async () => (await batches.receipts(made[0]!.id)).map(({ receipt }) => ({ text: receiptText(receipt), hash: receipt.block.hash, path: receipt.leaf.path.length * 32 })));
    const [verifyMs] = await timed(async () => { receipts.forEach(({ text, hash }, i) => { if (!verifyReceipt(text, digests[i]!, hash).holds) throw new Error(`receipt ${i} does not hold`); }); });
    const mean = (of: (r: (typeof receipts)[number]) => number) => Math.round(receipts.reduce((sum, r) => sum + of(r), 0) / records);

    const [treeMs, proofs] = await timed(async () => { const leaves = digests.map((d) => leafHash(d)); const tree = createMerkleTree(leaves); return { leaves, tree, all: leaves.map((_, i) => tree.proof(i)) }; });
    const [treeVerifyMs] = await timed(async () => { proofs.all.forEach((proof, i) => { if (!verifyProof({ leaf: proofs.leaves[i]!, index: i, size: records, proof, root: proofs.tree.root })) throw new Error('does not hold'); }); });
    const sha256 = (d: Buffer) => createHash('sha256').update(d).digest();
    const [peerTreeMs, peer] = await timed(async () => { const leaves = digests.map(sha256); const tree = new PeerTree(leaves, sha256); return { leaves, tree, all: leaves.map((leaf, i) => tree.getProof(leaf, i)) }; });
    const [peerVerifyMs] = await timed(async () => { const root = peer.tree.getRoot(); peer.all.forEach((proof, i) => { if (!peer.tree.verify(proof, peer.leaves[i]!, root)) throw new Error('does not hold'); }); });

    const [eachMs, eachGas] = await timed(() => oneByOne(rpc, network, each, digests));
    return { records, anchorMs, anchorGas: Number(made[0]!.gas), eachMs, eachGas, proveMs, receiptBytes: mean((r) => r.text.length), pathBytes: mean((r) => r.path), verifyMs, treeMs, treeVerifyMs, peerTreeMs, peerVerifyMs };
  } finally { db.close(); }
}

/**
 * The way without a tree: a transaction for each record, its hash as the root of a batch of one; so many in a block as one
 * of 30 million gas holds (anvil keeps the whole state of each block: one for each transaction would take all its memory).
 * @returns gas of all
 */
async function oneByOne(rpc: Rpc, network: NetworkRecord, wallet: Wallet, digests: readonly Buffer[]): Promise<number> {
  const abi = contractInterface('anchors');
  const sent: string[] = [];
  await rpc.call('evm_setAutomine', [false]);
  let previous = `0x${'0'.repeat(64)}`;
  for (const [nonce, digest] of digests.entries()) {
    const root = `0x${digest.toString('hex')}`;
    const raw = await wallet.signTransaction({ type: 2, chainId: network.chainId, to: network.contracts.anchors, data: abi.encodeFunctionData('anchor', [root, 1, previous]), nonce, gasLimit: 120_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n });
    previous = root;
    sent.push(await rpc.call<string>('eth_sendRawTransaction', [raw]));
    if (sent.length % IN_BLOCK === 0 || sent.length === digests.length) await rpc.call('evm_mine', []);
  }
  await rpc.call('evm_setAutomine', [true]);
  let gas = 0;
  for (let i = 0; i < sent.length; i += IN_FLIGHT) {
    for (const receipt of await Promise.all(sent.slice(i, i + IN_FLIGHT).map((hash) => receiptOf(rpc, hash)))) {
      if (BigInt(receipt.status) !== 1n) throw new Error('a record was refused');
      gas += Number(receipt.gasUsed);
    }
  }
  return gas;
}

async function receiptOf(rpc: Rpc, hash: string): Promise<{ status: string; gasUsed: string }> {
  for (;;) {
    const receipt = await rpc.call<{ status: string; gasUsed: string } | null>('eth_getTransactionReceipt', [hash]);
    if (receipt) return receipt;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

const ms = (v: number) => (v >= 1000 ? `${Number((v / 1000).toPrecision(3))} s` : `${Number(v.toPrecision(2))} ms`);
const whole = (v: number) => v.toLocaleString('en');
const short = (v: number) => (v >= 1e6 ? `${v / 1e6} M` : v >= 1000 ? `${v / 1000} k` : String(v));

function report(rows: readonly Row[]): void {
  const head = ['records', 'anchor: time', 'gas', 'a transaction each: time', 'gas', 'all receipts: made', 'verified', 'one receipt, of which path', 'Merkle part: made, verified', 'merkletreejs'];
  const cells = rows.map((r) => [
    whole(r.records), ms(r.anchorMs), whole(r.anchorGas), ms(r.eachMs), whole(r.eachGas), ms(r.proveMs), ms(r.verifyMs), `${whole(r.receiptBytes)} B, ${whole(r.pathBytes)} B`,
    `${ms(r.treeMs)}, ${ms(r.treeVerifyMs)}`, `${ms(r.peerTreeMs)}, ${ms(r.peerVerifyMs)}`,
  ]);
  const table = [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
  console.log(table);
  const series = (name: string, tone: Series['tone'], of: (r: Row) => number): Series => ({ name, tone, points: rows.map((r) => [r.records, of(r)] as const) });
  const last = rows.at(-1)!;
  writeFileSync(PLOT, plotSvg([
    { title: 'Anchoring: time', y: ms, series: [series('one batch', 0, (r) => r.anchorMs), series('a transaction each', 1, (r) => r.eachMs)] },
    { title: 'Anchoring: cost in gas', y: short, series: [series('one batch', 0, (r) => r.anchorGas), series('a transaction each', 1, (r) => r.eachGas)] },
    { title: 'Making all proofs: time', y: ms, series: [series('whole receipts', 0, (r) => r.proveMs), series('their paths', 2, (r) => r.treeMs), series('merkletreejs', 1, (r) => r.peerTreeMs)] },
    { title: 'Verifying all proofs: time', y: ms, series: [series('whole receipts', 0, (r) => r.verifyMs), series('their paths', 2, (r) => r.treeVerifyMs), series('merkletreejs', 1, (r) => r.peerVerifyMs)] },
    { title: 'Size of one proof in bytes', y: short, series: [series('whole receipt', 0, (r) => r.receiptBytes), { ...series('its path', 2, (r) => r.pathBytes), points: rows.filter((r) => r.pathBytes > 0).map((r) => [r.records, r.pathBytes] as const) }] },
    { title: 'Anchoring: gas a record', y: short, series: [series('one batch', 0, (r) => r.anchorGas / r.records), series('a transaction each', 1, (r) => r.eachGas / r.records)] },
  ], { columns: 2, x: 'records', label: `Anchoring and proving 1 to 10,000 records. A batch costs ${whole(last.anchorGas)} gas whatever its size; a transaction each costs ${whole(last.eachGas)} for 10,000.` }));
  const text = readFileSync(NUMBERS, 'utf8');
  const section = `${BEGIN}\n\n${table}\n\n${END}`;
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < 0) { console.log(`(docs/numbers.md has no place for them: ${BEGIN})`); return; }
  writeFileSync(NUMBERS, text.slice(0, from) + section + text.slice(to + END.length));
}
