import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ensureBuilt, root } from './built.ts';

const dir = mkdtempSync(join(tmpdir(), 'phdex-service-'));
const running = new Set<ChildProcess>();
beforeAll(() => ensureBuilt(), 300_000);
afterEach(() => { for (const child of running) child.kill('SIGKILL'); running.clear(); });
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

type Line = { time: string; level: string; msg: string; [fact: string]: unknown };
type Service = { child: ChildProcess; stdout: () => string; stderr: () => string; lines: () => Line[]; ended: Promise<number | null> };

function start(args: string[], env: Record<string, string> = {}): Service {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, PHDEX_PASSPHRASE: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (d: Buffer) => { stdout += d.toString(); });
  child.stderr.on('data', (d: Buffer) => { stderr += d.toString(); });
  const lines = () => stderr.split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as Line);
  return { child, stdout: () => stdout, stderr: () => stderr, lines, ended: new Promise((resolve) => child.on('close', (code) => resolve(code))) };
}
const serving = (service: Service) => expect.poll(() => service.lines().find((l) => l.msg === 'serving')).toBeDefined();
const address = (service: Service) => new URL(service.stdout().trim());

describe.each([['from its sources', 'electron/headless.ts'], ['as built', 'out/electron/headless.js']])('the headless host %s', (_name, entry) => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves its pages, and ends with 0 on %s while a page is open', async (signal) => {
    const service = start([entry, '--profile', join(dir, 'fresh'), '--print-url']);
    await serving(service);
    await expect.poll(() => service.stdout()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/);
    const url = address(service);
    const token = url.hash.slice('#token='.length);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    const text = await page.text();
    for (const [, asset] of text.matchAll(/(?:src|href)="(\.?\/?assets\/[^"]+)"/g)) expect((await fetch(new URL(asset!, url))).status, asset).toBe(200);
    const ws = new WebSocket(`ws://${url.host}/api`, [`phdex.${token}`], { headers: { Origin: url.origin } });
    await new Promise((resolve, reject) => ws.on('open', resolve).on('error', reject));
    ws.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'app.state' } }));
    expect(JSON.parse(String(await new Promise((resolve) => ws.once('message', resolve)))).result.data).toMatchObject({ phase: 'welcome', host: 'headless', hasWallet: false });
    const closed = new Promise((resolve) => ws.on('close', resolve));
    service.child.kill(signal);
    expect(await service.ended).toBe(0);
    await closed;
    // One object a line, and the token in none of them.
    expect(service.lines().map((l) => l.msg)).toEqual(expect.arrayContaining(['serving', 'stopping', 'stopped']));
    for (const line of service.lines()) expect(line).toMatchObject({ time: expect.stringMatching(/^\d{4}-.*Z$/), level: expect.stringMatching(/^(info|warn|error)$/) });
    expect(service.stderr()).not.toContain(token);
  });
});

describe('phdex', () => {
  it('serve prints no token where nobody asked for it, and logs what it refuses', async () => {
    const service = start(['electron/cli.ts', 'serve', '--profile', join(dir, 'serve')]);
    await serving(service);
    const port = service.lines().find((l) => l.msg === 'serving')!.port as number;
    const refused = await fetch(`http://127.0.0.1:${port}/upload?name=x`, { method: 'POST', headers: { Authorization: 'Bearer guessed-token', Origin: `http://127.0.0.1:${port}` }, body: 'x' });
    expect(refused.status).toBe(401);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.stdout()).toBe('');
    expect(service.lines().find((l) => l.msg === 'request refused')).toMatchObject({ level: 'warn', why: 'token', method: 'POST', path: '/upload' });
    expect(service.stderr()).not.toContain('guessed');
  });
  it('keeper --headless says what is missing and ends, so that a service manager sees it', async () => {
    const service = start(['electron/cli.ts', 'keeper', '--headless', '--profile', join(dir, 'none')]);
    expect(await service.ended).toBe(5);
    expect(service.lines().at(-1)).toMatchObject({ level: 'error', msg: 'The profile has no wallet or no network yet.', code: 'profile-missing' });
  });
  it('keeper --headless keeps, and ends with 0 on SIGTERM', async () => {
    const profile = join(dir, 'keeper');
    const passphrase = join(dir, 'passphrase');
    writeFileSync(passphrase, 'a long enough passphrase\n', { mode: 0o600 });
    const made = spawnSync(process.execPath, ['electron/cli.ts', 'wallet', 'create', '--profile', profile, '--passphrase-file', passphrase, '--json'], { cwd: root, encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    const keeperAddress = JSON.parse(made.stdout.trim().split('\n').at(-1)!).address as string;
    const network = start(['electron/cli.ts', 'network', 'start', '--dir', join(dir, 'network'), '--json']);
    await expect.poll(() => network.stdout()).toContain('"ready"');
    const ready = network.stdout().split('\n').filter((l) => l !== '').map((l) => JSON.parse(l)).find((e) => e.event === 'ready');
    const funded = spawnSync(process.execPath, ['electron/cli.ts', 'network', 'fund', keeperAddress, '--network', ready.networkFile, '--json'], { cwd: root, encoding: 'utf8' });
    expect(funded.status, funded.stderr).toBe(0);
    const service = start(['electron/cli.ts', 'keeper', '--headless', '--profile', profile, '--network-file', ready.networkFile, '--passphrase-file', passphrase, '--stake', '1']);
    await expect.poll(() => service.lines().some((l) => l.msg === 'state' && l.keeping === true)).toBe(true);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.stderr()).not.toContain('a long enough passphrase');
    network.child.kill('SIGTERM');
    await network.ended;
  });
});
