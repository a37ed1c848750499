import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accredit } from '../../electron/chain/deploy.ts';
import { Role } from '../../shared/domain/chain.ts';
import { createWorld, PASSPHRASE, type Person, type World } from '../market/world.ts';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
const env = { ...process.env, PHDEX_PASSPHRASE: PASSPHRASE, PHDEX_NETWORK: '' };
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (args: string[]): Promise<Ran> => new Promise((done) => execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr })));
const result = (r: Ran) => { if (r.code !== 0) throw new Error(r.stderr); return JSON.parse(r.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>; };
const report = (r: Ran) => JSON.parse(r.stderr.trim().split('\n').at(-1)!) as { code: string; error: string };

let world: World;
let [owner, doctor] = [] as unknown as [Person, Person];
let serving: ChildProcess | undefined;
const as = (who: Person) => ['--profile', who.dir, '--network', world.networkFile, '--json'];

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  [owner, doctor] = [await world.person('owner'), await world.person('doctor')];
  await accredit(world.rpc, world.network, doctor.address, Role.provider);
});
afterAll(async () => { await stop(); await world?.stop(); });

/** Runs a command that stays, and resolves with its line that says that it has come so far. */
function stay(args: string[]): Promise<string> {
  serving = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) => { let text = ''; serving!.stdout!.on('data', (part: Buffer) => { text += String(part); if (text.includes('\n')) resolve(text); }); });
}
async function stop(): Promise<void> {
  if (!serving || serving.exitCode !== null) return;
  const gone = new Promise((resolve) => serving!.once('exit', resolve));
  serving.kill('SIGTERM');
  await gone;
}

describe('phdex consent', () => {
  it('goes from an invitation to a narrowed right, its data, and its end', async () => {
    const csv = join(world.dir, 'pulse.csv');
    writeFileSync(csv, `time,heart_rate\n${Array.from({ length: 2000 }, (_, i) => `${new Date(Date.parse('2026-05-04T23:30:00Z') + i * 60_000).toISOString()},${60 + (i % 30)}`).join('\n')}\n`);
    const imported = result(await phdex(['import', csv, ...as(owner)]));
    const recordingId = JSON.stringify(imported).match(/"(?:recordingId|id)":"([0-9a-f]{16})"/)![1]!;
    const { text } = result(await phdex(['consent', 'invite', 'Dr. Lind', ...as(owner)])) as { text: string };
    const letter = join(world.dir, 'letter.txt');
    writeFileSync(letter, `${text.slice(0, 60)}\n${text.slice(60)}\n`);
    const ask = ['ask', letter, '--name', 'Dr. Lind', '--words', 'Your nights, please.', '--days', '2026-05-01..2026-05-31', '--purpose', 'PatientMonitoring', '--for', '30d', ...as(doctor)];
    expect(report(await phdex([...ask, '--category', 'insurance', '--operations', 'append'])).code).toBe('not-yours');
    const { rightId } = result(await phdex(ask)) as { rightId: number };
    const { requests } = result(await phdex(['consent', 'requests', ...as(owner)])) as { requests: { words: string; candidates: { recordingId: string }[] }[] };
    expect(requests).toMatchObject([{ rightId, words: 'Your nights, please.', candidates: [{ recordingId }] }]);

    const approved = await stay(['consent', 'approve', String(rightId), '--recordings', recordingId, '--days', '2026-05-05', '--for', '1d', '--wait', ...as(owner)]);
    expect(JSON.parse(approved)).toMatchObject({ ok: true, rightId });
    const opened = result(await phdex(['open-right', String(rightId), '--format', 'csv', '--out', join(world.dir, 'out'), ...as(doctor)]));
    expect(opened).toMatchObject({ segments: 1, rows: 1440 });
    expect(readFileSync(opened.path as string, 'utf8').split('\n')[1]).toBe(`${Date.parse('2026-05-05T00:00:00Z') * 1000},60`);
    await stop();

    expect((result(await phdex(['consent', 'grants', ...as(owner)])) as { grants: object[] }).grants).toMatchObject([{ rightId, status: 'approved', uses: 1, delivered: true }]);
    expect(result(await phdex(['consent', 'revoke', String(rightId), ...as(owner)]))).toMatchObject({ rightId });
    await stay(['consent', 'serve', ...as(owner)]);
    expect(report(await phdex(['open-right', String(rightId), ...as(doctor)])).code).toBe('access-expired');
    expect((result(await phdex(['held', ...as(doctor)])) as { held: object[] }).held).toMatchObject([{ rightId, status: 'revoked', problem: 'Its owner took it back.' }]);
    await stop();
    expect(result(await phdex(['consent', 'revoke-all', ...as(owner)]))).toMatchObject({ accounts: 0, rights: 0, failed: [] });
  }, 240_000);

  it('says what it does not take', async () => {
    for (const [args, code] of [
      [['consent', 'approve', '99'], 'access-unknown'], [['consent', 'revoke', '99'], 'access-unknown'], [['open-right', '99'], 'access-unknown'],
      [['ask', 'phdex:invite:AAAA', '--name', 'x', '--purpose', 'PatientMonitoring', '--for', '1d'], 'invalid-argument'], [['ask', '7', '--name', 'x', '--purpose', 'PatientMonitoring', '--for', '1d'], 'dataset-unknown'],
      [['ask', '7', '--name', 'x', '--purpose', 'PatientMonitoring', '--for', 'soon'], 'invalid-argument'], [['ask', '7', '--name', 'x', '--purpose', 'AcademicResearch', '--for', '1d'], 'invalid-argument'],
    ] as const) expect(report(await phdex([...args, ...as(doctor)])).code, args.join(' ')).toBe(code);
  });
});
