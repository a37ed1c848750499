import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accreditValidator } from '../../../electron/chain/deploy.ts';
import { createWorld, type Person, type World } from '../../market/world.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const PRICE = 40;
const TITLE = 'A walk <img src=x onerror="document.title=1">';

/** Three people, each with an app of their own and a page that shows it, and three keepers that run. */
describe.skipIf(whyNot !== null)('a sale, by hand', () => {
  let world: World;
  let people: Record<'owner' | 'customer' | 'validator', Person>;
  const apps = {} as Record<'owner' | 'customer' | 'validator', App>;
  let csv = '';

  beforeAll(async () => {
    world = await createWorld({ keepers: 3, validator: false });
    people = { owner: await world.person('owner'), customer: await world.person('customer'), validator: await world.person('validator') };
    await accreditValidator(world.rpc, world.network, people.validator.address);
    mkdirSync(join(world.dir, 'documents'), { recursive: true });
    csv = await world.csv(30_000);
    await Promise.all((['owner', 'customer', 'validator'] as const).map(async (who) => { apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true, documents: join(world.dir, 'documents') }); }));
  }, 180_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world.stop(); });

  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `sale-${who}`))); });

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 30_000 });

  async function choose(page: Page, path: string): Promise<void> {
    await go(page, '/owner');
    await heading(page, say('owner.recordings.title'));
    await page.locator('input[type=file]').first().setInputFiles(path);
  }

  async function importFile(page: Page, path: string, name?: string): Promise<void> {
    await choose(page, path);
    const dialog = page.getByRole('dialog');
    if (name) await dialog.getByLabel(say('owner.import.name')).fill(name);
    await dialog.getByRole('button', { name: say('owner.import.start.one'), exact: true }).click();
  }

  it('an import that fails says where and why, and goes on with other options', async () => {
    const { page } = apps.owner;
    const cases = { empty: ['empty.csv', '', /is empty/], text: ['noise.csv', Buffer.from([0, 1, 2, 3, 0, 255]), /is not text/], row: ['row.csv', `t,x,y,z\n${Array.from({ length: 50 }, (_, i) => (i === 20 ? 'oops,1,2' : `${i / 10},1,2,${i % 7}`)).join('\n')}\n`, /Line 22/] } as const;
    for (const [name, content, sentence] of Object.values(cases)) {
      const path = join(world.dir, name);
      writeFileSync(path, content);
      await choose(page, path);
      await page.getByRole('dialog').getByText(sentence).first().waitFor();
      expect(await page.getByRole('dialog').getByRole('button', { name: say('owner.import.start.one'), exact: true }).isDisabled()).toBe(true);
      if (name !== 'row.csv') await page.getByRole('dialog').getByRole('button', { name: say('owner.cancel') }).click();
    }
    await page.getByRole('dialog').getByLabel(say('owner.import.skip')).check();
    await page.getByRole('dialog').getByRole('button', { name: say('owner.import.start.one'), exact: true }).click();
    await page.getByRole('grid').getByRole('row', { name: /row/ }).waitFor();
  });

  it('the owner imports, looks, and leaves a part out', async () => {
    const { page } = apps.owner;
    await importFile(page, csv, 'My walk');
    await page.getByRole('grid').getByRole('row', { name: /My walk/ }).click();
    await heading(page, 'My walk');
    await page.getByText('30,000').first().waitFor();
    const plot = page.getByRole('application').or(page.locator('canvas')).first();
    await plot.waitFor();
    // By keyboard: closer, then what is shown is left out.
    await page.getByRole('button', { name: say('plot.in'), exact: true }).click();
    await page.getByRole('button', { name: say('owner.leave.visible') }).click();
    await page.getByText(begin('owner.leave.sum')).first().waitFor();
  });

  it('says which device it was, since the file does not', async () => {
    const { page } = apps.owner;
    await page.getByText(say('device.nottrusted'), { exact: true }).waitFor();
    await page.getByRole('button', { name: say('device.name.open'), exact: true }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: say('device.name.field') }).fill('Polar H10');
    await page.getByRole('option', { name: 'Polar H10', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('device.name.do'), exact: true }).click();
    await page.getByText(say('device.named'), { exact: true }).waitFor();
    await page.getByText(say('device.trusted'), { exact: true }).waitFor();
  });

  it('and shares it with one confirmation', async () => {
    const { page } = apps.owner;
    await page.getByRole('link', { name: say('owner.recording.share'), exact: true }).or(page.getByRole('button', { name: say('owner.recording.share'), exact: true })).first().click();
    await heading(page, say('owner.share.title'));
    await field(page, say('owner.share.field.title')).fill('Anna Smith, anna@example.org');
    await page.getByText(/e-mail|mail address/i).first().waitFor();
    await field(page, say('owner.share.field.title')).fill(TITLE);
    const next = page.getByRole('button', { name: say('owner.share.next') });
    await next.click();
    await field(page, say('owner.share.price.field')).fill(String(PRICE));
    await next.click();
    await field(page, say('owner.share.price.field')).waitFor({ state: 'hidden' });
    await next.click();
    await page.getByRole('button', { name: say('owner.share.review.publish') }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('owner.share.confirm.do') }).click();
    await heading(page, TITLE);
    // What came from the label is text, whatever it looks like.
    expect(await page.title()).not.toBe('1');
    expect(await page.locator('img[src=x]').count()).toBe(0);
  });

  it('the validator checks what waits and certifies it', async () => {
    const { page } = apps.validator;
    await go(page, '/validator');
    await page.getByRole('row', { name: /A walk/ }).getByText(/A walk/).first().click({ timeout: 30_000 });
    await heading(page, TITLE);
    await page.getByRole('button', { name: say('validator.check.button'), exact: true }).click({ timeout: 30_000 });
    await page.getByText(say('validator.decide.recommend.certify')).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: say('validator.decide.certify'), exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('validator.decide.certify.confirm') }).click();
    await page.getByText(begin('validator.decide.done.certified')).first().waitFor({ timeout: 30_000 });
  });

  it('the owner sees it without asking, and gives the customer coins', async () => {
    const { page } = apps.owner;
    await page.getByText(say('owner.dataset.certified')).waitFor({ timeout: 30_000 });
    await go(page, '/wallet');
    // The reward lies with the account that the dataset was listed by.
    await page.getByRole('button', { name: say('shell.wallet.fresh.collect'), exact: true }).click();
    await page.getByRole('dialog').getByText(say('shell.wallet.fresh.collect.links')).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: say('shell.wallet.fresh.collect'), exact: true }).click();
    await page.getByText(say('shell.wallet.fresh.collected')).waitFor({ timeout: 30_000 });
    await field(page, say('shell.wallet.send.to')).fill(people.customer.address);
    await field(page, say('shell.wallet.send.amount')).fill('100');
    await page.getByRole('button', { name: say('shell.wallet.send.review') }).click();
    await page.getByRole('dialog').getByRole('button', { name: begin('shell.wallet.send.confirm') }).click();
    await page.getByText(say('shell.wallet.sent')).waitFor({ timeout: 30_000 });
    await apps.customer.page.getByRole('link', { name: /100 PHD/ }).waitFor({ timeout: 30_000 });
  });

  it('the customer finds it as it types, buys it with one confirmation, and opens it', async () => {
    const { page } = apps.customer;
    await go(page, '/market');
    await page.getByLabel(say('customer.market.searchLabel')).first().pressSequentially('walk');
    await page.getByRole('row', { name: /A walk/ }).getByText(/A walk/).first().click({ timeout: 30_000 });
    await heading(page, TITLE);
    await page.getByLabel(say('customer.buy.purpose')).fill('A study of gait');
    await page.getByRole('button', { name: begin('customer.buy.button') }).click({ timeout: 30_000 });
    await page.getByRole('dialog').getByRole('button', { name: say('customer.buy.confirm.button') }).click();
    await page.getByRole('button', { name: say('customer.purchase.open') }).click({ timeout: 30_000 });
    await page.getByText(begin('customer.purchase.verifiedAll')).waitFor({ timeout: 30_000 });
    await page.locator('canvas').first().waitFor();
  });

  it('what it exports is what the owner had, but for the part left out', async () => {
    const { page } = apps.customer;
    await page.getByRole('button', { name: say('customer.purchase.export.button', { format: 'CSV' }) }).click();
    await page.getByText(say('customer.purchase.export.done'), { exact: true }).waitFor({ timeout: 30_000 });
    const files = readdirSync(join(world.dir, 'documents'), { recursive: true, encoding: 'utf8' }).map((f) => join(world.dir, 'documents', f)).filter((f) => f.endsWith('.csv') && statSync(f).isFile());
    expect(files).toHaveLength(1);
    const [, ...exported] = readFileSync(files[0]!, 'utf8').trim().split('\n');
    const [, ...source] = readFileSync(csv, 'utf8').trim().split('\n');
    const values = (row: string) => row.split(',').slice(-3).map(Number).join();
    const rows = exported.map(values);
    expect(rows.length).toBeGreaterThan(1000);
    expect(rows.length).toBeLessThan(source.length - 1000);
    // The first rows, the last rows, and nothing of what lies between.
    const all = source.map(values);
    const head = rows.findIndex((r, i) => r !== all[i]);
    const tail = rows.length - head;
    expect(rows.slice(head)).toEqual(all.slice(all.length - tail));
    expect(apps.customer.errors).toEqual([]);
  });

  it('the owner reads who opened what, when and why, and what it earned', async () => {
    const { page } = apps.owner;
    await go(page, '/owner/datasets');
    await page.getByRole('row', { name: /A walk/ }).getByText(/A walk/).first().click();
    await heading(page, TITLE);
    const bought = page.getByRole('grid', { name: say('owner.trace.title') }).getByRole('row', { name: new RegExp(say('owner.event.AccessOpened.purchase')) });
    await bought.getByText(new RegExp(people.customer.address.slice(0, 6), 'i')).waitFor();
    await bought.getByText(`${PRICE} PHD`).waitFor();
    await page.getByRole('button', { name: begin('shell.header.activity.state') }).click();
    await page.getByText(begin('shell.notice.sale')).first().waitFor();
    await page.keyboard.press('Escape');
  });

  it('and stops and erases it, with a certificate of who destroyed what', async () => {
    const { page } = apps.owner;
    await page.getByRole('button', { name: say('owner.erase.open') }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: say('owner.erase.understood') }).check();
    await dialog.getByRole('button', { name: new RegExp(say('owner.erase.open')) }).last().click();
    await page.getByRole('button', { name: say('owner.certificate.open') }).first().click({ timeout: 60_000 });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: say('owner.certificate.download') }).click()]);
    const certificate = JSON.parse(readFileSync(await download.path(), 'utf8')) as { format: string; keepers: { confirmed: boolean }[]; bytesFreed: number; openedBefore: number };
    expect(certificate.format).toBe('phdex/erasure/v1');
    expect(certificate.keepers.map((k) => k.confirmed)).toEqual([true, true, true]);
    expect(certificate.openedBefore).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    // The market shows it no more.
    await apps.customer.page.evaluate(() => { location.hash = '#/market'; });
    await apps.customer.page.getByText(say('customer.market.empty.title')).or(apps.customer.page.getByText(say('customer.market.none.title'))).first().waitFor({ timeout: 30_000 });
    expect(apps.owner.errors).toEqual([]);
  });
});
