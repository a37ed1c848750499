import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { parseEther } from 'ethers';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMatching } from '../../../electron/app/consent/matching.ts';
import { contractInterface } from '../../../electron/chain/contracts.ts';
import { Role, type Hex } from '../../../shared/domain/chain.ts';
import { certifier, type Certifier } from '../../consent/certified.ts';
import { createWorld, until, type Person, type World } from '../../market/world.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const TITLE = 'Steps <b>after</b> surgery';
const CROWD = 49;
const [DAY, WEEK] = [86_400, 7 * 86_400];
const member = (n: number): Hex => `0x${(0xbeef0000n + BigInt(n)).toString(16).padStart(40, '0')}`;

/** A researcher and an owner, each at a page of their own app, and forty-nine other owners at their accounts. */
describe.skipIf(whyNot !== null)('a study with fifty owners, by hand', () => {
  let world: World;
  let certify: Certifier;
  let people: Record<'researcher' | 'owner', Person>;
  const apps = {} as Record<'researcher' | 'owner', App>;
  const others = new Map<number, Hex>();
  let mine = 0;

  async function read<T>(contract: 'studies' | 'market', method: string, args: unknown[]): Promise<T> {
    const abi = contractInterface(contract);
    const data = await world.rpc.call<string>('eth_call', [{ to: world.network.contracts[contract], data: abi.encodeFunctionData(method, args) }, 'latest']);
    return abi.decodeFunctionResult(method, data) as unknown as T;
  }
  const status = async () => Number((await read<[{ status: bigint }]>('studies', 'callOf', [1]))[0].status);
  async function granted(): Promise<number> {
    const logs = await world.rpc.call<{ topics: string[] }[]>('eth_getLogs', [{ address: world.network.contracts.studies, fromBlock: '0x0', topics: [contractInterface('studies').getEvent('PlaceApproved')!.topicHash] }]);
    return Number(logs[0]!.topics[3]);
  }
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 30_000 });

  beforeAll(async () => {
    world = await createWorld({ keepers: 3, validator: false });
    certify = certifier(world.rpc, world.network);
    people = { researcher: await world.person('researcher'), owner: await world.person('owner') };
    await certify.accredit(people.researcher.address, Role.researcher);
    const node = await world.open(people.owner);
    mine = (await node.publish(world.request(await world.record(node), { title: 'My wrist' }), { wait: 'seats' })).datasetId!;
    await certify.certify(mine, { released: async (accessId) => { await until(async () => (await read<[{ standing: bigint }]>('market', 'accessOf', [accessId]))[0].standing === 7n, 'the keepers have released'); } });
    await node.stop();
    for (let i = 0; i < CROWD; i++) { others.set(await certify.certified(member(i)), member(i)); await certify.as(member(i), 'coin', 'transfer', [people.researcher.address, parseEther('10')]); }
    mkdirSync(join(world.dir, 'documents'), { recursive: true });
    await Promise.all((['researcher', 'owner'] as const).map(async (who) => { apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true, documents: join(world.dir, 'documents') }); }));
  }, 240_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world?.stop(); }, 60_000);
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `study-fifty-${who}`))); });

  it('the researcher says what is looked for, sees a count and no names, and opens it', async () => {
    const { page } = apps.researcher;
    await go(page, '/held/studies/new');
    await heading(page, say('studies.new.title'));
    await field(page, say('studies.new.name')).fill(TITLE);
    await field(page, say('studies.new.places')).fill('1');
    await field(page, say('studies.new.reward')).fill('20');
    await page.getByText(begin('studies.new.eligible.below')).first().waitFor();
    await page.getByRole('button', { name: say('studies.new.review') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('studies.new.confirm.public')).waitFor();
    await dialog.getByRole('button', { name: say('studies.new.confirm'), exact: true }).click();
    await page.getByText(TITLE, { exact: true }).first().waitFor({ timeout: 30_000 });
    await until(async () => (await status()) === 1, 'it is open');
    // What came from the chain is text, whatever it looks like.
    expect(await page.locator('h1 b, h2 b, [role=grid] b').count()).toBe(0);
  }, 90_000);

  it('an owner sees that its data meets it, and enrols; so do forty-nine others', async () => {
    const { page } = apps.owner;
    await go(page, '/owner/consent/studies');
    const card = page.getByRole('region', { name: TITLE });
    await card.getByRole('button', { name: say('studies.enrol.label', { title: 'My wrist' }) }).click({ timeout: 30_000 });
    await page.getByRole('dialog').getByText(say('studies.enrol.chain')).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: say('studies.enrol.confirm') }).click();
    await card.getByText(`${say('studies.entry')}: ${say('studies.entry.entered')}`).waitFor({ timeout: 30_000 });
    for (const [id, owner] of others) await certify.as(owner, 'studies', 'enrol', [1, id]);
    await card.getByText(new RegExp(`\\b${CROWD + 1}\\b`)).first().waitFor({ timeout: 30_000 });
  }, 120_000);

  it('the researcher strikes one with a reason', async () => {
    const { page } = apps.researcher;
    await go(page, '/held/studies/1');
    await heading(page, TITLE);
    await page.getByRole('button', { name: say('studies.own.strike.label', { index: 1 }), exact: true }).click({ timeout: 30_000 });
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: say('studies.own.strike.confirm') });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(say('studies.own.strike.reason')).fill('It was recorded on the ankle.');
    await confirm.click();
    await dialog.waitFor({ state: 'hidden', timeout: 30_000 });
    expect(Number((await read<[{ status: bigint }]>('studies', 'entryOf', [1, 1]))[0].status)).toBe(3);
  }, 90_000);

  it('places are drawn by the apps alone, and refusals pass on until it is this owner’s turn', async () => {
    await world.mineAfter(WEEK + DAY + 10);
    await until(async () => (await status()) === 4, 'it is drawn');
    const card = apps.owner.page.getByRole('region', { name: TITLE });
    for (let position = 0; position < CROWD + 1; position++) {
      const [offer, , index] = await read<[bigint, bigint, bigint]>('studies', 'offerOf', [1, position]);
      const [entry] = await read<[{ owner: string; status: bigint; datasetId: bigint }]>('studies', 'entryOf', [1, index]);
      if (Number(entry.datasetId) === mine) break;
      // Of who was struck the apps pass the place on by themselves.
      if (Number(entry.status) === 3) { await until(async () => Number((await read<[bigint]>('studies', 'offerOf', [1, position]))[0]) === 3, 'the place of the struck one is passed on'); continue; }
      expect([position, Number(offer)]).toEqual([position, 1]);
      await certify.as(entry.owner, 'studies', 'refuse', [1, position]);
    }
    await card.getByRole('button', { name: say('studies.approve') }).click({ timeout: 30_000 });
    await apps.owner.page.getByRole('dialog').getByRole('button', { name: say('studies.approve.confirm') }).click();
    await card.getByText(`${say('studies.entry')}: ${say('studies.entry.approved')}`).waitFor({ timeout: 30_000 });
  }, 180_000);

  it('the researcher opens the data, and the study has ended', async () => {
    const { page } = apps.researcher;
    await until(async () => (await status()) === 5, 'it is finished');
    await go(page, '/held/studies/1');
    await page.getByText(say('studies.state.ended')).first().waitFor({ timeout: 30_000 });
    const open = page.getByRole('link', { name: say('studies.own.entry.open') });
    // Only rows in sight are drawn: whose place it was may be further down.
    for (let i = 0; i < 40 && !(await open.isVisible().catch(() => false)); i++) await page.getByRole('grid').evaluate((grid) => { for (const el of [grid, ...grid.querySelectorAll('*')]) if (el.scrollHeight > el.clientHeight + 10) el.scrollTop += 400; });
    await open.click();
    await page.getByRole('button', { name: say('customer.purchase.open'), exact: true }).click({ timeout: 60_000 });
    const accessId = await granted();
    await until(async () => Number((await read<[{ status: bigint }]>('market', 'accessOf', [accessId]))[0].status) !== 1, 'the owner is paid');
  }, 180_000);

  it('an owner compares institutions on its own machine, and sees what is used', async () => {
    const clinic = await world.person('clinic');
    await certify.accredit(clinic.address, Role.institution);
    const parts = await world.parts(clinic);
    await createMatching({ parts, chain: parts.chainNow, blobs: parts.blobsNow }).publishProfile({ name: 'Heart Clinic', treats: ['cardiology'] });
    const { page } = apps.owner;
    await go(page, '/owner/consent/match');
    await heading(page, say('studies.match.title'));
    const compare = page.getByRole('button', { name: say('studies.match.compare'), exact: true });
    expect(await compare.isDisabled()).toBe(true);
    await page.getByLabel(say('studies.match.needs')).first().fill('cardiology');
    await page.keyboard.press('Enter');
    await field(page, say('studies.match.region')).fill('Bern');
    await page.getByRole('region', { name: say('studies.match.used') }).getByText('"cardiology"').waitFor();
    await page.getByText(say('studies.match.where.here.text')).waitFor();
    await until(async () => { await compare.click(); return page.getByText('Heart Clinic').first().waitFor({ timeout: 5000 }).then(() => true, () => false); }, 'the clinic is found');
    await page.getByText(begin('studies.match.unknown')).first().waitFor();
    expect(apps.researcher.errors.concat(apps.owner.errors)).toEqual([]);
  }, 120_000);
});
