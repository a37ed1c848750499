import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createValidatorApi, type ValidatorSide } from '../../electron/app/validator-api.ts';
import { createLabelFetcher } from '../../electron/app/market/label-fetcher.ts';
import { accreditValidator } from '../../electron/chain/deploy.ts';
import type { PhdexNode } from '../../electron/app/node.ts';
import { createWorld, PHD, refusal, until, type World } from '../market/world.ts';
import { backstageOf, type Stage } from './backstage.ts';
import { listWithReport } from './rogue.ts';

let world: World;
let stage: Stage;
let api: ValidatorSide;
let owner: PhdexNode;
let liar: Awaited<ReturnType<World['parts']>>;
let stopLabels: () => Promise<void>;

beforeAll(async () => {
  world = await createWorld({ keepers: 2, validator: false });
  owner = await world.open(await world.person('owner'));
  liar = await world.parts(await world.person('liar'));
  stage = await backstageOf(world, await world.person('validator'));
  api = createValidatorApi(stage);
  const fetcher = createLabelFetcher(stage, () => undefined);
  stage.chain.indexer.onChange(() => fetcher.poke());
  stopLabels = () => fetcher.stop();
});
afterAll(async () => { await stopLabels(); await api.close(); await stage.stop(); await world.stop(); });

const row = async (id: number) => (await api.queue()).find((r) => r.datasetId === id);
const ready = (id: number) => until(async () => (await row(id))?.state === 'ready', `dataset ${id} is ready to be checked`);
async function list(): Promise<number> {
  const { datasetId } = await owner.publish(world.request(await world.record(owner), { keepers: 2 }), { wait: 'seats' });
  await ready(datasetId);
  return datasetId;
}

describe('the validator', () => {
  it('must be accredited', async () => {
    const id = await list();
    expect((await refusal(async () => api.check(id))).code).toBe('not-a-validator');
    expect((await refusal(() => api.automatic(true))).code).toBe('not-a-validator');
    expect(stage.settings().autoCertify).toBe(false);
    await accreditValidator(world.rpc, world.network, stage.parts.address);
    await until(() => (stage.chain.reads.participant(stage.parts.address)?.roles ?? 0) >= 8);
  });

  it('checks, sees the claim beside what it found, and certifies', async () => {
    const id = (await api.queue())[0]!.datasetId;
    expect((await refusal(async () => api.decide({ datasetId: id, certify: true, reasons: [] }))).code).toBe('access-not-ready');
    expect(await api.checked(id)).toBeNull();
    const job = await stage.done(api.check(id));
    expect([job.state, job.error, job.result]).toEqual(['done', null, expect.objectContaining({ recommend: 'certify' })]);
    const view = (await api.checked(id))!;
    expect(view.findings.every((f) => f.ok)).toBe(true);
    expect(view.found).toEqual(view.claimed);
    expect(view.found!.score).toBe(view.score);
    expect(BigInt(view.gas.wei)).toBeGreaterThan(0n);
    expect((await row(id))!.state).toBe('checked');
    expect((await row(id))!.claimedScore).toBe(view.score);
    const decided = await stage.done(api.decide({ datasetId: id, certify: true, reasons: [] }));
    expect([decided.state, decided.cancellable]).toEqual(['done', false]);
    expect(stage.chain.reads.dataset(id)).toMatchObject({ status: 'certified', score: view.score });
    expect(await row(id)).toBeUndefined();
    expect((await api.decided())[0]).toMatchObject({ datasetId: id, certified: true, score: view.score, fee: (250n * PHD).toString(), reasons: [] });
    expect(await api.checked(id)).toBeNull();
    await expect.poll(() => stage.topics).toContain('validator');
  });

  it('does not certify what its check found false, and rejects with reasons', async () => {
    const id = await listWithReport(world, liar, (r) => ({ ...r, score: 100, reasons: [] }));
    await ready(id);
    await stage.done(api.check(id));
    const view = (await api.checked(id))!;
    expect(view.recommend).toBe('reject');
    expect(view.claimed!.score).toBe(100);
    expect(view.found!.score).toBeLessThan(100);
    const refused = await refusal(async () => api.decide({ datasetId: id, certify: true, reasons: [] }));
    expect(refused.code).toBe('quality-mismatch');
    expect(refused.message).toContain('quality.score');
    expect((await refusal(async () => api.decide({ datasetId: id, certify: false, reasons: [] }))).code).toBe('invalid-argument');
    expect(stage.chain.reads.dataset(id)!.status).toBe('published');
    const reasons = ['The score is not what the data gives.'];
    expect((await stage.done(api.decide({ datasetId: id, certify: false, reasons }))).state).toBe('done');
    expect(stage.chain.reads.dataset(id)).toMatchObject({ status: 'rejected', score: view.score });
    expect((await api.decided())[0]).toMatchObject({ datasetId: id, certified: false, score: view.score, fee: null, reasons });
  });

  it('may reject with a reason of its own what passes', async () => {
    const id = await list();
    await stage.done(api.check(id));
    await stage.done(api.decide({ datasetId: id, certify: false, reasons: ['Seen elsewhere.'] }));
    expect(stage.chain.reads.dataset(id)!.status).toBe('rejected');
  });

  it('on automatic judges by itself, and notes why', async () => {
    await api.automatic(true);
    expect([api.isAutomatic(), stage.settings().autoCertify]).toEqual([true, true]);
    const [good, bad] = [await owner.publish(world.request(await world.record(owner), { keepers: 2 }), { wait: 'listed' }), await listWithReport(world, liar, (r) => ({ ...r, score: 100 }), 'Another wrist')];
    await until(() => stage.chain.reads.dataset(good.datasetId)?.status === 'certified' && stage.chain.reads.dataset(bad)?.status === 'rejected', 'both are judged');
    await until(async () => (await api.decided()).find((d) => d.datasetId === bad)?.reasons.some((r) => r.startsWith('quality.score')) ?? false, 'the reasons are noted');
    await api.automatic(false);
    expect([api.isAutomatic(), stage.settings().autoCertify]).toEqual([false, false]);
  });
});
