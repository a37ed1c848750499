import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { id, ZeroHash } from 'ethers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RelayEvent } from '../../electron/app/relay/relay-service.ts';
import { createWorld, isClear, refusal, type Person, type World } from '../market/world.ts';

// A relayer as `phdex relay` runs it: a profile of its own, that outlives a stop, and somebody who uses it.
let world: World;
let operator: Person;
beforeAll(async () => { world = await createWorld({ keepers: 0, validator: false }); operator = await world.person('operator'); });
afterAll(() => world.stop());

const LIMITS = { forwardBits: 6, fundBits: 8 };
async function relay(port = 0) {
  const events: RelayEvent[] = [];
  const node = await world.open(operator);
  const server = await node.startRelay({ port, limits: LIMITS, onEvent: (e) => events.push(e) });
  return { events, url: server.url, async stop() { await server.stop(); await node.stop(); } };
}
const networkWith = (relayer: string): string => { const file = join(world.dir, `relayed-${id(relayer).slice(2, 10)}.json`); writeFileSync(file, JSON.stringify({ ...world.network, relayer })); return file; };

it('serves people, paid by its own account, and goes on after a stop', async () => {
  const first = await relay();
  const port = Number(new URL(first.url).port);
  const who = await world.parts(await world.person('user'), networkWith(first.url));
  const account = who.accounts.fresh('relationship', 'a doctor');
  const sender = who.chainNow.as(account.index);
  expect([sender.address, sender.index]).toEqual([account.address, 0]);
  const sent = await sender.send({ key: 'one', contract: 'anchors', method: 'anchor', args: [id('one'), 1, ZeroHash] });
  expect((await world.rpc.call<{ from: string }>('eth_getTransactionByHash', [sent.hash])).from).toBe(operator.address);
  // The own cache has seen it when `send` is done.
  expect(who.chainNow.reads.head()).toBeGreaterThanOrEqual(sent.blockNumber);
  // On the market it acts by a transaction of its own, with a gift for the gas.
  const registered = await sender.send({ key: 'two', contract: 'participants', method: 'register', args: [1, `0x${'11'.repeat(32)}`, ''] });
  expect((await world.rpc.call<{ from: string }>('eth_getTransactionByHash', [registered.hash])).from).toBe(account.address);
  await expect.poll(() => first.events.map((e) => e.event)).toEqual(['forwarded', 'funded']);
  await first.stop();

  const waiting = sender.send({ key: 'three', contract: 'anchors', method: 'anchor', args: [id('three'), 1, id('one')] });
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const second = await relay(port);
  expect((await waiting).events[0]!.args.sequence).toBe(2n);
  // What it has done for whom is remembered for its limits, and nothing else is.
  expect(world.rows(operator, 'SELECT account, forwards, gifts FROM relay_use')).toEqual([{ account: account.address, forwards: 2, gifts: 1 }]);
  await second.stop();
  expect(await who.chainNow.as(account.index).send({ key: 'three', contract: 'anchors', method: 'anchor', args: [] })).toEqual(await waiting);
  await who.stop();
});

it('does not start without coins', async () => {
  const poor = await world.person('poor');
  await world.rpc.call('anvil_setBalance', [poor.address, '0x0']);
  const node = await world.open(poor);
  const refused = await refusal(node.startRelay({}));
  expect([refused.code, isClear(refused)]).toEqual(['funds-too-low', true]);
});

it('of another chain, or none at all, is told from one that is away', async () => {
  const who = await world.person('lost');
  const parts = await world.parts(who, networkWith('http://127.0.0.1:9'));
  const { index } = parts.accounts.fresh('relationship', 'x');
  const intent = { key: 'x', contract: 'participants' as const, method: 'register', args: [1, `0x${'11'.repeat(32)}`, ''] };
  const away = await refusal(parts.chainNow.as(index).send(intent));
  expect([away.code, away.retryable, isClear(away)]).toEqual(['chain-unreachable', true, true]);
  await parts.stop();
  const rpcAsRelay = await world.parts(who, networkWith(world.network.rpcUrl));
  const none = await refusal(rpcAsRelay.chainNow.as(index).send(intent));
  expect(['chain-wrong', 'chain-unreachable']).toContain(none.code);
  await rpcAsRelay.stop();
});
