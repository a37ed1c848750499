import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fundAccounts } from '../../../electron/chain/deploy.ts';
import { localChain, type LocalChain } from '../../chain/local-chain.ts';
import { ensureBuilt } from '../../shell/built.ts';
import { client } from './client.ts';

const CLI = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url));
const env = { ...process.env, PHDEX_PASSPHRASE: 'long enough words', PHDEX_NETWORK: '' };
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (args: string[]): Promise<Ran> => new Promise((done) => execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr })));
const result = (r: Ran) => { if (r.code !== 0) throw new Error(r.stderr); return JSON.parse(r.stdout.trim().split('\n').at(-1)!) as Record<string, string>; };

let dir: string;
let chain: LocalChain;
let service: ChildProcess | undefined;
beforeAll(async () => {
  ensureBuilt();
  dir = mkdtempSync(join(tmpdir(), 'phdex-serve-rest-'));
  chain = await localChain([]);
});
afterAll(async () => { service?.kill('SIGKILL'); await chain?.close(); rmSync(dir, { recursive: true, force: true }); });

it('phdex serve --rest: tokens of phdex token, a receipt by curl’s means, phdex verify without it', async () => {
  const profile = ['--profile', join(dir, 'p')];
  const network = join(dir, 'network.json');
  writeFileSync(network, JSON.stringify(chain.network));
  expect((await phdex(['token', 'create', 'clinic', 'anchor', ...profile, '--json'])).code).toBe(5);
  const { address } = result(await phdex(['wallet', 'create', ...profile, '--json']));
  await fundAccounts(chain.chain.rpc, [address!], 10n ** 19n);
  expect((await phdex(['token', 'create', 'clinic', 'everything', ...profile, '--json'])).code).toBe(2);
  const made = result(await phdex(['token', 'create', 'clinic', 'anchor', ...profile, '--days', '2', '--json']));

  let log = '';
  service = spawn(process.execPath, [CLI, 'serve', ...profile, '--network-file', network, '--rest', '--anchor-every', '0'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  service.stderr!.on('data', (d: Buffer) => { log += d.toString(); });
  const ended = new Promise((resolve) => service!.on('close', resolve));
  const lines = () => log.split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as Record<string, unknown>);
  await expect.poll(() => lines().find((l) => l['msg'] === 'serving rest')).toBeDefined();
  const port = lines().find((l) => l['msg'] === 'serving rest')!['port'] as number;
  const ask = client(port, made['token']!);
  await expect.poll(async () => (await ask({ path: '/v1/status' })).status).toBe(200);

  const file = join(dir, 'scan.dcm');
  writeFileSync(file, 'what a clinic holds');
  const digest = createHash('sha256').update('what a clinic holds').digest('hex');
  expect((await ask({ path: '/v1/anchors', body: { digests: [digest] } })).status).toBe(202);
  await expect.poll(async () => (await ask({ path: `/v1/anchors/${digest}` })).json['state']).toBe('anchored');
  const { text } = await ask({ path: `/v1/anchors/${digest}/receipt` });
  writeFileSync(join(dir, 'receipt.json'), text);
  const { hash } = (JSON.parse(text) as { block: { hash: string } }).block;
  expect(result(await phdex(['verify', file, '--receipt', join(dir, 'receipt.json'), '--block-hash', hash, '--json']))).toMatchObject({ verified: true });

  // While it runs, its profile is locked to other programs, and tokens can still be made and ended.
  expect((await phdex(['anchor', '--all', ...profile, '--network', network, '--json'])).code).toBe(5);
  result(await phdex(['token', 'revoke', made['id']!, ...profile, '--json']));
  expect((await ask({ path: '/v1/status' })).status).toBe(401);
  expect((await phdex(['token', 'list', ...profile])).stdout).toMatch(/clinic {2}anchor {2}revoked, last used/);
  expect((await phdex(['token', 'trace', ...profile])).stdout).toContain('POST /v1/anchors  202');

  service.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(log).not.toContain(made['token']!.slice(-43));
  expect(log).not.toContain(digest);
});
