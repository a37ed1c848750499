import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accredit } from '../../../electron/chain/deploy.ts';
import { Role } from '../../../shared/domain/chain.ts';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { createWorld, PHD, type Person, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const DRAWN = 'How people walk';
const OPEN = 'How people sleep';
const PATIENCE = 60_000;
const HOUR = 3600;

/** A researcher and an owner: a study that is drawn, one that is open, and the data that both deliver. */
describe.skipIf(whyNot !== null)('studies, by hand', () => {
  let world: World;
  let people: Record<'owner' | 'researcher', Person>;
  const apps = {} as Record<'owner' | 'researcher', App>;

  beforeAll(async () => {
    world = await createWorld({ keepers: 2 });
    people = { owner: await world.person('owner'), researcher: await world.person('researcher') };
    await accredit(world.rpc, world.network, people.researcher.address, Role.researcher);
    const node = await world.open(people.owner);
    for (const title of ['First walk', 'Second walk']) await node.publish(world.request(await world.record(node, 6000), { title, keepers: 2, price: PHD }), { wait: 'certified' });
    await node.collect();
    await node.sendCoins(people.researcher.address, '40');
    await node.stop();
    await Promise.all((['owner', 'researcher'] as const).map(async (who) => {
      apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true, documents: join(world.dir, 'documents') });
      apps[who].page.setDefaultTimeout(PATIENCE);
      await apps[who].page.getByRole('heading', { level: 1 }).waitFor();
    }));
  }, 240_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world?.stop(); }, 60_000);
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `studies-${who}`))); });

  const confirm = async (page: Page, name: string) => { const dialog = page.getByRole('dialog'); await dialog.getByRole('button', { name, exact: true }).click(); await dialog.waitFor({ state: 'hidden' }); };
  const choose = async (page: Page, label: string, option: string) => { await page.getByRole('combobox', { name: label }).click(); await page.getByRole('option', { name: option, exact: true }).click(); };
  const card = (title: string) => apps.owner.page.getByRole('region', { name: title, exact: true });
  async function open(app: App, path: string, title: string | RegExp): Promise<Page> {
    await go(app.page, path);
    await app.page.getByRole('heading', { level: 1, name: title }).waitFor();
    return app.page;
  }
  async function write(title: string, kind: 'drawn' | 'open'): Promise<void> {
    const page = await open(apps.researcher, '/held/studies/new', say('studies.new.title'));
    await field(page, say('studies.new.name')).fill(title);
    if (kind === 'open') await page.getByText(say('studies.kind.open'), { exact: true }).click();
    await field(page, say('studies.new.places')).fill('1');
    await field(page, say('studies.new.reward')).fill('5');
    await choose(page, say('studies.new.enrol'), '1 hr');
    await page.getByText(begin('studies.new.eligible.below')).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: say('studies.new.review') }).click();
    await page.getByRole('dialog').getByText(say('studies.new.confirm.public')).waitFor();
    await confirm(page, say('studies.new.confirm'));
    await page.getByRole('heading', { level: 1, name: say('studies.own.title') }).waitFor();
    await page.getByRole('grid', { name: say('studies.own.table') }).getByText(title).waitFor();
  }

  it('a researcher opens a study and learns a count that hides small numbers, never a list', () => write(DRAWN, 'drawn'));

  it('somebody who is no researcher opens none', async () => {
    const page = await open(apps.owner, '/held/studies/new', say('studies.new.title'));
    await page.getByText(say('grantee.gate.text')).waitFor();
    expect(await field(page, say('studies.new.name')).count()).toBe(0);
  });

  it('an owner sees which of theirs meet it, and enrols one', async () => {
    const page = await open(apps.owner, '/owner/consent/studies', say('studies.title'));
    const study = card(DRAWN);
    await study.getByText(`First walk: ${say('studies.meets.yes')}`).waitFor();
    await study.getByRole('button', { name: say('studies.enrol.label', { title: 'First walk' }) }).click();
    await confirm(page, say('studies.enrol.confirm'));
    await study.getByText(`${say('studies.entry')}: ${say('studies.entry.entered')}`).waitFor();
    expect(await findings(page)).toEqual([]);
    await apps.researcher.page.getByRole('grid', { name: say('studies.own.table') }).getByText(DRAWN).click();
    await apps.researcher.page.getByRole('grid', { name: say('studies.own.entries.table') }).getByText('First walk').waitFor();
  });

  it('the draw needs nobody’s hand; who is drawn is asked again, and gives', async () => {
    await world.mineAfter(HOUR + 5 + 24 * HOUR);
    const { page } = apps.owner;
    const study = card(DRAWN);
    await study.getByRole('button', { name: say('studies.approve') }).click({ timeout: 120_000 });
    await page.getByRole('dialog').getByText(CANNOT_BE_ERASED).waitFor();
    await confirm(page, say('studies.approve.confirm'));
    await study.getByText(`${say('studies.entry')}: ${say('studies.entry.approved')}`).waitFor();
  }, 180_000);

  it('the researcher gets the data', async () => {
    const { page } = apps.researcher;
    const entries = page.getByRole('grid', { name: say('studies.own.entries.table') });
    await entries.getByText(say('studies.entry.approved')).waitFor();
    await entries.getByRole('link', { name: say('studies.own.entry.open') }).click();
    await page.getByRole('heading', { level: 1, name: 'First walk' }).waitFor();
    const button = page.getByRole('button', { name: say('customer.purchase.open'), exact: true });
    const plot = page.getByRole('heading', { level: 2, name: say('customer.purchase.plot') });
    await button.or(plot).first().waitFor();
    // The app may have opened it by itself.
    if (await button.isVisible()) { await expect.poll(() => button.isEnabled().catch(() => true), { timeout: PATIENCE }).toBe(true); await button.click().catch(() => undefined); }
    await plot.waitFor();
  });

  it('in an open study the researcher accepts by hand', async () => {
    await write(OPEN, 'open');
    const owner = apps.owner.page;
    const study = card(OPEN);
    await study.getByRole('button', { name: say('studies.enrol.label', { title: 'Second walk' }) }).click();
    await confirm(owner, say('studies.enrol.confirm'));
    const { page } = apps.researcher;
    await page.getByRole('grid', { name: say('studies.own.table') }).getByText(OPEN).click();
    const entries = page.getByRole('grid', { name: say('studies.own.entries.table') });
    await entries.getByRole('button', { name: begin('studies.own.accept.label') }).click();
    await confirm(page, say('studies.own.accept.confirm'));
    await entries.getByText(say('studies.entry.approved')).waitFor();
    await study.getByText(`${say('studies.entry')}: ${say('studies.entry.approved')}`).waitFor();
  });

  it('left no error in any console', () => {
    for (const [who, app] of Object.entries(apps)) expect(app.errors, who).toEqual([]);
  });
});
