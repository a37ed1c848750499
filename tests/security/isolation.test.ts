import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { id } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFreshCoins } from '../../electron/app/fresh-coins.ts';
import { keepImports } from '../../electron/app/keep-imports.ts';
import { createOwner } from '../../electron/app/owner-service.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { createWorld, PHD, until, type Person, type World } from '../market/world.ts';
import { answer, keep, openSide, requested, type Side } from '../consent/sides.ts';
import { accredit } from '../../electron/chain/deploy.ts';
import { everything, linkAccounts } from './chain-observer.ts';

type Parts = Awaited<ReturnType<World['parts']>>;
type Owner = { who: Person; parts: Parts; side?: Side; datasets: Hex[]; relationships: Hex[] };

let world: World;
/** Two people with the same habits: what both do tells nothing of either. */
let [anna, ben]: Owner[] = [];
let grantees: Hex[];
const sides: Side[] = [];

const word = (): Hex => `0x${randomBytes(32).toString('hex')}`;
/** Words of the common vocabularies, as the app offers them. */
const PURPOSES = [id('dpv:ResearchAndDevelopment'), id('dpv:ServiceProvision')];

/** Asks for, approves and hands over by the app's own ways: invitation, request, narrowed approval, packet. */
async function give(of: Owner, recording: string, to: Side): Promise<void> {
  const side = of.side!;
  const request = await requested(side, to);
  await side.done(side.consent.approve(answer(request, [recording])));
  await until(() => side.owner.base.reads.right(request.rightId)?.status === 'approved', 'the right is given');
  of.relationships.push(side.owner.base.reads.right(request.rightId)!.owner);
}
async function owner(name: string, file?: string): Promise<Owner> {
  const who = await world.person(name);
  return { who, parts: await world.parts(who, file), datasets: [], relationships: [] };
}
async function list(of: Owner, price: bigint): Promise<Hex> {
  const recording = await world.record({ importFile: (path, options) => keepImports(of.parts.recordings, path, { ...options }) });
  const { datasetId } = await (await createOwner(of.parts)).publish(world.request(recording, { price }), { wait: 'certified' });
  const { owner: account } = of.parts.chainNow.reads.dataset(datasetId)!;
  of.datasets.push(account);
  return account;
}
/** A right for a grantee, by an account that serves this relationship alone. */
async function grant(of: Owner, grantee: Hex, scopeRoot: Hex, purpose: string): Promise<Hex> {
  const account = of.parts.accounts.fresh('relationship', grantee);
  await of.parts.chainNow.as(account.index).send({
    key: `grant:${account.index}`, contract: 'consent', method: 'grant',
    args: [grantee, { category: 0, operations: 1, duration: 30 * 86_400, scopeRoot, purpose }, word()],
  });
  of.relationships.push(account.address);
  return account.address;
}
const observe = async () => linkAccounts(await everything(world.rpc), world.network, { services: [world.relay.address], words: PURPOSES });
const pairs = (accounts: readonly Hex[]) => accounts.flatMap((a, i) => accounts.slice(i + 1).map((b) => [a, b] as const));

beforeAll(async () => {
  world = await createWorld();
  const people = await Promise.all(['doctor', 'clinic'].map((name) => world.person(name)));
  grantees = people.map((p) => p.address);
  for (const p of people) { await accredit(world.rpc, world.network, p.address, Role.provider); sides.push(await openSide(world, p)); }
  for (const name of ['anna', 'ben']) {
    const who = await world.person(name);
    const side = await openSide(world, who);
    sides.push(side);
    const of: Owner = { who, parts: side.parts, side, datasets: [], relationships: [] };
    if (name === 'anna') anna = of; else ben = of;
  }
  for (const [nth, of] of [anna!, ben!].entries()) {
    // The own account is no secret: it is in the registry, with an endpoint.
    await of.parts.chainNow.ensureRegistered(Role.customer, of.parts.blobsNow.endpoint);
    for (const i of [0, 1]) await list(of, BigInt(90 + nth * 10 + i) * PHD);
    const recording = (await keep(of.side!)).id;
    for (const to of sides.slice(0, 2)) await give(of, recording, to);
    await of.parts.chainNow.as(of.parts.accounts.byAddress(of.datasets[0]!)!.index).send({ key: `price:${nth}`, contract: 'market', method: 'setPrice', args: [of.parts.chainNow.reads.datasetsOf(of.datasets[0]!)[0]!.id, BigInt(70 + nth) * PHD] });
    const right = of.side!.owner.base.reads.rightsOf([of.relationships[0]!])[0]!;
    await of.side!.consent.revoke(right.id);
  }
}, 180_000);
afterAll(async () => { for (const side of sides) await side.stop(); await world.stop(); });

