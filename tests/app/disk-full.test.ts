import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PhdexNode } from '../../electron/app/node.ts';
import { openDatabase } from '../../electron/db/open-database.ts';
import { keyValues } from '../../electron/db/queries/profile-stores.ts';
import { toAppError } from '../../shared/errors.ts';
import { createWorld, isClear, PHD, refusal, ROWS, until, type Person, type World } from '../market/world.ts';

/** Why a small disk cannot be had here; null where it can. */
function obstacle(): string | null {
  if (process.platform !== 'linux') return 'small disks are mounted on Linux only';
  if (process.getuid?.() !== 0) return 'mounting a small disk takes root';
  const dir = mkdtempSync(join(tmpdir(), 'phdex-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir]);
    return null;
  } catch { return 'this machine does not let tests mount a disk'; } finally { rmSync(dir, { recursive: true, force: true }); }
}
const why = obstacle();
if (why) console.log(`full disk: skipped, ${why}`);

describe.skipIf(why !== null)('a disk that is full', () => {
  let world: World;
  let owner: Person & { node: PhdexNode };
  const mounted = new Set<string>();

  /** Puts a disk of that size over a folder. */
  function small(dir: string, size: string): string {
    mkdirSync(dir, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir]);
    mounted.add(dir);
    return dir;
  }
  function large(dir: string): void { execFileSync('umount', ['-l', dir]); mounted.delete(dir); }
  const grow = (dir: string, size: string) => execFileSync('mount', ['-o', `remount,size=${size}`, dir]);

  beforeAll(async () => {
    world = await createWorld({ patienceMs: 3000 });
    const who = await world.person('owner');
    owner = { ...who, node: await world.open(who) };
  });
  afterEach(() => { for (const dir of mounted) large(dir); });
  afterAll(() => world.stop());

  it('while a recording is imported: nothing is kept', async () => {
    const csv = await world.csv(100_000);
    const dir = small(join(owner.dir, 'recordings'), '64k');
    const refused = await refusal(owner.node.importFile(csv, { simulated: true }));
    expect([refused.code, isClear(refused)]).toEqual(['disk-full', true]);
    expect(readdirSync(dir)).toEqual([]);
    expect(owner.node.recordings()).toEqual([]);
  });

  it('while a dataset is sealed: nothing is sealed, listed or noted', async () => {
    const recording = await world.record(owner.node, 20_000);
    const dir = small(join(owner.dir, 'work'), '16k');
    const refused = await refusal(owner.node.publish(world.request(recording), { wait: 'listed' }));
    expect([refused.code, isClear(refused)]).toEqual(['disk-full', true]);
    expect(readdirSync(dir)).toEqual([]);
    for (const table of ['publications', 'dataset_keys', 'datasets']) expect(world.rows(owner, `SELECT * FROM ${table}`)).toEqual([]);
  });

  it('while it is stored: it goes on from there when there is room', async () => {
    const recording = await world.record(owner.node, 20_000);
    const dir = small(join(owner.dir, 'ipfs', 'blocks'), '16k');
    let id = '';
    const refused = await refusal(owner.node.publish(world.request(recording), { wait: 'listed', onStart: (started) => { id = started; } }));
    expect([refused.code, isClear(refused)]).toEqual(['disk-full', true]);
    expect(world.rows(owner, 'SELECT * FROM datasets')).toEqual([]);
    expect(world.rows(owner, 'SELECT id, state FROM publications')).toEqual([{ id, state: 'sealed' }]);
    grow(dir, '64m');
    const steps: string[] = [];
    const published = await owner.node.publish(world.request(recording), { wait: 'certified', id, onStep: (step) => steps.push(step) });
    expect([published.status, steps]).toEqual(['certified', ['store', 'list']]);
    await owner.node.withdraw(published.datasetId, {});
  });

  it('of a keeper: it does not take the seat', async () => {
    const recording = await world.record(owner.node, 20_000);
    const [keeper] = world.keepers;
    small(join(keeper!.dir, 'ipfs', 'blocks'), '16k');
    const { datasetId } = await owner.node.publish(world.request(recording), { wait: 'listed' });
    await until(() => keeper!.events.some((e) => e.type === 'refused' && e.datasetId === datasetId), 'the keeper refuses');
    const refused = keeper!.events.find((e) => e.type === 'refused' && e.datasetId === datasetId);
    expect(refused?.type === 'refused' && [refused.error.code, isClear(refused.error)]).toEqual(['disk-full', true]);
    expect(world.rows(keeper!, `SELECT * FROM kept_shares WHERE dataset_id = ${datasetId}`)).toEqual([]);
    // The two others are enough.
    await until(() => world.verdicts.some((v) => v.datasetId === datasetId && v.certified) || world.failures.length > 0, 'it is certified');
    expect(world.failures).toEqual([]);
  });

  it('of a customer: the folder is not there, and opens when there is room', async () => {
    const customer = await world.person('customer');
    const node = await world.open(customer);
    await owner.node.collect();
    await owner.node.sendCoins(customer.address, '100');
    await until(async () => (await node.balance(customer.address)).phd === 100n * PHD);
    const [listing] = await node.listings({});
    const { accessId } = await node.buy(listing!.id, {});
    const dir = small(join(world.dir, 'small'), '16k');
    const refused = await refusal(node.open(accessId, { outDir: join(dir, 'opened'), csv: true }));
    expect([refused.code, isClear(refused)]).toEqual(['disk-full', true]);
    expect(readdirSync(dir)).toEqual([]);
    expect((await node.accesses())[0]!.status, 'nothing was confirmed').toBe('open');
    grow(dir, '64m');
    expect((await node.open(accessId, { outDir: join(dir, 'opened'), csv: true })).rows).toBe(20_000);
    expect(readdirSync(dir)).toEqual(['opened']);
    await node.stop();
  });

  it('of the database: says so, and what was there before is still there', () => {
    const dir = small(join(world.dir, 'database'), '1m');
    const db = openDatabase(join(dir, 'phdex.sqlite'));
    keyValues(db).set('before', 'x');
    const filler = openSync(join(dir, 'filler'), 'w');
    try { for (;;) writeSync(filler, Buffer.alloc(4096)); } catch { closeSync(filler); }
    let refused = toAppError(null);
    try { for (let i = 0; i < 200; i += 1) keyValues(db).set(`k${i}`, 'y'.repeat(5000)); } catch (error) { refused = toAppError(error); }
    expect([refused.code, isClear(refused)]).toEqual(['disk-full', true]);
    rmSync(join(dir, 'filler'));
    expect(keyValues(db).get('before')).toBe('x');
    keyValues(db).set('after', 'z');
    db.close();
  });

  it(`the values stay the same as ever: ${ROWS} rows`, async () => {
    expect((await world.publish(owner.node)).rows).toBe(ROWS);
  });
});
