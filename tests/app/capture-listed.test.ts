import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhdexNode } from '../../electron/app/node.ts';
import { createMarketApi } from '../../electron/app/market-api.ts';
import { createOwnerApi } from '../../electron/app/owner-api.ts';
import { SearchPage } from '../../shared/api/market.ts';
import { createWorld, refusal, until, type Person, type World } from '../market/world.ts';
import { backstageOf } from './backstage.ts';

// That a recording is the simulated watch's travels with it: to its label, its listing and the customer's page.
let world: World;
let who: Person;
let node: PhdexNode;
let kept: { id: string; title: string }[];
beforeAll(async () => {
  world = await createWorld();
  who = await world.person('owner');
  node = await world.open(who);
  const captures = node.captures();
  const { captures: [id] } = await captures.start({ devices: [], simulated: { rateHz: 50, seed: 3 } });
  await until(() => (captures.state().captures.find((c) => c.id === id)?.streams.every((s) => s.rows >= 4) ?? false), 'there are rows of each stream');
  kept = (await captures.stop({ id: id! }))[0]!.recordings;
  await captures.close();
});
afterAll(() => world?.stop());
const of = (part: string) => kept.find((r) => r.title.endsWith(part))!.id;

describe('a recording of the simulated watch', () => {
  it('on a real network is refused by name, in the preview and when it is published, whichever stream it is', async () => {
    await node.stop();
    const file = join(world.dir, 'real.json');
    writeFileSync(file, JSON.stringify({ ...world.network, allowSimulated: false, name: 'real' }));
    node = await world.open(who, file);
    for (const { id } of kept) {
      const refused = await refusal(node.publish(world.request(id), { wait: 'listed' }));
      expect(refused).toMatchObject({ code: 'simulated-refused', hint: expect.any(String) as string });
    }
    await node.stop();
    // The page says so before anybody presses the button.
    const stage = await backstageOf(world, who);
    const strict = createOwnerApi({ ...stage, chain: { ...stage.chain, market: { ...stage.chain.market, allowSimulated: false } } });
    const share = { recordingId: of('acceleration'), title: 'Wrist acceleration', description: '', tags: [], demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, exclude: [], price: `${100n * 10n ** 18n}`, keepersBps: 1000, validatorBps: 200, keepers: 3, threshold: 2, statistics: false } as const;
    expect((await strict.preview({ ...share, tags: [], exclude: [] })).problems).toMatchObject([{ field: 'recordingId', message: expect.stringMatching(/simulat/) as string, hint: expect.any(String) as string }]);
    await strict.close();
    await stage.stop();
    node = await world.open(who);
  });

  it('on a network for trying things out is listed and certified as what it is, and the customer sees it', async () => {
    const { datasetId } = await node.publish(world.request(of('acceleration')), { wait: 'certified' });
    const { datasetId: beats } = await node.publish(world.request(of('beats'), { title: 'Beats' }), { wait: 'certified' });
    const customer = await backstageOf(world, await world.person('customer'));
    const market = createMarketApi(customer);
    await until(async () => (await market.search(SearchPage.parse({}))).rows.filter((l) => l.label).length === 2, 'the customer sees both');
    const only = async (simulated: boolean) => (await market.search(SearchPage.parse({ simulated }))).rows.map((l) => l.id).sort();
    expect(await only(true)).toEqual([datasetId, beats].sort());
    expect(await only(false)).toEqual([]);
    const detail = await market.listing(datasetId);
    expect(detail.label).toMatchObject({ simulated: true, dataTypes: ['acceleration'] });
    expect((await market.listing(beats)).label).toMatchObject({ simulated: true, dataTypes: ['rr-interval'] });
    await market.close();
    await customer.stop();
  });
});
