import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accreditValidator } from '../../../electron/chain/deploy.ts';
import { listWithReport } from '../../app/rogue.ts';
import { createWorld, type Person, type World } from '../../market/world.ts';
import { wristTable } from '../../quality/day.ts';
import { findings } from './axe.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const TITLE = 'An afternoon and a night';
const EXCERPT = 'As long as it was worn';
const LIE = 'Better than it is';

/** A day at a wrist of which the report tells sleep, rest, and the watch on the table; what each role sees of that. */
describe.skipIf(whyNot !== null)('quality, by hand', () => {
  let world: World;
  let people: Record<'owner' | 'customer' | 'validator', Person>;
  const apps = {} as Record<'owner' | 'customer' | 'validator', App>;
  let first = 0;
  let excerpt = 0;

  beforeAll(async () => {
    world = await createWorld({ keepers: 2, validator: false });
    people = { owner: await world.person('owner'), customer: await world.person('customer'), validator: await world.person('validator') };
    await accreditValidator(world.rpc, world.network, people.validator.address);
    const { t, columns } = wristTable([{ what: 'walk', minutes: 40 }, { what: 'sit', minutes: 60 }, { what: 'sleep', minutes: 240 }, { what: 'off', minutes: 100 }, { what: 'walk', minutes: 20 }], { rateHz: 10 });
    const csv = join(world.dir, 'day.csv');
    writeFileSync(csv, `t [s],ax [g],ay [g],az [g]\n${t.map((at, i) => `${at / 1e6},${columns.map((c) => (c[i]! / 1000).toFixed(3)).join()}`).join('\n')}\n`);
    const node = await world.open(people.owner);
    const info = (await node.importFile(csv, { simulated: true, title: 'My day' })).made[0]!;
    first = (await node.publish(world.request(info.id, { title: TITLE, keepers: 2 }), { wait: 'listed' })).datasetId;
    await node.stop();
    const liar = await world.parts(await world.person('liar'));
    await listWithReport(world, liar, (r) => ({ ...r, score: 100, parts: r.parts.map((p) => (p.name === 'coverage' ? { ...p, score: 100 } : p)), reasons: [] }), LIE);
    await Promise.all((['owner', 'customer', 'validator'] as const).map(async (who) => { apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true }); }));
  }, 300_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world?.stop(); });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `quality-${who}`))); });

  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 30_000 });
  /** In both themes and in a narrow window. */
  async function fine(page: Page): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction((scheme) => document.documentElement.getAttribute('data-mantine-color-scheme') === scheme, colorScheme);
      expect(await findings(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 400, height: 860 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 10_000 }).toBeLessThanOrEqual(400);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: 'light' });
  }

  it('the owner reads six parts with their reasons, and goes through the labels by keyboard', async () => {
    const { page } = apps.owner;
    await go(page, '/owner');
    await page.getByRole('grid').getByRole('row', { name: /My day/ }).click();
    await heading(page, 'My day');
    const quality = page.getByRole('region', { name: say('owner.recording.quality') });
    // The command line has imported it and kept no report.
    await quality.getByRole('button', { name: say('owner.recording.score'), exact: true }).click();
    for (const part of ['coverage', 'regularity', 'signal', 'wear', 'pattern', 'hardware'] as const) await quality.getByText(say(`quality.part.${part}.text`)).waitFor();
    await quality.getByText(/was not worn for/).waitFor();
    await quality.getByText(say('quality.versions')).click();
    await quality.getByText(/[0-9a-f]{64}/).first().waitFor();
    const strip = page.getByRole('slider', { name: say('quality.labels') });
    await strip.focus();
    const seen: string[] = [];
    const last = Number(await strip.getAttribute('aria-valuemax'));
    for (let i = 0; i < last; i++) { seen.push((await strip.getAttribute('aria-valuetext'))!); await page.keyboard.press('ArrowRight'); }
    expect(seen.every((text) => /\d %|\d%/.test(text))).toBe(true);
    expect(seen.some((text) => text.startsWith(say('quality.label.sleep')))).toBe(true);
    expect(seen.some((text) => text.startsWith(say('quality.label.not-worn')))).toBe(true);
    // Enter looks closer: the plot follows.
    const shown = page.locator('.plot-overview-window');
    const before = await shown.evaluate((e) => e.getBoundingClientRect().width);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => shown.evaluate((e) => e.getBoundingClientRect().width)).toBeLessThan(before);
    await fine(page);
  });

  it('leaves out when the watch lay on the table, and sees what remains before anything is shared', async () => {
    const { page } = apps.owner;
    await page.getByRole('button', { name: say('owner.leave.shown.without.not-worn') }).click();
    await page.getByText(begin('owner.leave.remains.one')).or(page.getByText(begin('owner.leave.remains.other'))).first().waitFor();
    await page.getByRole('button', { name: begin('owner.recording.share.again'), exact: false }).first().click();
    await heading(page, say('owner.share.title'));
    expect(await page.getByRole('button', { name: say('owner.leave.shown.without.not-worn') }).getAttribute('aria-pressed')).toBe('true');
    await field(page, say('owner.share.field.title')).fill(EXCERPT);
    await fine(page);
    const next = page.getByRole('button', { name: say('owner.share.next') });
    await next.click();
    await next.click();
    await page.getByText(say('owner.share.step.keepers')).first().waitFor();
    await next.click();
    await page.getByRole('button', { name: say('owner.share.review.publish') }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('owner.share.confirm.do') }).click();
    await heading(page, EXCERPT);
    excerpt = Number(/\d+$/.exec(page.url())![0]);
  });

  async function check(page: Page, title: string, recommend: 'certify' | 'reject'): Promise<void> {
    await go(page, '/validator');
    await page.getByRole('row', { name: title }).getByText(title).first().click({ timeout: 60_000 });
    await heading(page, title);
    await page.getByRole('button', { name: say('validator.check.button'), exact: true }).click({ timeout: 30_000 });
    await page.getByText(say(`validator.decide.recommend.${recommend}`)).waitFor({ timeout: 60_000 });
  }

  it('the validator sees value by value that two reports are one, and certifies', async () => {
    const { page } = apps.validator;
    await check(page, TITLE, 'certify');
    await page.getByText(/values of the two reports agree/).waitFor();
    await page.getByRole('slider', { name: say('quality.labels') }).waitFor();
    await fine(page);
    await page.getByRole('button', { name: say('validator.decide.certify'), exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('validator.decide.certify.confirm') }).click();
    await page.getByText(begin('validator.decide.done.certified')).first().waitFor({ timeout: 30_000 });
  });

  it('a part of it that is listed again is a copy, however true its report is', async () => {
    const { page } = apps.validator;
    await check(page, EXCERPT, 'reject');
    await page.getByText(/values of the two reports agree/).waitFor();
    await page.getByText(new RegExp(`that of dataset ${first}`)).first().waitFor();
    expect(await page.getByRole('button', { name: say('validator.decide.certify'), exact: true }).isDisabled()).toBe(true);
  });

  it('and where an owner claims more, which values differ, with no way to certify', async () => {
    const { page } = apps.validator;
    await check(page, LIE, 'reject');
    await page.getByText(/values? of \d+ differs?\./).waitFor();
    const table = page.getByRole('group', { name: say('validator.check.compare.table') });
    await table.getByRole('row', { name: new RegExp(`^${say('validator.check.part.score')} 100 \\d+ ${say('validator.check.compare.no')}$`) }).waitFor();
    const some = await table.getByRole('row').count();
    await page.getByRole('switch', { name: say('validator.check.compare.all') }).click();
    await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(some);
    expect(await page.getByRole('button', { name: say('validator.decide.certify'), exact: true }).isDisabled()).toBe(true);
    await fine(page);
  });

  it('the customer says what the data must show, and reads why a dataset is not that', async () => {
    const { page } = apps.customer;
    await go(page, '/market');
    const results = page.getByRole('table', { name: say('customer.market.results') });
    await results.getByRole('row', { name: TITLE }).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: say('specification.filter.make') }).click();
    const dialog = page.getByRole('dialog', { name: say('specification.title') });
    await dialog.getByRole('button', { name: say('specification.use') }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('combobox', { name: say('specification.show.rule', { what: say('quality.label.sleep') }) }).selectOption('wanted');
    await dialog.getByRole('textbox', { name: say('specification.show.amount', { what: say('quality.label.sleep') }) }).fill('6');
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: say('specification.use') }).click();
    await dialog.waitFor({ state: 'hidden' });
    // Nobody has six hours of sleep: nothing is found, and with the others each says that it is not.
    await page.getByText(say('customer.market.none.title')).waitFor({ timeout: 30_000 });
    await page.getByRole('switch', { name: say('specification.filter.only') }).click();
    await results.getByRole('row', { name: TITLE }).getByText(say('verdict.fails')).waitFor({ timeout: 30_000 });
    await fine(page);
    await results.getByText(TITLE).click();
    await heading(page, TITLE);
    const judged = page.getByRole('group', { name: say('verdict.section.fails', { name: say('verdict.section.current') }) });
    await judged.getByText(/h of sleep; at least 6 h are asked for/).waitFor();
    // With less it is; saved, it is on the page of saved searches with its words.
    await page.getByRole('region', { name: say('verdict.section') }).getByRole('button', { name: say('specification.filter.change') }).click();
    await dialog.getByRole('textbox', { name: say('specification.show.amount', { what: say('quality.label.sleep') }) }).fill('3');
    await dialog.getByRole('button', { name: say('specification.use') }).click();
    await page.getByRole('group', { name: say('verdict.section.fits', { name: say('verdict.section.current') }) }).waitFor();
    await page.getByRole('button', { name: say('verdict.save') }).click();
    await page.getByRole('dialog').getByLabel(say('customer.save.name')).fill('Nights');
    await page.getByRole('dialog').getByRole('button', { name: say('customer.save.confirm'), exact: true }).click();
    await page.getByRole('group', { name: say('verdict.section.fits', { name: 'Nights' }) }).waitFor();
    await fine(page);
    await go(page, '/market/saved');
    await page.getByText(say('customer.saved.matches.one', { count: 1 })).waitFor({ timeout: 30_000 });
    await page.getByText('3 h of sleep or more').waitFor();
    await fine(page);
  });

  it('and is warned of a dataset that was cut out of another', async () => {
    const { page } = apps.customer;
    await go(page, `/market/${excerpt}`);
    await heading(page, EXCERPT);
    const warning = page.getByRole('alert', { name: say('customer.copies.title.one') });
    await warning.getByText(say('customer.copies.earlier'), { exact: false }).waitFor();
    await fine(page);
    await warning.getByRole('link', { name: TITLE }).click();
    await heading(page, TITLE);
    expect([...apps.owner.errors, ...apps.customer.errors, ...apps.validator.errors]).toEqual([]);
  });
});
