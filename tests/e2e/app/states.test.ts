import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, PASSPHRASE, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

/** The pages of somebody who has nothing yet, on a network where nobody is: what they say instead, and to whom. */
describe.skipIf(whyNot !== null)('empty, loading and failed', () => {
  let world: World;
  let app: App;
  let page: Page;
  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    const person = await world.person('nobody');
    app = await openApp({ dir: person.dir, networkFile: world.networkFile, unlocked: true });
    page = app.page;
    await page.getByRole('heading', { level: 1, name: say('owner.recordings.title') }).waitFor({ timeout: 60_000 });
  }, 180_000);
  afterAll(async () => { await app?.stop(); await closeBrowser(); await world?.stop(); });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail' && app) await shoot(app, 'states'); });

  /** Looks at what is shown in both themes, which the app takes from the system as long as nobody chose. */
  async function inBoth(name: string, found: Record<string, string[]>, on = page): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await on.emulateMedia({ colorScheme });
      await on.waitForFunction((scheme) => document.documentElement.getAttribute('data-mantine-color-scheme') === scheme, colorScheme);
      const serious = await findings(on);
      if (serious.length > 0) found[`${name}, ${colorScheme}`] = serious;
    }
  }

  it('each empty page says what will be there and what to do, in words that axe accepts', async () => {
    const pages: [string, string | RegExp][] = [
      ['/owner', say('owner.recordings.empty.title')], ['/owner/datasets', say('owner.datasets.empty.title')], ['/keeper', /./], ['/keeper/shares', /./], ['/keeper/releases', /./],
      ['/market', say('customer.market.empty.title')], ['/market/basket', say('customer.basket.empty.title')], ['/purchases', say('customer.purchases.empty.title')], ['/market/saved', say('customer.saved.empty.title')],
      ['/validator', say('validator.not.title')], ['/wallet', say('shell.wallet.withdraw.nothing')], ['/history', /./], ['/settings', say('shell.settings.title')],
    ];
    const found: Record<string, string[]> = {};
    for (const [path, text] of pages) {
      await go(page, path);
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('main').getByText(text).first().waitFor();
      expect(await page.getByRole('heading', { level: 1 }).count(), path).toBe(1);
      await inBoth(path, found);
    }
    expect(found).toEqual({});
    expect(app.errors).toEqual([]);
  });

  it('a page of what is not there says so, and the rest of the app goes on', async () => {
    const found: Record<string, string[]> = {};
    for (const path of ['/owner/recordings/00000000000000ff', '/owner/recordings/00000000000000ff/share', '/owner/datasets/999', '/market/999', '/purchases/999', '/validator/999', '/nowhere']) {
      await go(page, path);
      await expect.poll(() => page.getByRole('main').innerText(), { message: path, timeout: 10_000 }).toMatch(/There is no |is not accredited|leads nowhere/);
      expect(await page.getByRole('heading', { level: 1 }).count(), path).toBe(1);
      expect(await page.getByText(/undefined|\[object|TRPC|Error:|ZodError| at .*\.ts/).count(), path).toBe(0);
      await inBoth(path, found);
    }
    expect(found).toEqual({});
  });

  it('dialogs, lists and menus are named, hold the focus, and give it back', async () => {
    const found: Record<string, string[]> = {};
    const dialog = page.getByRole('dialog');
    await go(page, '/owner');
    const opened: [string, () => Promise<void>][] = [
      ['palette', () => page.keyboard.press('Control+k')],
      ['shortcuts', () => page.keyboard.press('?')],
      ['activity', () => page.getByRole('button', { name: begin('shell.header.activity.state') }).click()],
      ['simulate', () => page.getByRole('button', { name: say('owner.simulate.open') }).first().click()],
    ];
    for (const [name, open] of opened) {
      await open();
      await dialog.waitFor();
      await expect.poll(() => page.evaluate(() => (document.activeElement?.closest('[role=dialog]') ?? null) !== null), { message: `${name} holds the focus`, timeout: 10_000 }).toBe(true);
      await inBoth(name, found);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      // Nobody who goes by keyboard is sent back to the top.
      if (['activity', 'simulate'].includes(name)) await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), { message: name, timeout: 10_000 }).toBe('BUTTON');
    }
    await page.getByRole('button', { name: say('shell.header.menu') }).click();
    await page.getByRole('menu').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')), { message: 'the menu takes the focus', timeout: 10_000 }).toBe('menuitem');
    await inBoth('menu', found);
    await page.keyboard.press('Escape');
    expect(found).toEqual({});
  });

  it('a file that is dropped is imported, and one that cannot be read is told of where the other one stands', async () => {
    const good = await world.csv(2000);
    const bad = join(world.dir, 'bad.csv');
    writeFileSync(bad, 't,x,y,z\nno,numbers,here,ever\n');
    await go(page, '/owner');
    const { readFileSync } = await import('node:fs');
    const files = [{ name: 'dropped.csv', text: readFileSync(good, 'utf8') }, { name: 'bad.csv', text: readFileSync(bad, 'utf8') }];
    // What a file manager does, as the page sees it.
    const data = await page.evaluateHandle((all) => { const transfer = new DataTransfer(); for (const { name, text } of all) transfer.items.add(new File([text], name, { type: 'text/csv' })); return transfer; }, files);
    for (const type of ['dragenter', 'dragover', 'drop']) await page.getByRole('main').dispatchEvent(type, { dataTransfer: data });
    const dialog = page.getByRole('dialog', { name: say('owner.import.title.other', { count: 2 }) });
    await dialog.getByText(say('import.ready', { ready: 1, total: 2 })).waitFor();
    await dialog.getByRole('region', { name: 'bad.csv' }).getByRole('alert').waitFor();
    const found: Record<string, string[]> = {};
    await inBoth('import, one of two', found);
    await dialog.getByRole('button', { name: say('owner.import.start.one'), exact: true }).click();
    // The one that cannot be read stays in question.
    const left = page.getByRole('dialog', { name: say('owner.import.title.one') });
    await left.getByRole('region', { name: 'bad.csv' }).waitFor();
    await left.getByRole('button', { name: say('owner.cancel') }).click();
    await page.getByRole('grid').getByRole('row', { name: /dropped/ }).waitFor({ timeout: 30_000 });
    await inBoth('import done', found);
    await page.getByRole('grid').getByRole('row', { name: /dropped/ }).click();
    // What the app thinks of it, beside the plot.
    await page.getByRole('heading', { name: say('owner.recording.quality') }).waitFor();
    await page.getByText(/Excellent|Good|Fair|Poor/).first().waitFor({ timeout: 30_000 });
    // A device that nobody knows may not be listed: it is said before anything is filled in.
    await page.getByRole('button', { name: say('owner.recording.share'), exact: true }).click();
    await page.getByText(say('device.refused')).waitFor();
    await inBoth('share refused', found);
    await page.getByRole('link', { name: say('device.name.open') }).click();
    await page.getByRole('button', { name: say('device.name.open') }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: say('device.name.field') }).fill('Polar H10');
    await page.getByRole('option', { name: 'Polar H10', exact: true }).click();
    await inBoth('name the device', found);
    await page.getByRole('dialog').getByRole('button', { name: say('device.name.do'), exact: true }).click();
    await page.getByText(say('device.trusted'), { exact: true }).waitFor();
    // Nobody keeps keys here: the wizard says so and lets nothing leave.
    await page.getByRole('link', { name: say('owner.recording.share'), exact: true }).or(page.getByRole('button', { name: say('owner.recording.share'), exact: true })).first().click();
    await page.getByRole('heading', { level: 1, name: say('owner.share.title') }).waitFor();
    const next = page.getByRole('button', { name: say('owner.share.next') });
    await inBoth('wizard, label', found);
    await field(page, say('owner.share.field.title')).fill('A wrist');
    await next.click();
    await field(page, say('owner.share.price.field')).fill('twelve');
    await page.getByText(say('owner.share.price.unread')).waitFor();
    await inBoth('wizard, price', found);
    await field(page, say('owner.share.price.field')).fill('12');
    await next.click();
    await page.getByText(say('owner.keepers.empty.title')).waitFor();
    await inBoth('wizard, no keepers', found);
    expect(found).toEqual({});
  });

  it('the first pages, before there is a wallet, pass axe too', async () => {
    const fresh = await openApp({ dir: join(world.dir, 'fresh') });
    try {
      const found: Record<string, string[]> = {};
      await fresh.page.getByRole('button', { name: new RegExp(say('shell.welcome.new')) }).waitFor();
      await inBoth('welcome', found, fresh.page);
      await fresh.page.getByRole('button', { name: new RegExp(say('shell.welcome.new')) }).click();
      await field(fresh.page, say('shell.welcome.passphrase')).fill(PASSPHRASE);
      await field(fresh.page, say('shell.welcome.passphrase.again')).fill('another');
      await inBoth('passphrase', found, fresh.page);
      await field(fresh.page, say('shell.welcome.passphrase.again')).fill(PASSPHRASE);
      await fresh.page.getByRole('button', { name: say('shell.welcome.create') }).click();
      await fresh.page.getByRole('list', { name: say('shell.welcome.write.list') }).waitFor();
      await inBoth('words', found, fresh.page);
      await fresh.page.getByRole('button', { name: say('shell.welcome.write.next') }).click();
      await fresh.page.getByRole('textbox', { name: /^Word number \d+/ }).first().waitFor();
      await inBoth('words asked for', found, fresh.page);
      expect(found).toEqual({});
      expect(fresh.errors).toEqual([]);
    } finally { await fresh.stop(); }
  });

  it('locked, and without its app, it says what to do', async () => {
    const found: Record<string, string[]> = {};
    await page.getByRole('button', { name: say('shell.header.menu') }).click();
    await page.getByRole('menuitem', { name: say('shell.header.lock') }).click();
    await page.getByRole('heading', { level: 1, name: say('shell.locked.title') }).waitFor();
    await field(page, say('shell.welcome.passphrase')).fill('wrong');
    await page.getByRole('button', { name: say('shell.locked.unlock') }).click();
    await page.getByRole('alert').waitFor();
    await inBoth('locked', found);
    expect(found).toEqual({});
  });
});
