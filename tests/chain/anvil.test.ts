import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAnvil } from '../../electron/chain/anvil.ts';
import { deployContracts } from '../../electron/chain/deploy.ts';
import { createRpc } from '../../electron/chain/rpc.ts';

let dir: string;
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'phdex-anvil-')); });
afterEach(() => rm(dir, { recursive: true, force: true }));

it('finds its state and its contracts again', async () => {
  const first = await startAnvil({ dir });
  const network = await deployContracts(first.rpc, { rpcUrl: first.rpcUrl });
  const code = await first.rpc.call<string>('eth_getCode', [network.contracts.market, 'latest']);
  expect(code.length).toBeGreaterThan(1000);
  await first.stop();
  const again = await startAnvil({ dir });
  try {
    expect(await again.rpc.call<string>('eth_getCode', [network.contracts.market, 'latest'])).toBe(code);
    expect(Number(await again.rpc.call<string>('eth_blockNumber'))).toBeGreaterThanOrEqual(network.deployedBlock);
  } finally { await again.stop(); }
});

it('ends with its parent, even when that is killed', async () => {
  const script = join(dir, 'parent.ts');
  await writeFile(script, `import { startAnvil } from ${JSON.stringify(new URL('../../electron/chain/anvil.ts', import.meta.url).href)};\nconst c = await startAnvil({ dir: ${JSON.stringify(dir)} });\nconsole.log(c.rpcUrl);\nsetInterval(() => undefined, 1000);\n`);
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve) => parent.stdout.once('data', (d: Buffer) => resolve(d.toString().trim())));
  const rpc = createRpc(url, { patienceMs: 0 });
  expect(await rpc.call('eth_chainId')).toBe('0x7a69');
  parent.kill('SIGKILL');
  await expect.poll(() => rpc.call('eth_chainId').then(() => 'up', () => 'down')).toBe('down');
});

it('says which port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.on('listening', resolve));
  const { port } = other.address() as { port: number };
  await expect(startAnvil({ dir, port })).rejects.toMatchObject({ code: 'port-taken', message: expect.stringContaining(String(port)) as string });
  other.close();
});

it('says what to do about a damaged state', async () => {
  await writeFile(join(dir, 'anvil-state.json'), '{ this is no state');
  await expect(startAnvil({ dir })).rejects.toMatchObject({ code: 'chain-unreachable', hint: expect.stringContaining('anvil-state.json') as string });
});
