/** Studies as the app runs them: a job that opens, a draw that nobody has to tend, notices, and a page that hears of each. */
import { parseEther } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStudiesApi, type StudiesSide } from '../../electron/app/consent/studies/studies-api.ts';
import { createNotices, watchNotices } from '../../electron/app/notices.ts';
import type { Notice } from '../../shared/api/app.ts';
import type { OpenStudyIn } from '../../shared/api/studies.ts';
import { Role } from '../../shared/domain/chain.ts';
import { backstageOf, type Stage } from '../app/backstage.ts';
import { createWorld, until, type World } from '../market/world.ts';
import { certifier } from './certified.ts';
import { CRITERIA, tell } from './study-side.ts';

const INPUT: OpenStudyIn = {
  criteria: CRITERIA,
  kind: 'drawn', reward: parseEther('20').toString(), places: 1, minScore: 0, enrolSeconds: 3600, screenSeconds: 0, answerSeconds: 3600, fillSeconds: 86_400, releaseSeconds: 3600,
};

let world: World;
let researcher: Stage & { api: StudiesSide; news: Notice[] };
let owner: Stage & { api: StudiesSide; news: Notice[] };
const ids: number[] = [];
const ends: (() => unknown)[] = [];

async function side(name: string): Promise<Stage & { news: Notice[] }> {
  const stage = await backstageOf(world, await world.person(name));
  const news: Notice[] = [];
  ends.push(watchNotices({ db: stage.parts.db, chain: stage.chain, me: stage.parts.address, mine: () => stage.parts.accounts.mine(), since: 0, notices: createNotices(stage.parts.db, (n) => news.push(n), stage.parts.wallet), byHand: () => false }));
  return { ...stage, news };
}
const withApi = <T extends Stage>(stage: T): T & { api: StudiesSide } => { const api = createStudiesApi(stage, { pollMs: 100 }); ends.push(() => api.close()); return { ...stage, api }; };

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  const certify = certifier(world.rpc, world.network);
  const [a, b] = [await side('researcher'), await side('owner')];
  await certify.accredit(a.parts.address, Role.researcher);
  for (let i = 0; i < 2; i++) ids.push(await certify.certified(b.parts.accounts.fresh('dataset', `${i}`).address));
  await b.chain.indexer.catchUp();
  for (const id of ids) {
    const dataset = b.chain.reads.dataset(id)!;
    await certify.as(dataset.owner, 'coin', 'transfer', [a.parts.address, parseEther('200')]);
  }
  for (const { parts } of [a, b]) tell({ db: parts.db, chainNow: b.chain }, ids);
  await Promise.all([a, b].map((s) => s.chain.indexer.catchUp()));
  [researcher, owner] = [withApi(a), withApi(b)];
});
afterAll(async () => { for (const end of ends.reverse()) await end(); await researcher?.stop(); await owner?.stop(); await world?.stop(); });

describe('a study in the app', () => {
  it('goes from its opening to its end, and everybody hears what concerns them', async () => {
    const job = await researcher.done(researcher.api.open(INPUT));
    expect(job).toMatchObject({ kind: 'study', state: 'done', title: 'How people walk', result: { callId: 1 } });
    expect(await researcher.api.mine()).toMatchObject([{ callId: 1, state: 'enrolling', next: null, mine: true }]);
    await expect.poll(() => researcher.topics).toContain('studies');
    await owner.chain.indexer.catchUp();
    for (const datasetId of ids) await owner.api.enrol({ callId: 1, datasetId });
    await world.mineAfter(3605);
    await until(async () => (await owner.api.calls())[0]?.state === 'drawn', 'it is drawn');
    const place = (await owner.api.calls())[0]!.entry!;
    expect(place).toMatchObject({ offered: true, position: 0 });
    expect(place.answerUntil! / 1000).toBeGreaterThan((await owner.chain.call<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]).then((b) => Number(b.timestamp))));
    await until(() => owner.news.some((n) => n.kind === 'study-drawn'), 'the owner is told');
    expect(owner.news.filter((n) => n.kind === 'study-drawn')).toMatchObject([{ params: { callId: 1, title: 'How people walk' }, link: '/owner/consent/studies' }]);
    await owner.api.refusePlace({ callId: 1, position: 0 });
    await until(() => owner.news.filter((n) => n.kind === 'study-drawn').length === 2, 'the next is told');
    const { accessId } = await owner.api.approvePlace({ callId: 1, position: 1 });
    await until(async () => (await researcher.api.mine())[0]!.state === 'ended', 'it has ended');
    expect(await researcher.api.entries(1)).toEqual(expect.arrayContaining([expect.objectContaining({ accessId, status: 'approved', meets: true, delivered: false })]));
    await until(() => researcher.news.some((n) => n.kind === 'study-approved'), 'the researcher is told');
    // The other entry was never news to the researcher, nor the researcher's own draw.
    expect(researcher.news.filter((n) => n.kind.startsWith('study'))).toHaveLength(1);
  });

  it('that fails to open says why in its job, and takes nothing', async () => {
    const before = researcher.chain.reads.balanceOf(researcher.parts.address);
    const job = await researcher.done(researcher.api.open({ ...INPUT, releaseSeconds: 1 }));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'invalid-argument' } });
    expect(researcher.chain.reads.balanceOf(researcher.parts.address)).toBe(before);
  });
});
