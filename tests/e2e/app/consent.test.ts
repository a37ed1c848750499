import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accredit } from '../../../electron/chain/deploy.ts';
import { Role } from '../../../shared/domain/chain.ts';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { createWorld, type Person, type World } from '../../market/world.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const NAME = 'Dr Ada Weber <b>x</b>';
const PATIENCE = 60_000;

/** An owner, an accredited doctor and a stranger, each with an app of their own: asked, narrowed, read, taken back, refused. */
describe.skipIf(whyNot !== null)('consent, by hand', () => {
  let world: World;
  let people: Record<'owner' | 'doctor' | 'stranger', Person>;
  const apps = {} as Record<'owner' | 'doctor' | 'stranger', App>;
  let invitation = '';

  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    people = { owner: await world.person('owner'), doctor: await world.person('doctor'), stranger: await world.person('stranger') };
    await accredit(world.rpc, world.network, people.doctor.address, Role.provider);
    const node = await world.open(people.owner);
    for (let i = 0; i < 2; i++) await world.record(node, 6000);
    await node.stop();
    await Promise.all((['owner', 'doctor', 'stranger'] as const).map(async (who) => {
      apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true });
      apps[who].page.setDefaultTimeout(PATIENCE);
      await apps[who].page.getByRole('heading', { level: 1 }).waitFor();
    }));
  }, 240_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world?.stop(); }, 60_000);
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `consent-${who}`))); });

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const confirm = async (page: Page, name: string) => { const dialog = page.getByRole('dialog'); await dialog.getByRole('button', { name, exact: true }).click(); await dialog.waitFor({ state: 'hidden' }); };
  async function open(app: App, path: string, title: string | RegExp): Promise<Page> {
    await go(app.page, path);
    await heading(app.page, title);
    return app.page;
  }

  it('an owner invites, and the invitation gives nothing yet', async () => {
    const page = await open(apps.owner, '/owner/consent', say('consent.inbox.title'));
    await page.getByText(say('consent.inbox.empty.title')).waitFor();
    await page.getByRole('button', { name: say('consent.inbox.invite') }).first().click();
    const dialog = page.getByRole('dialog');
    await field(page, say('consent.invite.label')).fill('Dr Weber');
    await dialog.getByRole('button', { name: say('consent.invite.make') }).click();
    invitation = await field(page, say('consent.invite.of', { label: 'Dr Weber' })).inputValue();
    expect(invitation).toMatch(/^phdex:invite:[\w-]+$/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await open(apps.owner, '/owner/consent/rights', say('consent.rights.title'));
    await page.getByText(say('consent.rights.empty.title')).waitFor();
    expect(await page.getByRole('button', { name: say('consent.rights.all') }).isDisabled()).toBe(true);
  });

  it('offers an action only to roles that the chain lets do it, and says why to the others', async () => {
    const page = await open(apps.stranger, '/held/issue', say('grantee.issue.title'));
    await page.getByText(say('grantee.gate.text')).waitFor();
    expect(await field(page, say('grantee.issue.record.title')).count()).toBe(0);
    await open(apps.stranger, '/held/emergency', say('grantee.emergency.title'));
    await page.getByText(say('grantee.gate.text')).waitFor();
    await open(apps.doctor, '/held/issue', say('grantee.issue.title'));
    await field(apps.doctor.page, say('grantee.issue.record.title')).waitFor();
  });

  it('a doctor asks, and sees what the owner will read', async () => {
    const page = await open(apps.doctor, '/held/ask', say('grantee.ask.title'));
    const send = page.getByRole('button', { name: say('grantee.ask.review') });
    expect(await send.isDisabled()).toBe(true);
    await field(page, say('grantee.ask.invitation')).fill('phdex:invite:?');
    await page.getByText(say('grantee.ask.invitation.wrong')).waitFor();
    await field(page, say('grantee.ask.invitation')).fill(invitation);
    await field(page, say('grantee.ask.name')).fill(NAME);
    await field(page, say('grantee.ask.words')).fill('We spoke on Monday.');
    await field(page, say('grantee.ask.label')).fill('A. Berg');
    await page.getByText(`${NAME} asks to read all of your health data of all days, to treat you`).waitFor();
    await send.click();
    await confirm(page, say('grantee.ask.confirm'));
    await heading(page, 'A. Berg');
    await page.getByText(say('grantee.right.pending')).waitFor();
  });

  it('the owner reads one plain sentence, finds nothing ticked, and gives less than was asked', async () => {
    const page = await open(apps.owner, '/owner/consent', say('consent.inbox.title'));
    const row = page.getByRole('grid', { name: say('consent.inbox.table') }).getByRole('row').nth(1);
    await row.getByText(`${NAME} asks to read all of your health data of all days, to treat you`).waitFor();
    await row.getByText('Accredited provider').waitFor();
    await row.getByRole('link', { name: begin('consent.inbox.look.label') }).click();
    await heading(page, say('consent.request.title', { who: NAME }));
    await page.getByText('We spoke on Monday.').waitFor();
    const ticks = page.getByRole('checkbox');
    await expect.poll(() => ticks.count()).toBeGreaterThan(3);
    for (const tick of await ticks.all()) expect(await tick.isChecked()).toBe(false);
    const give = page.getByRole('button', { name: say('consent.request.approve') });
    expect(await give.isDisabled()).toBe(true);
    await page.getByLabel(say('consent.request.may.read')).check();
    await page.getByRole('group', { name: say('consent.request.candidates') }).getByRole('checkbox').first().check();
    expect(await give.isDisabled()).toBe(true);
    await page.getByLabel('Movement', { exact: true }).check();
    await page.getByRole('combobox', { name: say('consent.field.time') }).click();
    await page.getByRole('option', { name: say('consent.time.day'), exact: true }).click();
    await page.getByText(`${NAME} will be able to read your movement of all days, to treat you`).waitFor();
    await give.click();
    // What cannot be undone is said before.
    await page.getByRole('dialog').getByText(CANNOT_BE_ERASED).waitFor();
    await confirm(page, say('consent.approve.confirm'));
    await heading(page, say('consent.approve.sent.done'));
  });

  it('the doctor opens what was given, and nothing else', async () => {
    const page = apps.doctor.page;
    await page.getByText('You may read the owner’s movement of all days').waitFor();
    const parts = page.getByRole('grid', { name: say('grantee.right.parts.table') });
    await parts.getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: say('grantee.right.open') }).click();
    await parts.getByText(say('grantee.right.opened')).first().waitFor();
    expect(await parts.getByText(/^Movement/).count()).toBe((await parts.getByRole('row').count()) - 1);
    await parts.getByRole('button', { name: begin('grantee.right.plot.label') }).first().click();
    await page.locator('.u-over').first().waitFor();
  });

  it('the owner sees who can read what and that it was read, and takes it back by two presses', async () => {
    const page = await open(apps.owner, '/owner/consent/rights', say('consent.rights.title'));
    const live = page.getByRole('grid', { name: say('consent.rights.table') });
    await live.getByText(`${NAME} may read your movement of all days, to treat you`).waitFor();
    await live.getByText(begin('consent.rights.uses.one')).waitFor();
    await live.getByRole('button', { name: begin('consent.rights.back.label') }).click();
    await confirm(page, say('consent.back.confirm'));
    await page.getByText(say('consent.rights.empty.title')).waitFor();
    await page.getByRole('grid', { name: say('consent.rights.table.ended') }).getByText(say('consent.status.revoked')).waitFor();
  });

  it('after that the doctor is refused', async () => {
    const { page } = apps.doctor;
    await page.getByText(say('consent.status.revoked')).waitFor();
    expect(await page.getByRole('button', { name: say('grantee.right.open') }).count()).toBe(0);
    await open(apps.doctor, '/held', say('grantee.held.title'));
    await page.getByText(say('grantee.held.filter.ended')).click();
    await page.getByRole('grid', { name: say('grantee.held.table') }).getByText(/^You could read the owner’s movement/).waitFor();
  });

  it('every step stands in the history, filtered by what happened, by who and by day, with a signed receipt', async () => {
    const page = await open(apps.owner, '/owner/consent/history', say('consent.history.title'));
    const table = page.getByRole('grid', { name: say('consent.history.table') });
    for (const event of ['AccessRequested', 'AccessGranted', 'AccessUsed', 'AccessRevoked'] as const) await table.getByText(say(`shell.trace.${event}`), { exact: true }).first().waitFor();
    const lines = await table.getByRole('row').count();
    await page.getByRole('combobox', { name: say('consent.history.kind') }).click();
    await page.getByRole('option', { name: say('consent.history.kind.ends') }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => table.getByRole('row').count()).toBe(2);
    expect(lines).toBeGreaterThan(4);
    await field(page, say('consent.history.from')).fill('2126-01-01');
    await page.getByText(say('consent.history.none.title')).waitFor();
    await page.getByRole('button', { name: say('consent.history.clear') }).first().click();
    const download = page.waitForEvent('download');
    await table.getByRole('button', { name: begin('consent.history.receipt.label') }).first().click();
    const file = join(world.dir, 'receipt.json');
    await (await download).saveAs(file);
    expect(JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))).toContain('PersonalisedHealthcare');
  });

  it('everything is taken back at once', async () => {
    const doctor = await open(apps.doctor, '/held/ask', say('grantee.ask.title'));
    await field(doctor, say('grantee.ask.invitation')).fill(invitation);
    await field(doctor, say('grantee.ask.name')).fill('Dr Ada Weber');
    await doctor.getByRole('button', { name: say('grantee.ask.review') }).click();
    await confirm(doctor, say('grantee.ask.confirm'));
    const page = await open(apps.owner, '/owner/consent', say('consent.inbox.title'));
    await page.getByRole('link', { name: begin('consent.inbox.look.label') }).first().click();
    await page.getByRole('button', { name: say('consent.request.all') }).click();
    await page.getByRole('button', { name: say('consent.request.approve') }).click();
    await confirm(page, say('consent.approve.confirm'));
    await heading(page, say('consent.approve.sent.done'));
    await page.getByRole('link', { name: say('consent.approve.toRights') }).click();
    await heading(page, say('consent.rights.title'));
    await page.getByRole('grid', { name: say('consent.rights.table') }).getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: say('consent.rights.all') }).click();
    await confirm(page, say('consent.backAll.confirm'));
    await page.getByText(say('consent.rights.empty.title')).waitFor();
  });

  it('left no error in any console', () => {
    for (const [who, app] of Object.entries(apps)) expect(app.errors, who).toEqual([]);
  });
});
