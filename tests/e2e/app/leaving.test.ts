import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, PHD, until, type Person, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

/** Written from right to left, longer than any line, and full of what would do harm as HTML, a template or a link. */
const TITLE = '\u202Eسجل المشي "><img src=x onerror=document.title=1> ${7*7} {{7*7}}';
const DESCRIPTION = `<script>document.title=1</script><svg onload=alert(1)> javascript:alert(1) ${'Donaudampfschifffahrt'.repeat(15)}`;

/** A dataset whose label wishes everybody ill: looked at by all who meet it, bought, and no longer shared. */
describe.skipIf(whyNot !== null)('a hostile label, and the way out that keeps what one has', () => {
  let world: World;
  let owner: Person;
  let customer: Person;
  const apps = {} as Record<'owner' | 'customer', App>;
  let id = 0;

  beforeAll(async () => {
    world = await createWorld({ keepers: 3, parameters: { challengeWindow: 20n } });
    owner = await world.person('owner');
    customer = await world.person('customer');
    const node = await world.open(owner);
    ({ datasetId: id } = await node.publish(world.request(await world.record(node), { title: TITLE, description: DESCRIPTION, price: 7n * PHD }), { wait: 'certified' }));
    await node.collect();
    await node.sendCoins(customer.address, '50');
    await node.stop();
    await Promise.all((['owner', 'customer'] as const).map(async (who) => { apps[who] = await openApp({ dir: (who === 'owner' ? owner : customer).dir, networkFile: world.networkFile, unlocked: true, documents: join(world.dir, 'documents') }); }));
  }, 180_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world?.stop(); });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `leaving-${who}`))); });

  /** It stands there as text: nothing of it became an element, an address or a title, and it fits. */
  async function harmless(page: Page, where: string): Promise<void> {
    for (const width of [1280, 600]) {
      await page.setViewportSize({ width, height: 860 });
      await page.waitForTimeout(200);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${where} at ${width}`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
    const made = await page.evaluate(() => ({ elements: document.querySelectorAll('img[src=x], svg[onload], b, main script, a[href^="javascript:"]').length, title: document.title, sum: document.body.innerText.includes('49') && !document.body.innerText.includes('7*7') }));
    expect(made, where).toMatchObject({ elements: 0, sum: false });
    expect(made.title, where).not.toBe('1');
  }
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).filter({ hasText: '${7*7} {{7*7}}' }).waitFor({ timeout: 30_000 });

  it('is text to who looks for it', async () => {
    const { page } = apps.customer;
    await go(page, '/market');
    const row = page.getByRole('row').filter({ hasText: 'onerror' });
    await row.waitFor({ timeout: 30_000 });
    await harmless(page, 'market');
    // The switch shows pictures only: by keyboard.
    await page.getByRole('radio', { name: say('customer.market.view.table') }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: say('customer.market.view.cards') }).isChecked()).toBe(true);
    await page.getByText('onerror').first().waitFor();
    await harmless(page, 'cards');
    await go(page, `/market/${id}`);
    await heading(page);
    await page.getByText('<svg onload=alert(1)>').first().waitFor();
    await harmless(page, 'dataset');
    expect(await findings(page)).toEqual([]);
  });

  it('and to who buys it, whose shares arrive while it looks on', async () => {
    const { page } = apps.customer;
    await page.getByRole('button', { name: begin('customer.buy.button') }).click({ timeout: 30_000 });
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('customer.buy.confirm.permit')).waitFor();
    await harmless(page, 'confirmation');
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: say('customer.buy.confirm.button') }).click();
    await page.getByText(say('customer.purchase.sharesEnough')).waitFor({ timeout: 30_000 });
    expect(await page.getByText(/^released /).count()).toBeGreaterThanOrEqual(2);
    await harmless(page, 'purchase');
    await go(page, '/purchases');
    await page.getByRole('row').filter({ hasText: 'onerror' }).waitFor();
    await harmless(page, 'purchases');
    expect(await findings(page)).toEqual([]);
  });

  it('and to its owner, who sees the sale come in without asking', async () => {
    const { page } = apps.owner;
    await go(page, `/owner/datasets/${id}`);
    await heading(page);
    await page.getByRole('grid', { name: say('owner.trace.title') }).getByRole('row').filter({ hasText: say('owner.event.AccessOpened.purchase') }).waitFor();
    await harmless(page, 'own dataset');
    await go(page, '/history');
    await page.getByText(say('shell.trace.AccessOpened')).first().waitFor();
    await harmless(page, 'history');
    await page.getByRole('button', { name: begin('shell.header.activity.state') }).click();
    await page.getByRole('dialog').getByText('onerror').first().waitFor();
    await harmless(page, 'activity');
    await page.keyboard.press('Escape');
  });

  it('the owner earns when the time for disputes is over, and the page moves by itself', async () => {
    const { page } = apps.owner;
    await go(page, `/owner/datasets/${id}`);
    await heading(page);
    // Nobody reloads: the keepers settle on their own, and the page is told.
    await page.getByRole('grid', { name: say('owner.trace.title') }).getByRole('row').filter({ hasText: say('owner.event.AccessSettled') }).waitFor({ timeout: 60_000 });
    // The reward of the first certification, and 7 less a tenth for the keepers and a fiftieth for the validator.
    await page.getByRole('main').getByText('506.16 PHD', { exact: true }).first().waitFor();
    expect(await page.getByText(say('owner.earnings.none')).count()).toBe(0);
  });

  it('stops sharing, keeps its own, and gets a certificate of what is gone', async () => {
    const { page } = apps.owner;
    await go(page, `/owner/datasets/${id}`);
    await heading(page);
    await page.getByRole('button', { name: say('owner.stop.open'), exact: true }).click();
    const dialog = page.getByRole('dialog');
    // Its marks of direction do not turn the app's own sentence.
    expect(await dialog.getByRole('heading').first().innerText()).toMatch(/^Stop sharing «[^\u202E]*»\?$/);
    for (const key of ['owner.stop.does.sales', 'owner.stop.does.keep', 'owner.out.not.copies', 'owner.out.forever'] as const) await dialog.getByText(say(key)).waitFor();
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: say('owner.stop.open'), exact: true }).click();
    await page.getByRole('heading', { name: say('owner.leaving.stopped') }).waitFor({ timeout: 60_000 });
    await page.getByText(say('owner.leaving.confirmed', { have: 3, total: 3 })).first().waitFor({ timeout: 60_000 });
    await until(() => world.keepers.every((k) => world.rows(k, `SELECT * FROM kept_shares WHERE dataset_id = ${id}`).length === 0), 'no keeper holds a share');
    // Its own key stays: the recording can still be looked at, and shared again.
    expect(world.rows(owner, 'SELECT * FROM dataset_keys')).toHaveLength(1);
    expect(world.rows(owner, 'SELECT * FROM recordings')).toHaveLength(1);
    expect(await page.getByRole('button', { name: say('owner.certificate.open') }).count()).toBe(0);
  });

  it('who had bought it before opens it all the same; nobody else finds it', async () => {
    const { page, errors } = apps.customer;
    await go(page, '/market');
    await page.getByText(say('customer.market.empty.title')).or(page.getByText(say('customer.market.none.title'))).first().waitFor({ timeout: 30_000 });
    await go(page, `/market/${id}`);
    await page.getByText(say('customer.buy.notForSale.withdrawn')).or(page.getByText(say('customer.buy.bought'))).first().waitFor();
    expect(await page.getByRole('button', { name: begin('customer.buy.button') }).count()).toBe(0);
    await go(page, '/purchases');
    await page.getByRole('row').filter({ hasText: 'onerror' }).click();
    await page.getByRole('button', { name: say('customer.purchase.open') }).click({ timeout: 30_000 });
    await page.getByText(begin('customer.purchase.verifiedAll')).waitFor({ timeout: 60_000 });
    await harmless(page, 'opened');
    expect(errors).toEqual([]);
  });

  it('and erases it later, with its recording, for a certificate of what is gone', async () => {
    const { page, errors } = apps.owner;
    await page.getByRole('button', { name: say('owner.erase.open') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: begin('owner.erase.recording') }).check();
    const erase = dialog.getByRole('button', { name: new RegExp(say('owner.erase.open')) }).last();
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByRole('checkbox', { name: say('owner.erase.understood') }).check();
    expect(await findings(page)).toEqual([]);
    await erase.click();
    await page.getByRole('button', { name: say('owner.certificate.open') }).first().click({ timeout: 60_000 });
    for (const key of ['owner.certificate.key', 'owner.certificate.recording'] as const) await dialog.getByText(say(key)).first().waitFor();
    expect(await findings(page)).toEqual([]);
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: say('owner.certificate.download') }).click()]);
    expect(download.suggestedFilename()).toMatch(/^[\w.-]+\.json$/);
    // The validator opened it, and the customer.
    const certificate = JSON.parse(readFileSync(await download.path(), 'utf8')) as { owner: string };
    expect(certificate).toMatchObject({ format: 'phdex/erasure/v1', datasetId: id, ownerKeyForgotten: true, recordingErased: true, openedBefore: 2 });
    // It names the account that the dataset was listed by, which is a fresh one.
    expect(world.rows(owner, 'SELECT address FROM accounts')).toContainEqual({ address: certificate.owner });
    expect([world.rows(owner, 'SELECT * FROM dataset_keys'), world.rows(owner, 'SELECT * FROM recordings')]).toEqual([[], []]);
    expect(errors).toEqual([]);
  });
});
