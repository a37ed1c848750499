import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restoreWallet } from '../../electron/wallet/wallet.ts';
import { createProfile } from '../../electron/app/profile.ts';
import { verifyFolder, type PhdexNode } from '../../electron/app/node.ts';
import { fundAccounts } from '../../electron/chain/deploy.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { CHEAP, createWorld, isClear, PASSPHRASE, PHD, refusal, ROWS, until, type Person, type World } from './world.ts';

// One dataset from the owner's disk to the customer's, with every part real. The tests go on from one another.
let world: World;
let owner: Person & { node: PhdexNode };
let customer: Person & { node: PhdexNode };
let listedBy: Hex;
let datasetId: number;
let accessId: number;
let source: string;

beforeAll(async () => {
  world = await createWorld();
  const [o, c] = await Promise.all([world.person('owner'), world.person('customer')]);
  owner = { ...o, node: await world.open(o) };
  customer = { ...c, node: await world.open(c) };
});
afterAll(() => world.stop());

describe('a sale', () => {
  it('is listed and certified, and everybody of the certificate is rewarded', async () => {
    source = await world.csv();
    const info = (await owner.node.importFile(source, { simulated: true })).made[0]!;
    const published = await owner.node.publish(world.request(info.id, { title: 'Wrist of an afternoon', description: 'Walking and rest' }), { wait: 'certified' });
    datasetId = published.datasetId;
    expect(published).toMatchObject({ status: 'certified', rows: ROWS });
    expect(published.score).toBe(published.quality);
    await until(() => world.verdicts.length > 0, 'the validator has told');
    expect(world.verdicts.at(-1)).toMatchObject({ datasetId, certified: true });
    // 1000 PHD of reward: a quarter to the keepers, a quarter to the validator; what three keepers cannot share is the owner's.
    const keepers = await Promise.all(world.keepers.map(async (k) => (await owner.node.balance(k.address)).earnings));
    expect(keepers).toEqual(Array(3).fill((250n * PHD) / 3n));
    expect((await owner.node.balance(world.validator!.address)).phd).toBe(250n * PHD);
    // The owner's part is with the account that the dataset was given, which nothing on the chain ties to the owner's own.
    listedBy = (await owner.node.freshAccounts())[0]!.address;
    expect((await owner.node.balance(listedBy)).phd).toBe(500n * PHD + 1n);
    expect((await owner.node.balance(owner.address)).phd).toBe(0n);
    expect(await owner.node.totalSupply()).toBe(1000n * PHD);
    expect(readdirSync(join(owner.dir, 'work'))).toEqual([]);
    // By now it lives with its keepers: the owner goes offline for the rest of the tests.
    expect((await owner.node.collect()).map((c) => c.amount)).toEqual([500n * PHD + 1n]);
    await owner.node.sendCoins(customer.address, '150');
    await owner.node.stop();
    await until(async () => (await customer.node.balance(customer.address)).phd === 150n * PHD, 'the coins are there');
  });

  it('is found by a word of its label', async () => {
    const found = await customer.node.listings({ search: 'afternoon' });
    expect(found.map((l) => [l.id, l.title, l.price])).toEqual([[datasetId, 'Wrist of an afternoon', 100n * PHD]]);
    expect(await customer.node.listings({ search: 'submarine' })).toEqual([]);
  });

  it('is not bought for more than the buyer agreed to, nor what is not there', async () => {
    const before = (await customer.node.balance(customer.address)).phd;
    const cheap = await refusal(customer.node.buy(datasetId, { maxPrice: 99n * PHD }));
    expect(cheap.code).toBe('price-changed');
    const none = await refusal(customer.node.buy(4711, {}));
    expect(none.code).toBe('dataset-unknown');
    expect([cheap, none].every(isClear)).toBe(true);
    expect((await customer.node.balance(customer.address)).phd).toBe(before);
    expect(await customer.node.accesses()).toEqual([]);
  });

  it('is bought: the price is in escrow', async () => {
    const before = (await customer.node.balance(customer.address)).phd;
    const bought = await customer.node.buy(datasetId, {});
    accessId = bought.accessId;
    expect(bought).toMatchObject({ datasetId, price: 100n * PHD, keepersOnline: 3 });
    expect((await customer.node.balance(customer.address)).phd).toBe(before - 100n * PHD);
    expect((await customer.node.balance(world.network.contracts.market)).phd).toBe(100n * PHD);
  });

  it('is not bought twice, but opened', async () => {
    const before = (await customer.node.balance(customer.address)).phd;
    const twice = await refusal(customer.node.buy(datasetId, {}));
    expect(twice.code).toBe('dataset-owned');
    expect(isClear(twice)).toBe(true);
    expect(twice.details.accessId).toBe(accessId);
    expect((await customer.node.balance(customer.address)).phd).toBe(before);
    expect(await customer.node.accesses()).toHaveLength(1);
  });

  it('cannot be opened by another than its buyer', async () => {
    const stranger = await world.person('stranger');
    const node = await world.open(stranger);
    expect((await refusal(node.open(accessId, { outDir: join(world.dir, 'stolen') }))).code).toBe('not-yours');
    expect((await refusal(node.open(999, { outDir: join(world.dir, 'stolen') }))).code).toBe('access-unknown');
    expect(existsSync(join(world.dir, 'stolen'))).toBe(false);
    await node.stop();
  });

  it('opens to the very values that the owner recorded, and pays by the rule', async () => {
    const [ownerBefore, validatorBefore] = [await customer.node.balance(listedBy), await customer.node.balance(world.validator!.address)];
    const keepersBefore = (await Promise.all(world.keepers.map((k) => customer.node.balance(k.address)))).map((b) => b.earnings);
    const out = join(world.dir, 'opened');
    const opened = await customer.node.open(accessId, { outDir: out, csv: true });
    expect(opened).toMatchObject({ accessId, datasetId, rows: ROWS, confirmed: true, dir: out });
    expect(opened.checks.filter((c) => !c.ok)).toEqual([]);
    expect(opened.checks.map((c) => c.name)).toEqual(expect.arrayContaining(['manifest', 'shares', 'record root', 'certificate']));
    const csv = readFileSync(join(out, opened.files.find((f) => f.endsWith('.csv'))!), 'utf8').trim().split('\n');
    const original = readFileSync(source, 'utf8').trim().split('\n');
    expect(csv).toHaveLength(original.length);
    for (const i of [1, 2, 1500, original.length - 1]) expect(csv[i]!.split(',').map(Number).slice(1)).toEqual(original[i]!.split(',').map(Number).slice(1));
    await until(async () => (await customer.node.accesses())[0]!.status === 'settled', 'the access is settled');
    expect((await customer.node.balance(listedBy)).phd - ownerBefore.phd).toBe(88n * PHD);
    expect((await customer.node.balance(world.validator!.address)).phd - validatorBefore.phd).toBe(2n * PHD);
    const earned = (await Promise.all(world.keepers.map((k) => customer.node.balance(k.address)))).map((b, i) => b.earnings - keepersBefore[i]!);
    expect(earned.toSorted((a, b) => Number(a - b))).toEqual([0n, 5n * PHD, 5n * PHD]);
    expect((await customer.node.balance(world.network.contracts.market)).phd).toBe(0n);
  });

  it('is verified again by anybody, and a changed file is found', async () => {
    const out = join(world.dir, 'opened');
    const good = await verifyFolder(out, { network: world.networkFile });
    expect(good.checks.length).toBeGreaterThan(3);
    expect(good.checks.filter((c) => !c.ok)).toEqual([]);
    const parquet = join(out, readdirSync(out).find((n) => n.endsWith('.parquet'))!);
    const bytes = readFileSync(parquet);
    const changed = Buffer.from(bytes);
    changed[Math.floor(changed.length / 2)]! ^= 1;
    writeFileSync(parquet, changed);
    expect((await verifyFolder(out)).checks.filter((c) => !c.ok).map((c) => c.name)).toEqual(['acceleration/day-000']);
    writeFileSync(parquet, bytes);
    const manifest = readFileSync(join(out, 'manifest.json'), 'utf8');
    writeFileSync(join(out, 'manifest.json'), manifest.replace('Wrist of an afternoon', 'Wrist of an evening'));
    const other = await verifyFolder(out, { network: world.networkFile });
    expect(other.checks.filter((c) => !c.ok).map((c) => c.name)).toEqual(['content hash on chain']);
    writeFileSync(join(out, 'manifest.json'), manifest);
    expect((await refusal(verifyFolder(join(out, 'nowhere')))).code).toBe('file-not-found');
  });

  it('opens again, for ever, into another folder, and costs nothing', async () => {
    const before = await customer.node.balance(customer.address);
    const again = await customer.node.open(accessId, { outDir: join(world.dir, 'again') });
    expect(again).toMatchObject({ rows: ROWS, confirmed: false, gas: 0n });
    expect(await customer.node.balance(customer.address)).toEqual(before);
    const taken = await refusal(customer.node.open(accessId, { outDir: join(world.dir, 'again') }));
    expect(taken.code).toBe('invalid-argument');
    expect(readdirSync(world.dir).filter((n) => n.includes('phdex-open'))).toEqual([]);
  });

  it('opens from the mnemonic alone, on another machine', async () => {
    await customer.node.stop();
    const dir = join(world.dir, 'restored');
    createProfile(dir);
    await restoreWallet(join(dir, 'keystore.json'), customer.mnemonic, PASSPHRASE, CHEAP);
    const node = await world.open({ dir });
    expect(node.address).toBe(customer.address);
    expect((await refusal(node.buy(datasetId, {}))).code).toBe('dataset-owned');
    // What is bought next has a key of its own, though this profile does not know of the first one yet.
    const donor = await world.open(owner);
    await donor.sendCoins(customer.address, '100');
    await donor.stop();
    const balance = async () => (await node.balance(customer.address)).phd;
    await until(async () => (await balance()) >= 100n * PHD, 'the coins are there');
    const second = await node.buy(datasetId, { again: true });
    const keys = (await node.accesses()).map((a) => a.px);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
    expect((await node.open(accessId, { outDir: join(world.dir, 'opened-after-restore') })).rows).toBe(ROWS);
    expect((await node.open(second.accessId, { outDir: join(world.dir, 'opened-second') })).rows).toBe(ROWS);
    await node.stop();
  });

  it('is refused to whom it costs more than it has', async () => {
    const poor = await world.person('poor');
    const node = await world.open(poor);
    const refused = await refusal(node.buy(datasetId, {}));
    expect(refused.code).toBe('coins-too-few');
    expect(isClear(refused)).toBe(true);
    expect(await node.accesses()).toEqual([]);
    expect(world.rows(poor, 'SELECT * FROM outbox')).toEqual([]);
    expect(world.rows(poor, 'SELECT * FROM access_keys')).toEqual([]);
    // Coins but no gas: refused as well, by another name.
    await fundAccounts(world.rpc, [poor.address], 0n);
    expect((await refusal(node.sendCoins(owner.address, '1'))).code).toMatch(/^(funds-too-low|chain-reverted)$/);
    await node.stop();
  });
});
