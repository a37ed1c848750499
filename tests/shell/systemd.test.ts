import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addServiceCommands } from '../../electron/cli/commands/service.ts';
import { createOutput } from '../../electron/cli/output.ts';
import { root } from './built.ts';

/** Sections of a unit, each with its keys and all their values: a key may come twice. */
function parseUnit(text: string): Record<string, Record<string, string[]>> {
  const unit: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> | null = null;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const head = /^\[(\w+)\]$/.exec(line);
    if (head) { section = unit[head[1]!] ??= {}; continue; }
    const pair = /^(\w+)=(.*)$/.exec(line);
    if (!pair || !section) throw new Error(`line ${i + 1} is no unit syntax: ${line}`);
    (section[pair[1]!] ??= []).push(pair[2]!);
  }
  return unit;
}

describe('phdex-keeper.service', () => {
  const unit = parseUnit(readFileSync(join(root, 'resources/systemd/phdex-keeper.service'), 'utf8'));
  const service = unit.Service!;

  it('starts a command that exists, with options that it has', () => {
    const [program, name, ...args] = service.ExecStart![0]!.split(' ');
    expect(program).toBe('/usr/bin/phdex');
    const cli = new Command('phdex');
    addServiceCommands(cli, { output: createOutput({ json: false }), signal: AbortSignal.abort() });
    const command = cli.commands.find((c) => c.name() === name)!;
    const options = args.filter((a) => a.startsWith('--'));
    expect(options).toEqual(['--headless', '--profile', '--network-file', '--passphrase-file', '--port']);
    for (const option of options) expect(command.options.map((o) => o.long)).toContain(option);
    // And as commander reads them, with every value in its place.
    command.action(() => undefined);
    cli.exitOverride().parse([name!, ...args], { from: 'user' });
    expect(command.opts()).toMatchObject({ headless: true, profile: '/var/lib/phdex/keeper', networkFile: '/etc/phdex/network.json', passphraseFile: '%d/passphrase', port: 8411, printUrl: false });
  });
  it('takes the passphrase as a credential, never as an argument or from the environment', () => {
    expect(service.LoadCredential).toEqual(['passphrase:/etc/phdex/passphrase']);
    expect(service.Environment).toBeUndefined();
    expect(service.EnvironmentFile).toBeUndefined();
  });
  it('has no more rights than it needs, and comes back when it fails', () => {
    const is = Object.fromEntries(Object.entries(service).map(([k, v]) => [k, v.join(' ')]));
    expect(is).toMatchObject({
      User: 'phdex', NoNewPrivileges: 'yes', ProtectSystem: 'strict', ProtectHome: 'yes', PrivateTmp: 'yes', PrivateDevices: 'yes', CapabilityBoundingSet: '', RestrictNamespaces: 'yes',
      ProtectKernelModules: 'yes', LockPersonality: 'yes', StateDirectory: 'phdex', UMask: '0077', Restart: 'on-failure', SystemCallArchitectures: 'native',
    });
    // Its profile has to be in what ProtectSystem leaves writable.
    expect(service.ExecStart![0]).toContain(`/var/lib/${is.StateDirectory}/`);
    // Longer than the process itself takes to end (headless.ts), shorter than systemd's own 90 s.
    expect(Number(is.TimeoutStopSec)).toBeGreaterThan(5);
    expect(unit.Install!.WantedBy).toEqual(['multi-user.target']);
  });
});
