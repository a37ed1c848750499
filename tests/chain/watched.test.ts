import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { watched } from '../../electron/chain/watched.ts';

const alive = (pid: number) => { try { process.kill(pid, 0); return true; } catch { return false; } };
const script = fileURLToPath(new URL('../../electron/chain/watched.ts', import.meta.url));

/** A parent that starts a watched program, prints the program's id, and is then killed without a chance to tidy up. */
const PARENT = (electron: boolean) => `
import { spawn } from 'node:child_process';
import { watched } from ${JSON.stringify(script)};
const { command, args } = watched(process.execPath, ['-e', 'console.log(process.pid); process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000)'], { electron: ${electron} });
spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'] }).on('exit', (code) => console.log('code', code));
process.on('SIGUSR2', () => {});
setInterval(() => {}, 1000);
`;

describe.skipIf(process.platform === 'win32').each([['another Node', false], ['the shell', true]])('a program that %s watches', (_name, electron) => {
  it('ends when its parent is killed', async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT(electron)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (d: Buffer) => resolve(Number(d.toString()))));
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid)).toBe(false);
  });
  it('gives its code when it ends, and gets SIGTERM when the watcher does or its input closes', async () => {
    for (const how of ['end', 'SIGTERM'] as const) {
      const { command, args } = watched(process.execPath, ['-e', 'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.error("up")'], { electron });
      const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
      // Its stderr is what tells why a chain did not start.
      expect(await new Promise((resolve) => child.stderr.once('data', (d: Buffer) => resolve(d.toString())))).toBe('up\n');
      if (how === 'end') child.stdin.end(); else child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(7);
    }
    const { command, args } = watched(process.execPath, ['-e', 'process.exit(3)'], { electron });
    expect(await new Promise((resolve) => spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] }).on('exit', resolve))).toBe(3);
  });
});

it('passes arguments on as they are', () => {
  const { args } = watched('C:\\anvil.exe', ['--state', 'C:\\a b\\', 'say "x"', "it's"], { electron: true, platform: 'win32' });
  const text = Buffer.from(args.at(-1)!, 'base64').toString('utf16le');
  expect(text).toContain(`$i.Arguments = '"--state" "C:\\a b\\\\" "say \\"x\\"" "it''s"'`);
  expect(watched('/x/anvil', ['a b', '$(c)'], { electron: true, platform: 'linux' }).args.slice(2)).toEqual(['/x/anvil', 'a b', '$(c)']);
  expect(join(watched('/x/anvil', [], { electron: false }).args[0]!)).toMatch(/anvil-watchdog\.ts$/);
});