describe('somebody who sees the whole chain', () => {
  it('does not link two datasets, nor two grantees, of one person, nor any of them to the person', async () => {
    const { linked, links } = await observe();
    for (const of of [anna!, ben!]) {
      const accounts = [...of.datasets, ...of.relationships, of.who.address];
      expect(new Set(accounts).size).toBe(5);
      for (const [a, b] of pairs(accounts)) expect(linked(a, b), `${a} and ${b}: ${JSON.stringify(links)}`).toBe(false);
    }
    // It does see who acts, and for whom: what it cannot see is that they are one.
    const view = await everything(world.rpc);
    const text = JSON.stringify(view).toLowerCase();
    for (const account of [...anna!.datasets, ...anna!.relationships]) expect(text).toContain(account.slice(2));
  });

  it('sees two datasets that have nothing in common', async () => {
    const rows = anna!.datasets.map((owner) => anna!.parts.chainNow.reads.datasetsOf(owner)[0]!);
    for (const field of ['contentHash', 'recordRoot', 'nonce', 'cid', 'owner'] as const) expect(new Set(rows.map((r) => r[field])).size, field).toBe(2);
    for (const { owner } of rows) expect(anna!.parts.chainNow.reads.participant(owner)?.endpoint ?? '').toBe('');
  });

  it('sees that fresh accounts hold what the relayer gave all of them, or nothing', async () => {
    const { transactions } = await everything(world.rpc);
    const gifts = transactions.filter((t) => t.from === world.relay.address && BigInt(t.value) > 0n);
    expect(gifts.length).toBeGreaterThanOrEqual(4);
    for (const { value } of gifts) expect(BigInt(value).toString()).toMatch(/^[125]0+$/);
    const funded = new Set(gifts.map((t) => t.to));
    for (const of of [anna!, ben!]) {
      for (const account of of.datasets) expect(funded.has(account)).toBe(true);
      // Relationships never hold a coin: the relayer sends for them.
      for (const account of of.relationships) {
        expect(funded.has(account)).toBe(false);
        expect([await world.rpc.call('eth_getBalance', [account, 'latest']), await world.rpc.call('eth_getTransactionCount', [account, 'latest'])]).toEqual(['0x0', '0x0']);
      }
    }
  });

  // What follows shows that the observer would have found a link, had there been one.
  it('finds the two datasets of who paid for them from one account', async () => {
    const file = join(world.dir, 'no-relayer.json');
    const { relayer: _, ...without } = world.network;
    writeFileSync(file, JSON.stringify(without));
    const careless = await owner('careless', file);
    const { connectChain } = await import('../../electron/app/chain-service.ts');
    const chain = await connectChain({ db: careless.parts.db, wallet: careless.parts.wallet, network: file }, undefined, { mayLink: () => true });
    try {
      const linking: Owner = { ...careless, parts: { ...careless.parts, chain: async () => chain, chainNow: chain } };
      for (const price of [51n, 52n]) await list(linking, price * PHD);
      for (const grantee of grantees) await grant(linking, grantee, word(), PURPOSES[0]!);
      const { linked } = await observe();
      for (const [a, b] of pairs([...linking.datasets, ...linking.relationships, careless.who.address])) expect(linked(a, b)).toBe(true);
      expect(linked(linking.datasets[0]!, anna!.datasets[0]!)).toBe(false);
    } finally { await chain.stop(); }
  }, 120_000);

  it('finds two grantees who were given the same scope, unsalted', async () => {
    const scope = word();
    const [a, b] = [await grant(ben!, grantees[0]!, scope, PURPOSES[0]!), await grant(ben!, grantees[1]!, scope, PURPOSES[1]!)];
    const { linked, links } = await observe();
    expect(linked(a, b)).toBe(true);
    expect(links.find((l) => [a, b].includes(l.a as Hex) && [a, b].includes(l.b as Hex))?.why).toContain(scope.slice(2));
    expect(linked(a, ben!.relationships[0]!)).toBe(false);
  });

  it('finds whose a dataset is once its earnings were collected, and of that one only', async () => {
    const coins = createFreshCoins(anna!.parts, anna!.parts.chainNow);
    const [first, second] = anna!.datasets as [Hex, Hex];
    expect(BigInt(coins.accounts().find((a) => a.address === first)!.phd)).toBeGreaterThan(0n);
    await coins.collect([first]);
    const { linked } = await observe();
    expect(linked(first, anna!.who.address)).toBe(true);
    expect(linked(second, anna!.who.address)).toBe(false);
  });
});
