import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { anvilSnapshot } from './anvil-snapshot.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { watched } from './watched.ts';

export type EmbeddedChain = {
  rpcUrl: string; rpc: Rpc; pid: number;
  /** Its state as of now, as the file in `dir` has it. @throws AppError `chain-unreachable` */
  snapshot(signal?: AbortSignal): Promise<Buffer>;
  stop(): Promise<void>;
};

/** The binary in the npm package of this platform; in a packaged app it lies beside the archive, not in it. */
export function anvilBinary(platform = process.platform, arch = process.arch): string {
  const name = `@foundry-rs/anvil-${platform === 'win32' ? 'win32' : platform}-${arch === 'x64' ? 'amd64' : arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'));
    const path = join(dirname(require.resolve(`${name}/package.json`)), 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil').replace('app.asar', 'app.asar.unpacked');
    if (existsSync(path)) return path;
  } catch { /* told below */ }
  throw new AppError('chain-unreachable', `The embedded chain has no binary for ${platform} on ${arch}.`, { hint: 'Run `npm ci` without --omit=optional, or use a network file with an endpoint elsewhere.' });
}

const freePort = () => new Promise<number>((resolve, reject) => {
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => { const { port } = server.address() as { port: number }; server.close(() => resolve(port)); });
});

async function assertFree(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.on('error', (cause) => reject(new AppError('port-taken', `Port ${port} for the chain is taken by another program.`, { hint: 'Choose another with --port, or 0 for any free one.', cause })));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

/**
 * The embedded chain: anvil on loopback, a block for each transaction, its state in `dir`, found again on the next
 * start and ended with this process.
 * @throws AppError `port-taken`, `chain-unreachable`
 */
export async function startAnvil(options: { dir: string; port?: number; chainId?: number }): Promise<EmbeddedChain> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  if (options.port) await assertFree(options.port);
  const port = options.port || (await freePort());
  const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(options.chainId ?? 31337), '--state', join(options.dir, 'anvil-state.json'), '--state-interval', '5', '--silent', '--accounts', '1', '--preserve-historical-states'];
  const { command, args: all } = watched(anvilBinary(), args);
  const child = spawn(command, all, { stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-2000); });
  let ended = false;
  const exit = new Promise<void>((resolve) => child.on('exit', () => { ended = true; resolve(); }));
  const rpcUrl = `http://127.0.0.1:${port}`;
  const probe = createRpc(rpcUrl, { patienceMs: 0 });
  for (let tries = 0; ; tries += 1) {
    if (ended) throw new AppError('chain-unreachable', `The embedded chain did not start: ${stderr.trim().split('\n').at(-1) ?? 'no reason was given'}.`, { hint: `If its state is damaged, remove ${join(options.dir, 'anvil-state.json')}; the network then starts anew.` });
    try { await probe.call('eth_chainId'); break; } catch (error) {
      if (tries > 400) { child.stdin.end(); throw error; }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  const rpc = createRpc(rpcUrl);
  return {
    rpcUrl, rpc, pid: child.pid!,
    snapshot: (signal) => anvilSnapshot(rpc, signal),
    async stop() { child.stdin.end(); await exit; },
  };
}
