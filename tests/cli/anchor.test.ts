import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fundAccounts } from '../../electron/chain/deploy.ts';
import { localChain, type LocalChain } from '../chain/local-chain.ts';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (args: string[]): Promise<Ran> =>
  new Promise((done) => execFile(process.execPath, [CLI, ...args], { env: { ...process.env, PHDEX_PASSPHRASE: 'long enough words', PHDEX_NETWORK: '' } }, (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr })));
const result = (r: Ran) => { if (r.code !== 0) throw new Error(r.stderr); return JSON.parse(r.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>; };
const report = (r: Ran) => JSON.parse(r.stderr.trim().split('\n').at(-1)!) as { code: string; error: string };

let dir: string;
let it0: LocalChain;
let common: string[];
let network: string;
let out: string;
let receipts: string[];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-anchor-cli-'));
  it0 = await localChain([]);
  network = join(dir, 'network.json');
  writeFileSync(network, JSON.stringify(it0.network));
  common = ['--profile', join(dir, 'p'), '--network', network, '--json'];
  const { address } = result(await phdex(['wallet', 'create', ...common])) as { address: string };
  await fundAccounts(it0.chain.rpc, [address], 10n ** 19n);
  await phdex(['note', 'weight', '71.3', ...common]);
  await phdex(['note', 'medicine', 'Ibuprofen', '400', ...common]);
  writeFileSync(join(dir, 'scan.dcm'), 'what a clinic holds');
  const csv = join(dir, 'walk.csv');
  writeFileSync(csv, `time,x,y,z\n${Array.from({ length: 3000 }, (_, i) => `${1_700_000_000 + i / 50},${(i % 7) / 10},${(i % 5) / 10},9.8`).join('\n')}\n`);
  result(await phdex(['import', csv, ...common]));
  out = join(dir, 'receipts');
  const done = result(await phdex(['anchor', '--all', '--file', join(dir, 'scan.dcm'), '--out', out, ...common])) as { added: number; batches: { count: number }[]; receipts: string[] };
  expect(done).toMatchObject({ added: 4, batches: [{ count: 4 }] });
  receipts = done.receipts;
});
afterAll(async () => { await it0?.close(); rmSync(dir, { recursive: true, force: true }); });

describe('phdex anchor', () => {
  it('saves a receipt of each, and the file that it is of where the profile has it', () => {
    expect(receipts).toHaveLength(4);
    const names = readdirSync(out).sort();
    expect(names.filter((n) => /^(recording|entry)-[0-9a-f]+\.json$/.test(n))).toHaveLength(3);
    expect(names).toContain('scan.dcm.receipt.json');
  });

  it('anchors nothing twice', async () => {
    expect(result(await phdex(['anchor', '--all', ...common]))).toMatchObject({ added: 0, batches: [] });
    expect(result(await phdex(['anchor', '--list', ...common]))).toMatchObject({ total: 1, waiting: 0, batches: [{ count: 4, state: 'anchored', sequence: 1 }] });
  });

  it('wants something to anchor', async () => { expect((await phdex(['anchor', ...common])).code).toBe(2); });
});

describe('phdex verify --receipt', () => {
  const files = () => receipts.map((r) => [r.endsWith('scan.dcm.receipt.json') ? join(dir, 'scan.dcm') : r.replace(/\.receipt\.json$/, ''), r] as const);
  const hashOf = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { block: { hash: string; header: string } }).block;

  it('holds with file, receipt and the hash of the block, and no node', async () => {
    for (const [file, receipt] of files()) expect(result(await phdex(['verify', file, '--receipt', receipt, '--block-hash', hashOf(receipt).hash, '--json']))).toMatchObject({ verified: true });
  });

  it('holds with the header: bytes, hexadecimal, or as a node answers', async () => {
    const [file, receipt] = files()[0]!;
    const { header, hash } = hashOf(receipt);
    const json = await it0.chain.rpc.call('eth_getBlockByHash', [hash, false]);
    for (const [i, content] of [Buffer.from(header.slice(2), 'hex'), `${header}\n`, JSON.stringify(json), JSON.stringify({ jsonrpc: '2.0', id: 1, result: json })].entries()) {
      writeFileSync(join(dir, `header-${i}`), content);
      expect(result(await phdex(['verify', file, '--receipt', receipt, '--header', join(dir, `header-${i}`), '--json']))).toMatchObject({ verified: true });
    }
    writeFileSync(join(dir, 'no-header'), 'hello');
    expect((await phdex(['verify', file, '--receipt', receipt, '--header', join(dir, 'no-header'), '--json'])).code).toBe(2);
  });

  it('asks the network where that is named', async () => {
    const [file, receipt] = files()[0]!;
    expect(result(await phdex(['verify', file, '--receipt', receipt, '--network', network, '--json']))).toMatchObject({ verified: true });
  });

  it('says which step failed, and ends with the code of integrity', async () => {
    const [[file, receipt], [other]] = [files()[0]!, files()[1]!];
    const wrong = await phdex(['verify', other, '--receipt', receipt, '--block-hash', hashOf(receipt).hash, '--json']);
    expect(wrong.code).toBe(6);
    expect(report(wrong)).toMatchObject({ code: 'proof-invalid', error: expect.stringContaining('«file»') as string });
    expect(report(await phdex(['verify', file, '--receipt', receipt, '--block-hash', `0x${'ab'.repeat(32)}`, '--json'])).error).toContain('«block»');
    const open = await phdex(['verify', file, '--receipt', receipt, '--json']);
    expect(open.code).toBe(6);
    expect(report(open).error).toContain('nobody said');
    expect((await phdex(['verify', join(dir, 'none'), '--receipt', receipt, '--json'])).code).toBe(3);
    expect((await phdex(['verify', file, '--block-hash', hashOf(receipt).hash, '--json'])).code).toBe(2);
  });
});
