import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../shared/errors.ts';
import type { PublishRequest } from '../../electron/market/publish.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import { writeFileSync } from 'node:fs';
import { bytesBelow, createWorld, isClear, PHD, refusal, type Person, type World } from './world.ts';

// What publishing refuses: by name, in a sentence, before anything is sealed, stored, sent or noted.
let world: World;
let owner: Person & { node: PhdexNode };
let recording: string;

beforeAll(async () => {
  world = await createWorld({ validator: false });
  const who = await world.person('owner');
  owner = { ...who, node: await world.open(who) };
  recording = await world.record(owner.node);
});
afterAll(() => world.stop());

/** All that a publication could leave behind. */
const traces = () => ({
  work: readdirSync(join(owner.dir, 'work')),
  blocks: existsSync(join(owner.dir, 'ipfs', 'blocks')) ? bytesBelow(join(owner.dir, 'ipfs', 'blocks')) : 0,
  publications: world.rows(owner, 'SELECT * FROM publications'),
  datasetKeys: world.rows(owner, 'SELECT * FROM dataset_keys'),
  sent: world.rows(owner, "SELECT key FROM outbox WHERE method <> 'register' AND method <> 'setEndpoint'"),
  datasets: world.rows(owner, 'SELECT * FROM datasets'),
});

const keepers = () => world.keepers.map((k) => k.address);
const cases: [name: string, code: ErrorCode, change: () => Partial<PublishRequest>][] = [
  ['a negative price', 'price-invalid', () => ({ price: -5n * PHD })],
  ['a price of nothing', 'price-invalid', () => ({ price: 0n })],
  ['a price above the supply', 'price-invalid', () => ({ price: 1_000_000_000n * PHD + 1n })],
  ['a price that leaves the keepers less than the least fee', 'price-invalid', () => ({ price: PHD / 1000n })],
  ['a rule that gives the keepers nothing', 'price-invalid', () => ({ keepersBps: 0 })],
  ['a rule that gives the keepers more than half', 'rule-invalid', () => ({ keepersBps: 5001 })],
  ['a rule that gives the validator more than a fifth', 'rule-invalid', () => ({ validatorBps: 2001 })],
  ['a negative cut', 'rule-invalid', () => ({ validatorBps: -1 })],
  ['half a basis point', 'rule-invalid', () => ({ keepersBps: 100.5 })],
  ['k > n', 'threshold-invalid', () => ({ keepers: 3, threshold: 4 })],
  ['k = 1', 'threshold-invalid', () => ({ threshold: 1 })],
  ['k = 0', 'threshold-invalid', () => ({ threshold: 0 })],
  ['k that is no number', 'threshold-invalid', () => ({ threshold: Number.NaN })],
  ['n above 32', 'threshold-invalid', () => ({ keepers: 33 })],
  ['more keepers than there are', 'keepers-too-few', () => ({ keepers: 4 })],
  ['a keeper twice', 'keeper-duplicate', () => ({ namedKeepers: [keepers()[0]!, keepers()[1]!, keepers()[0]!] })],
  ['a keeper twice, in other letters', 'keeper-duplicate', () => ({ namedKeepers: [keepers()[0]!, keepers()[1]!, keepers()[0]!.toUpperCase().replace('0X', '0x') as `0x${string}`] })],
  ['fewer named keepers than asked for', 'invalid-argument', () => ({ namedKeepers: keepers().slice(0, 2) })],
  ['a keeper that is none', 'not-a-keeper', () => ({ namedKeepers: [keepers()[0]!, keepers()[1]!, `0x${'99'.repeat(20)}`] })],
  ['the owner as its own keeper', 'not-a-keeper', () => ({ namedKeepers: [keepers()[0]!, keepers()[1]!, owner.address] })],
  ['a recording that is not there', 'invalid-argument', () => ({ recordingId: 'feedfacefeedface' })],
  ['a name in the title', 'personal-data', () => ({ title: "Anna's wrist, one day" })],
  ['an e-mail address in the description', 'personal-data', () => ({ description: 'Ask me at anna.berg@example.org' })],
  ['a telephone number in the description', 'personal-data', () => ({ description: 'Call +46 70 123 45 67' })],
  ['a street address in the description', 'personal-data', () => ({ description: 'Recorded at 12 Baker Street' })],
  ['a serial number in the description', 'personal-data', () => ({ description: 'Serial no. X9Z-44821' })],
  ['coordinates in the description', 'personal-data', () => ({ description: 'around 59.32932, 18.06858' })],
  ['a birthday in a tag', 'personal-data', () => ({ tags: ['born-1984-05-01'] })],
  ['a title that is too short', 'invalid-argument', () => ({ title: 'x' })],
  ['a title that is too long', 'invalid-argument', () => ({ title: 'wrist '.repeat(20) })],
];

describe('a publication is refused and leaves nothing', () => {
  it.each(cases)('%s', async (_name, code, change) => {
    const before = traces();
    const refused = await refusal(owner.node.publish(world.request(recording, change()), { wait: 'listed' }));
    expect(refused.code).toBe(code);
    expect(isClear(refused), refused.message).toBe(true);
    expect(refused.hint, 'it says what to do').toBeTruthy();
    expect(traces()).toEqual(before);
  });

  it('a simulated recording on a network that is not for trying things out', async () => {
    const file = join(world.dir, 'real.json');
    writeFileSync(file, JSON.stringify({ ...world.network, allowSimulated: false, name: 'real' }));
    await owner.node.stop();
    const node = await world.open(owner, file);
    const before = traces();
    const refused = await refusal(node.publish(world.request(recording), { wait: 'listed' }));
    expect(refused.code).toBe('simulated-refused');
    expect(isClear(refused)).toBe(true);
    expect(traces()).toEqual(before);
    await node.stop();
    owner.node = await world.open(owner);
  });

  it('and after all of that the same recording is listed', async () => {
    const published = await owner.node.publish(world.request(recording), { wait: 'seats' });
    expect(published).toMatchObject({ datasetId: 1, status: 'published' });
    expect(readdirSync(join(owner.dir, 'work'))).toEqual([]);
  });

  it('a dataset that waits for its certificate is not for sale', async () => {
    const refused = await refusal(owner.node.buy(1, {}));
    expect([refused.code, isClear(refused), refused.retryable]).toEqual(['dataset-not-for-sale', true, true]);
  });

  it('a validator that is not accredited does not start', async () => {
    const refused = await refusal(owner.node.startValidator({ patienceMs: 0, once: true }));
    expect([refused.code, isClear(refused)]).toEqual(['not-a-validator', true]);
  });

  it('coins to what is no address, or what is no amount', async () => {
    for (const to of ['nobody', '0x12', '', 'vitalik.eth']) expect((await refusal(owner.node.sendCoins(to, '1'))).code).toBe('invalid-argument');
    for (const amount of ['-1', 'NaN', '1e3', '1.', '', '0x10']) expect((await refusal(owner.node.sendCoins(world.keepers[0]!.address, amount))).code).toBe('price-invalid');
    expect((await refusal(owner.node.balance('nobody'))).code).toBe('invalid-argument');
  });

  it('a refund of what is not there', async () => {
    expect((await refusal(owner.node.refund(77))).code).toBe('access-unknown');
  });

  it('a withdrawal by another than the owner, and of what is not there', async () => {
    expect((await refusal(world.keepers[0]!.node.withdraw(1, {}))).code).toBe('not-yours');
    expect((await refusal(owner.node.withdraw(99, {}))).code).toBe('dataset-unknown');
  });
});
