/** `phdex study` from the shell: open, enrol, a watcher that is killed between two steps, answer, finish. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { parseEther } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { Role } from '../../shared/domain/chain.ts';
import { certifier, type Certifier } from '../consent/certified.ts';
import { CRITERIA, tell } from '../consent/study-side.ts';
import { createWorld, PASSPHRASE, until, type Person, type World } from '../market/world.ts';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));

let world: World;
let certify: Certifier;
let researcher: Person;
let owner: Person;
const datasets: number[] = [];
const children: ChildProcess[] = [];

type Line = Record<string, unknown>;
function phdex(who: Person, ...args: string[]): Promise<Line> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CLI, 'study', ...args, '--profile', who.dir, '--network', world.networkFile, '--json'], { env: { ...process.env, PHDEX_PASSPHRASE: PASSPHRASE } }, (error, stdout, stderr) => {
      const last = (stdout.trim() || stderr.trim()).split('\n').at(-1) ?? '';
      if (error && !last.startsWith('{')) reject(new Error(`${args.join(' ')}: ${stderr}`));
      else resolve(JSON.parse(last) as Line);
    });
  });
}
function watching(who: Person): { child: ChildProcess; lines: Line[] } {
  const child = spawn(process.execPath, [CLI, 'study', 'watch', '--profile', who.dir, '--network', world.networkFile, '--json'], { env: { ...process.env, PHDEX_PASSPHRASE: PASSPHRASE }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: Line[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => { lines.push(JSON.parse(line) as Line); });
  return { child, lines };
}
const ended = (child: ChildProcess) => new Promise<void>((done) => { if (child.exitCode !== null || child.signalCode !== null) done(); else child.once('exit', () => done()); });
async function statusOf(callId: number): Promise<number> {
  const abi = contractInterface('studies');
  const data = await world.rpc.call<string>('eth_call', [{ to: world.network.contracts.studies, data: abi.encodeFunctionData('callOf', [callId]) }, 'latest']);
  return Number((abi.decodeFunctionResult('callOf', data)[0] as { status: bigint }).status);
}

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  certify = certifier(world.rpc, world.network);
  [researcher, owner] = [await world.person('researcher'), await world.person('owner')];
  await certify.accredit(researcher.address, Role.researcher);
  const parts = await world.parts(owner);
  for (let i = 0; i < 2; i++) datasets.push(await certify.certified(parts.accounts.fresh('dataset', `${i}`).address));
  await parts.chainNow.indexer.catchUp();
  tell(parts, datasets);
  for (const id of datasets) {
    const dataset = parts.chainNow.reads.dataset(id)!;
    await certify.as(dataset.owner, 'coin', 'transfer', [researcher.address, parseEther('100')]);
  }
  await parts.stop();
});
afterAll(async () => { for (const child of children) child.kill('SIGKILL'); await world?.stop(); });

describe('phdex study', () => {
  it('carries a study from its opening to its end, also past a kill between two steps', async () => {
    const file = join(world.dir, 'criteria.json');
    writeFileSync(file, JSON.stringify({ ...CRITERIA, extra: 1 }));
    const open = ['open', file, '--reward', '20', '--places', '1', '--enrol', '3600', '--screen', '0', '--answer', '3600', '--fill', '86400', '--release', '3600', '--yes'];
    expect(await phdex(researcher, ...open)).toMatchObject({ ok: false, code: 'invalid-argument' });
    writeFileSync(file, JSON.stringify(CRITERIA));
    expect(await phdex(researcher, 'eligible', file)).toMatchObject({ atLeast: 0, below: true });
    const { callId } = (await phdex(researcher, ...open)) as { callId: number };
    const list = (await phdex(owner, 'list')) as { calls: { callId: number; meets: { ready: boolean }[] }[] };
    expect(list.calls[0]).toMatchObject({ callId, meets: [{ ready: true }, { ready: true }] });
    for (const id of datasets) await phdex(owner, 'enrol', String(callId), String(id));
    await world.mineAfter(3605);

    const first = watching(researcher);
    await until(() => first.lines.some((l) => l.step === 'close'), 'it closes the call');
    first.child.kill('SIGKILL');
    await ended(first.child);
    expect(await statusOf(callId)).toBeLessThan(4);
    const second = watching(researcher);
    await until(async () => (await statusOf(callId)) === 4, 'the places are drawn');
    const drawn = (await phdex(owner, 'list')) as { calls: { entry: { position: number; offered: boolean } | null }[] };
    expect(drawn.calls[0]!.entry).toMatchObject({ position: 0, offered: true });
    expect(await phdex(owner, 'approve', String(callId), '0')).toMatchObject({ accessId: expect.any(Number) as number });
    await until(async () => (await statusOf(callId)) === 5, 'it is finished');
    second.child.kill('SIGTERM');
    await ended(second.child);
    expect(second.lines.filter((l) => l.event === 'step').map((l) => l.step)).toEqual(expect.arrayContaining(['reveal', 'finish']));
    expect(second.lines.at(-1)).toMatchObject({ stopped: true });
    const { entries } = (await phdex(researcher, 'entries', String(callId))) as { entries: { status: string }[] };
    expect(entries.map((e) => e.status).sort()).toEqual(['approved', 'entered']);
  });
});
