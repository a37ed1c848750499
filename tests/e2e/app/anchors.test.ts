import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../electron/db/open-database.ts';
import { VERIFY_STEPS, type AnchorReceipt, type VerifyStep } from '../../../shared/domain/anchor-receipt.ts';
import { createWorld, type Person, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const PATIENCE = 60_000;
/** Batches, and leaves of one batch, in the profile that has many. */
const MANY = 10_000;

describe.skipIf(whyNot !== null)('anchors, by hand', () => {
  let world: World;
  let person: Person;
  let app: App;
  let page: Page;
  let receipt = '';
  let file = '';

  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    person = await world.person('anna');
    app = await openApp({ dir: person.dir, networkFile: world.networkFile, unlocked: true });
    page = app.page;
    page.setDefaultTimeout(PATIENCE);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }, 240_000);
  afterAll(async () => { await app?.stop(); await closeBrowser(); await world?.stop(); }, 60_000);
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await shoot(app, 'anchors'); });

  async function open(path: string, title: string | RegExp): Promise<void> {
    await go(page, path);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  }
  async function confirm(name: string): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('anchors.now.chain')).waitFor();
    await dialog.getByRole('button', { name, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  async function saved(button: Locator): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return readFileSync(await download.path(), 'utf8');
  }
  const stat = (label: string) => page.locator('dl').filter({ hasText: label }).first();

  it('with nothing there it says what anchors are for, and offers nothing', async () => {
    await open('/owner/anchors', say('anchors.title'));
    await page.getByText(say('anchors.empty.title')).waitFor();
    expect(await page.getByRole('button', { name: say('anchors.now') }).isDisabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
  });

  it('what was imported waits, and is anchored with its cost told before', async () => {
    await open('/owner', say('owner.recordings.title'));
    await page.locator('input[type=file]').first().setInputFiles(await world.csv(2000));
    await page.getByRole('dialog').getByRole('button', { name: say('owner.import.start.one'), exact: true }).click();
    await page.getByRole('grid', { name: say('owner.recordings.title') }).getByRole('row').nth(1).waitFor();
    await open('/owner/anchors', say('anchors.title'));
    await stat(say('anchors.stat.new')).getByText(say('anchors.count.recordings.one', { count: 1 })).waitFor();
    await page.getByRole('button', { name: say('anchors.now') }).first().click();
    await page.getByRole('dialog').getByText(say('anchors.now.what', { what: say('anchors.count.recordings.one', { count: 1 }) })).waitFor();
    await page.getByRole('dialog').getByText(/ETH/).waitFor();
    expect(await findings(page)).toEqual([]);
    await confirm(say('anchors.now.confirm'));
    const table = page.getByRole('grid', { name: say('anchors.table') });
    await table.getByText(say('anchors.state.anchored'), { exact: true }).waitFor();
    await table.getByText(say('anchors.previous.first')).waitFor();
    await table.getByText(/^0x/).first().waitFor();
    await stat(say('anchors.stat.new')).getByText(say('anchors.nothing')).waitFor();
    expect(await page.getByRole('button', { name: say('anchors.now') }).isDisabled()).toBe(true);
  });

  it('the receipt and its file are downloaded from the batch and from the recording, the same', async () => {
    await page.getByRole('grid', { name: say('anchors.table') }).getByRole('row').nth(1).click();
    await page.getByRole('heading', { level: 1, name: say('anchors.batch.title', { id: 1 }) }).waitFor();
    const row = page.getByRole('grid', { name: say('anchors.leaves.table') }).getByRole('row').nth(1);
    receipt = await saved(row.getByRole('button', { name: begin('anchors.receipt.label') }));
    file = await saved(row.getByRole('button', { name: begin('anchors.receipt.file.label') }));
    expect((JSON.parse(receipt) as AnchorReceipt).format).toBe('phdex/anchor/v1');
    expect((JSON.parse(file) as { rows: number }).rows).toBe(2000);
    expect(await findings(page)).toEqual([]);
    await go(page, '/owner');
    await page.getByRole('grid', { name: say('owner.recordings.title') }).getByRole('row').nth(1).click();
    const panel = page.getByRole('region', { name: say('anchors.panel'), exact: true });
    await panel.getByText(begin('anchors.panel.alone')).waitFor();
    expect(await saved(panel.getByRole('button', { name: say('anchors.receipt.download') }))).toBe(receipt);
    expect(await saved(panel.getByRole('button', { name: say('anchors.receipt.file.download') }))).toBe(file);
    await panel.getByRole('link', { name: say('anchors.panel.batch') }).click();
    await page.getByRole('heading', { level: 1, name: say('anchors.batch.title', { id: 1 }) }).waitFor();
  });

  /** Gives both to the page and waits for the verdict. */
  async function verdict(receiptText: string, fileText: string, block = ''): Promise<Locator> {
    const put = (name: string, content: string) => { const path = join(world.dir, name); writeFileSync(path, content); return path; };
    const inputs = page.locator('input[type=file]');
    await inputs.nth(0).setInputFiles(put('receipt.json', receiptText));
    await inputs.nth(1).setInputFiles(put('file.json', fileText));
    await field(page, say('anchors.verify.block')).fill(block);
    const panel = page.getByRole('region', { name: say('anchors.verdict') });
    // What was verified before is of other files.
    await panel.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: say('anchors.verify.do'), exact: true }).click();
    await panel.waitFor();
    return panel;
  }
  const refused = (panel: Locator, step: VerifyStep) => panel.getByText(say('anchors.verdict.not.text', { n: VERIFY_STEPS.indexOf(step) + 1, total: VERIFY_STEPS.length, step: say(`anchors.step.${step}`) })).waitFor();

  it('they verify, step by step, in words', async () => {
    await open('/owner/anchors/verify', say('anchors.verify.title'));
    expect(await page.getByRole('button', { name: say('anchors.verify.do'), exact: true }).isDisabled()).toBe(true);
    const panel = await verdict(receipt, file);
    await panel.getByText(say('anchors.verdict.holds'), { exact: true }).waitFor();
    for (const step of VERIFY_STEPS) await panel.getByText(`${say(`anchors.step.${step}`)}: ${say('anchors.step.ok')}`).waitFor();
    expect(await panel.getByText(say('anchors.step.skipped')).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    // With the block's hash as the reader knows it, too.
    const known = (JSON.parse(receipt) as AnchorReceipt).block.hash;
    await (await verdict(receipt, file, known)).getByText(say('anchors.verdict.holds'), { exact: true }).waitFor();
  });

  it('one byte of the file, of the receipt or of the block is refused, with the step named', async () => {
    const at = Math.floor(file.length / 2);
    const changed = `${file.slice(0, at)}${file[at] === '0' ? '1' : '0'}${file.slice(at + 1)}`;
    expect(changed).not.toBe(file);
    const panel = await verdict(receipt, changed);
    await refused(panel, 'file');
    await panel.getByText(say('anchors.verdict.not'), { exact: true }).waitFor();
    expect(await panel.getByText(say('anchors.step.skipped'), { exact: true }).count()).toBe(VERIFY_STEPS.length - 2);
    expect(await findings(page)).toEqual([]);
    const it = JSON.parse(receipt) as AnchorReceipt;
    const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`;
    await refused(await verdict(receipt.replace(it.salt, flip(it.salt)), file), 'leaf');
    await refused(await verdict(receipt.replace(it.block.header, flip(it.block.header)), file), 'header');
    await refused(await verdict(receipt, file, flip(it.block.hash)), 'block');
    await refused(await verdict(`${receipt.slice(0, -1)} }`, file), 'form');
    // What is no hash is not sent at all.
    await field(page, say('anchors.verify.block')).fill('0x12');
    await page.getByText(say('anchors.verify.block.wrong')).waitFor();
    expect(await page.getByRole('button', { name: say('anchors.verify.do'), exact: true }).isDisabled()).toBe(true);
  });

  it('once a day by itself is off until the person switches it on', async () => {
    await open('/owner/anchors', say('anchors.title'));
    await stat(say('anchors.stat.automatic')).getByText(say('anchors.stat.automatic.off'), { exact: true }).waitFor();
    await page.getByRole('link', { name: say('anchors.stat.automatic.change') }).click();
    const toggle = page.getByRole('switch', { name: say('shell.settings.anchor') });
    await page.getByText(begin('shell.settings.anchor.text')).waitFor();
    expect(await toggle.isChecked()).toBe(false);
    await toggle.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => toggle.isChecked()).toBe(true);
    await open('/owner/anchors', say('anchors.title'));
    await stat(say('anchors.stat.automatic')).getByText(say('anchors.stat.automatic.on'), { exact: true }).waitFor();
  });

  it('a batch that is not there is told by a sentence', async () => {
    await open('/owner/anchors/batches/777', say('anchors.batch.title', { id: 777 }));
    await page.getByRole('alert').getByText(/There is no batch 777/).waitFor();
    expect(app.errors.filter((e) => !/Content Security Policy/.test(e))).toEqual([]);
  });

  it(`${MANY.toLocaleString('en')} batches, and as many records in one, are scrolled to their end`, async () => {
    await app.stop();
    const db = openDatabase(join(person.dir, 'phdex.sqlite'));
    const batch = db.prepare("INSERT INTO anchor_batches (root, account, count, sealed, state, tx, created_at) VALUES (?, ?, 1, x'00', 'anchored', ?, ?)");
    const leaf = db.prepare("INSERT INTO anchor_leaves VALUES (?, ?, 'file', ?, x'00')");
    const word = (n: number) => `0x${n.toString(16).padStart(64, '0')}`;
    let last = 0;
    db.transaction(() => {
      for (let i = 1; i < MANY; i++) last = Number(batch.run(word(i), person.address.toLowerCase(), word(i + MANY), Date.now() - (MANY - i) * 1000).lastInsertRowid);
      for (let i = 0; i < MANY; i++) leaf.run(last, i, `clinic/${word(i).slice(2)}`);
      db.prepare('UPDATE anchor_batches SET count = ? WHERE id = ?').run(MANY, last);
    })();
    db.close();
    app = await openApp({ dir: person.dir, networkFile: world.networkFile, unlocked: true });
    page = app.page;
    page.setDefaultTimeout(PATIENCE);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const toEnd = async (label: string) => {
      const grid = page.getByRole('grid', { name: label });
      await grid.getByRole('row').nth(1).waitFor();
      expect(await grid.getAttribute('aria-rowcount')).toBe(String(MANY + 1));
      // By keyboard: each End goes to the end of what is loaded, from where more comes, and the focus never falls out of the table.
      await grid.getByRole('row').nth(1).focus();
      await expect.poll(async () => { await page.keyboard.press('End'); return page.evaluate(() => Number(document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? 0)); }, { timeout: 120_000, interval: 20 }).toBe(MANY + 1);
      // No more of them are drawn than fit.
      expect(await grid.getByRole('row').count()).toBeLessThan(80);
    };
    await open('/owner/anchors', say('anchors.title'));
    await toEnd(say('anchors.table'));
    await open(`/owner/anchors/batches/${last}`, say('anchors.batch.title', { id: last }));
    await toEnd(say('anchors.leaves.table'));
    await page.getByRole('grid', { name: say('anchors.leaves.table') }).getByText(say('anchors.receipt.nofile')).first().waitFor();
  }, 300_000);
});
