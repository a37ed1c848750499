import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appConfig, DEFAULT_SETTINGS } from '../../../electron/app/app-config.ts';
import { accredit } from '../../../electron/chain/deploy.ts';
import { purposeHash } from '../../../electron/consent/purpose.ts';
import { openDatabase } from '../../../electron/db/open-database.ts';
import { Role } from '../../../shared/domain/chain.ts';
import { createWorld, PHD, type Person, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const WHO = ['owner', 'clinic', 'insurer', 'buyer'] as const;
type Who = (typeof WHO)[number];
const CLINIC = 'Dr Ada Ohm, Klinikum Süd';
const INSURER = 'Nordwind Insurance';
const BUYER = 'J. Frei';
const TITLE = 'Nights of May';
/** Each step waits for what it needs and no longer; others share the machine. */
const PATIENCE = 110_000;
const SLOW = 300_000;
/** So that a continuous share is not waited for; the least that the settings allow. */
const LIVE_SECONDS = 5;
const DAY_S = 86_400;

/** What happened to this person's data before: one event an hour, the last of them three days ago. */
const EVENTS = 10_000;
const PURPOSES = { clinic: 'PersonalisedHealthcare', insurer: 'HealthInsuranceManagement' } as const;
const past = Array.from({ length: EVENTS }, (_, i) => ({ i, who: i % 4 === 0 ? 'insurer' as const : 'clinic' as const, ended: i % 10 === 1 }));

/** An owner and three that it shares with, each with an app of their own: what is added, asked by a listing, delivered as it is made, and taken back. */
describe.skipIf(whyNot !== null)('sharing with several, by hand', () => {
  let world: World;
  const people = {} as Record<Who, Person>;
  const apps = {} as Record<Who, App>;
  const invitations = {} as Record<'clinic' | 'insurer', string>;
  const now = Math.floor(Date.now() / 1000);
  let dataset = 0;

  beforeAll(async () => {
    world = await createWorld({ keepers: 2 });
    for (const who of WHO) people[who] = await world.person(who);
    await accredit(world.rpc, world.network, people.clinic.address, Role.institution | Role.provider);
    await accredit(world.rpc, world.network, people.insurer.address, Role.insurer);
    const node = await world.open(people.owner);
    dataset = (await node.publish(world.request(await world.record(node), { title: TITLE, keepers: 2, price: PHD }), { wait: 'certified' })).datasetId;
    await node.stop();
    fillHistory();
    appConfig(people.owner.dir).set({ settings: { ...DEFAULT_SETTINGS, liveSeconds: LIVE_SECONDS } });
    mkdirSync(join(world.dir, 'documents'), { recursive: true });
    // One after the other: four that start at once keep each other waiting.
    for (const who of WHO) {
      apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true, documents: join(world.dir, 'documents') });
      apps[who].page.setDefaultTimeout(PATIENCE);
      await apps[who].page.getByRole('heading', { level: 1 }).waitFor({ timeout: SLOW });
    }
  }, 2 * SLOW);
  afterAll(async () => { await Promise.all(Object.values(apps).map((app) => app.stop())); await closeBrowser(); await world?.stop(); }, 120_000);
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `sharing-${who}`))); });

  function fillHistory(): void {
    const db = openDatabase(join(people.owner.dir, 'phdex.sqlite'));
    const add = db.prepare('INSERT INTO history (block, log_index, at, tx, event, actor, subject, details) VALUES (1, @index, @at, @tx, @event, @actor, @subject, @details)');
    const [me, purposes] = [people.owner.address.toLowerCase(), { clinic: purposeHash({ v: 1, term: PURPOSES.clinic, duo: [], words: '' }), insurer: purposeHash({ v: 1, term: PURPOSES.insurer, duo: [], words: '' }) }];
    db.transaction(() => {
      for (const { i, who, ended } of past) {
        const they = people[who].address.toLowerCase();
        add.run({ index: 1000 + i, at: now - 3 * DAY_S - (EVENTS - i) * 3600, tx: `0x${i.toString(16).padStart(64, '0')}`, event: ended ? 'AccessRevoked' : 'AccessUsed', actor: ended ? me : they, subject: ended ? they : me, details: JSON.stringify({ purpose: purposes[who] }) });
      }
    })();
    db.close();
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  async function confirm(page: Page, name: string): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  async function open(who: Who, path: string, title: string): Promise<Page> {
    await go(apps[who].page, path);
    await heading(apps[who].page, title);
    return apps[who].page;
  }
  async function choose(page: Page, of: string, option: string): Promise<void> {
    await page.getByRole('combobox', { name: of }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  }
  const send = async (page: Page) => { await page.getByRole('button', { name: say('grantee.ask.review') }).click(); await confirm(page, say('grantee.ask.confirm')); await page.getByText(say('grantee.right.pending')).waitFor(); };

  /** The owner opens the one request that waits, ticks, and gives. */
  async function give(from: string, tick: (page: Page) => Promise<unknown>): Promise<void> {
    const page = await open('owner', '/owner/consent', say('consent.inbox.title'));
    await page.getByRole('link', { name: say('consent.inbox.look.label', { who: from }) }).click();
    await heading(page, say('consent.request.title', { who: from }));
    await tick(page);
    await page.getByRole('button', { name: say('consent.request.approve') }).click();
    await confirm(page, say('consent.approve.confirm'));
    await heading(page, say('consent.approve.sent.done'));
  }
  const parts = (page: Page) => page.getByRole('grid', { name: say('grantee.right.parts.table') });
  /** How many parts were delivered; the table's head is no part. */
  const delivered = async (who: Who) => Math.max(0, Number(await parts(apps[who].page).getAttribute('aria-rowcount').catch(() => 1)) - 1);

  /** What is shown passes axe in both schemes, and needs no scrolling sideways where it is narrow. */
  async function sound(who: Who, look?: (page: Page) => Promise<unknown>): Promise<void> {
    const { page } = apps[who];
    const found: string[] = [];
    for (const scheme of ['dark', 'light']) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-mantine-color-scheme', name), scheme);
      found.push(...(await findings(page)).map((f) => `${scheme}: ${f}`));
    }
    await page.setViewportSize({ width: 400, height: 860 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await look?.(page);
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(found).toEqual([]);
  }

  it('invites each by a text of their own', async () => {
    const page = await open('owner', '/owner/consent', say('consent.inbox.title'));
    await page.getByRole('button', { name: say('consent.inbox.invite') }).first().click();
    for (const who of ['clinic', 'insurer'] as const) {
      await field(page, say('consent.invite.label')).fill(who);
      await page.getByRole('dialog').getByRole('button', { name: say('consent.invite.make') }).click();
      invitations[who] = await field(page, say('consent.invite.of', { label: who })).inputValue();
    }
    expect(new Set(Object.values(invitations)).size).toBe(2);
    // The field for whom it is keeps its width where both do not fit side by side.
    await sound('owner', async () => expect((await field(page, say('consent.invite.label')).boundingBox())!.width).toBeGreaterThan(240));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }, SLOW);

  it('a clinic asks to add to the medical history, is told what is missing, and may then do that and nothing else', async () => {
    const page = await open('clinic', '/held/ask', say('grantee.ask.title'));
    const missing = (list: string) => page.getByText(say('grantee.ask.says.missing', { list })).waitFor();
    await missing(`${say('grantee.ask.missing.invitation')} and ${say('grantee.ask.missing.name')}`);
    await field(page, say('grantee.ask.invitation')).fill(invitations.clinic);
    await missing(say('grantee.ask.missing.name'));
    await field(page, say('grantee.ask.name')).fill(CLINIC);
    await page.getByText(say('consent.category.title.history'), { exact: true }).click();
    await choose(page, say('consent.field.operations'), say('consent.operations.append'));
    await page.getByText(`${CLINIC} asks to add to all of your medical history, to treat you`).waitFor();
    await sound('clinic');
    await send(page);
    await give(CLINIC, async (owner) => {
      expect(await owner.getByLabel(say('consent.request.may.read')).count()).toBe(0);
      await owner.getByLabel(say('consent.request.may.append')).check();
      await owner.getByText(`${CLINIC} will be able to add to all of your medical history`).waitFor();
    });
    await page.getByText('You may add to all of the owner’s medical history').waitFor();
    expect(await page.getByRole('button', { name: say('grantee.right.open') }).count()).toBe(0);
  }, SLOW);

  it('what cannot be read is refused by a sentence, and what was typed stays; what it adds stands among the owner’s recordings by who added it', async () => {
    const { page } = apps.clinic;
    const add = page.getByRole('button', { name: say('grantee.right.append.button'), exact: true });
    const title = field(page, say('grantee.right.append.title'));
    expect(await add.isDisabled()).toBe(true);
    const letter = join(world.dir, 'letter.csv');
    writeFileSync(letter, 'finding\nnone of note\n');
    await title.fill('Gait, first visit');
    await page.locator('input[type=file]').setInputFiles(letter);
    await add.click();
    await page.getByRole('alert').getByText(/letter\.csv/).waitFor();
    expect(await title.inputValue()).toBe('Gait, first visit');
    await sound('clinic');
    await page.locator('input[type=file]').setInputFiles(await world.csv(2000));
    await add.click();
    await page.getByText(say('grantee.right.append.done', { title: 'Gait, first visit' })).waitFor();
    expect(await title.inputValue()).toBe('');

    const owner = await open('owner', '/owner', say('owner.recordings.title'));
    const row = owner.getByRole('row', { name: /Gait, first visit/ });
    await row.getByText(say('consent.added.by', { who: CLINIC })).waitFor();
    await row.click();
    await heading(owner, 'Gait, first visit');
    await owner.getByText(say('consent.added.by', { who: CLINIC })).waitFor();
    await owner.getByText('2,000', { exact: true }).first().waitFor();
    await open('owner', '/owner/consent/rights', say('consent.rights.title'));
    await owner.getByRole('grid', { name: say('consent.rights.table') }).getByText(`${CLINIC} may add to all of your medical history`).click();
    await heading(owner, say('consent.right.title', { who: CLINIC }));
    await owner.getByRole('region', { name: say('consent.right.added') }).getByRole('link', { name: 'Gait, first visit' }).waitFor();
    await owner.getByText(say('consent.right.what.append')).waitFor();
  }, SLOW);

  it('an insurer asks for a quote’s data for that purpose alone, and reads what the owner gives', async () => {
    const page = await open('insurer', '/held/quote', say('grantee.ask.quote.title'));
    await field(page, say('grantee.ask.invitation')).fill(invitations.insurer);
    await field(page, say('grantee.ask.name')).fill(INSURER);
    await page.getByText(say('consent.category.title.health'), { exact: true }).click();
    await page.getByLabel(say('consent.field.live'), { exact: true }).check();
    // The purpose stands there and cannot be chosen.
    await page.getByText(say('consent.purpose.HealthInsuranceManagement'), { exact: true }).waitFor();
    expect(await page.getByRole('combobox', { name: say('consent.field.purpose') }).count()).toBe(0);
    await page.getByText(`${INSURER} asks to read all of your health data of all days and what is recorded from now on, to make an insurance offer`).waitFor();
    await send(page);
    await give(INSURER, async (owner) => {
      // Channels that nothing was recorded of yet can be given as well, since they may come.
      await owner.getByLabel('Heart rate', { exact: true }).waitFor();
      await owner.getByRole('button', { name: say('consent.request.all') }).click();
      await owner.getByText(`${INSURER} will be able to read all of your health data of all days and what is recorded from now on`).waitFor();
    });
    await page.getByText('You may read all of the owner’s health data').waitFor();
    await parts(page).getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: say('grantee.right.open') }).click();
    await parts(page).getByText(say('grantee.right.opened')).first().waitFor();
    await parts(page).getByRole('button', { name: begin('grantee.right.plot.label') }).first().click();
    await page.locator('.u-over').first().waitFor();
    // The press that opens a part is in sight where it is narrow.
    await sound('insurer', async () => { const box = (await parts(page).getByRole('button', { name: begin('grantee.right.plot.label') }).first().boundingBox())!; expect(box.x + box.width).toBeLessThanOrEqual(400); });
    await open('buyer', '/held/quote', say('grantee.ask.quote.title'));
    await apps.buyer.page.getByText(say('grantee.gate.text')).waitFor();
  }, SLOW);

  it('somebody without an invitation or any role asks from a listing of the market, and reads that dataset', async () => {
    const page = await open('buyer', '/market', say('customer.market.title'));
    await page.getByText(TITLE).first().click();
    await page.getByRole('link', { name: say('grantee.ask.fromListing') }).click();
    await heading(page, say('grantee.ask.title'));
    await page.getByText(TITLE).waitFor();
    expect(await field(page, say('grantee.ask.invitation')).count()).toBe(0);
    await field(page, say('grantee.ask.name')).fill(BUYER);
    // Medical history needs a role that nobody can give to oneself.
    await page.getByText(say('consent.category.title.history'), { exact: true }).click();
    await page.getByText(begin('grantee.ask.forbidden')).waitFor();
    expect(await page.getByRole('button', { name: say('grantee.ask.review') }).isDisabled()).toBe(true);
    await page.getByText(say('consent.category.title.health'), { exact: true }).click();
    await send(page);
    // It is found again by the title of what was asked for.
    await heading(page, TITLE);
    await give(BUYER, async (owner) => {
      await owner.getByText(`${BUYER} asks to read your dataset «${TITLE}»`).waitFor();
      await owner.getByText(say('consent.party.unaccredited'), { exact: true }).waitFor();
      expect(await owner.getByRole('group', { name: say('consent.request.candidates') }).getByRole('checkbox').count()).toBe(1);
      await owner.getByRole('button', { name: say('consent.request.all') }).click();
    });
    await page.getByRole('button', { name: say('grantee.right.open') }).click();
    await parts(page).getByText(say('grantee.right.opened')).first().waitFor();
    // Nobody is offered to ask themselves.
    const owner = await open('owner', '/market', say('customer.market.title'));
    await owner.getByText(TITLE).first().click();
    await owner.getByRole('heading', { name: say('customer.dataset.owner') }).waitFor();
    expect(await owner.getByRole('link', { name: say('grantee.ask.fromListing') }).count()).toBe(0);
    await open('owner', `/held/ask/${dataset}`, say('grantee.ask.title'));
    await owner.getByText(say('grantee.ask.own.title')).waitFor();
    expect(await field(owner, say('grantee.ask.name')).count()).toBe(0);
  }, SLOW);

  it('while a watch is recorded its parts come by themselves; taken back, the page says so and no more come, while others go on', async () => {
    const owner = await open('owner', '/owner/capture', say('capture.title'));
    await owner.getByRole('button', { name: say('capture.simulated.start') }).click();
    await owner.getByText(say('capture.state.recording'), { exact: true }).waitFor();
    const page = await open('clinic', '/held/ask', say('grantee.ask.title'));
    await field(page, say('grantee.ask.invitation')).fill(invitations.clinic);
    await field(page, say('grantee.ask.name')).fill(CLINIC);
    await field(page, say('grantee.ask.label')).fill('A. Berg, at home');
    await choose(page, say('consent.field.channels'), 'Heart rate');
    await page.keyboard.press('Escape');
    await page.getByLabel(say('consent.field.live'), { exact: true }).check();
    await send(page);
    await give(CLINIC, async (request) => {
      // Nothing of it is there yet: only what comes can be given.
      await request.getByText(say('consent.request.candidates.none')).waitFor();
      await request.getByRole('button', { name: say('consent.request.all') }).click();
    });
    await page.getByText('You may read the owner’s heart rate of all days and what is recorded from now on').waitFor();
    await expect.poll(() => delivered('clinic'), { timeout: PATIENCE }).toBeGreaterThan(0);
    await page.getByRole('button', { name: say('grantee.right.open') }).click();
    await parts(page).getByText(say('grantee.right.opened')).first().waitFor();
    const before = await delivered('clinic');
    await expect.poll(() => delivered('clinic'), { timeout: PATIENCE }).toBeGreaterThan(before);
    // The newest stands first, and waits to be opened.
    await parts(page).getByRole('row').nth(1).getByText(say('grantee.right.sealed')).waitFor();
    await parts(page).getByRole('row').nth(1).getByText(/^Heart rate · day 1 · delivery \d+$/).waitFor();

    await open('owner', '/owner/consent/rights', say('consent.rights.title'));
    const live = owner.getByRole('grid', { name: say('consent.rights.table') }).getByRole('row', { name: new RegExp(`${CLINIC} may read your heart rate`) });
    await live.getByText(/^Continuous: \d+ deliver/).waitFor();
    await live.getByText(say('consent.rights.next.yes')).waitFor();
    await sound('owner', async () => { const box = (await live.getByRole('button', { name: begin('consent.rights.back.label') }).boundingBox())!; expect(box.x + box.width).toBeLessThanOrEqual(400); });
    await live.getByRole('button', { name: begin('consent.rights.back.label') }).click();
    await confirm(owner, say('consent.back.confirm'));
    await page.getByText(say('consent.status.revoked'), { exact: true }).waitFor();
    await page.getByText(say('grantee.right.over')).waitFor();
    await page.getByText('You could read the owner’s heart rate').waitFor();
    expect(await page.getByRole('button', { name: say('grantee.right.open') }).count()).toBe(0);
    // What was delivered and not opened went with its keys.
    await expect.poll(() => parts(page).getByText(say('grantee.right.sealed')).count(), { timeout: PATIENCE }).toBe(0);
    const left = await delivered('clinic');
    expect(left).toBeGreaterThan(0);
    // The owner's app goes on delivering to whom it may.
    const others = await delivered('insurer');
    await expect.poll(() => delivered('insurer'), { timeout: PATIENCE }).toBeGreaterThan(others + 1);
    expect(await delivered('clinic')).toBe(left);
  }, 2 * SLOW);

  it('everything is taken back from all of them by one press', async () => {
    const owner = await open('owner', '/owner/consent/rights', say('consent.rights.title'));
    const table = owner.getByRole('grid', { name: say('consent.rights.table') });
    for (const who of [CLINIC, INSURER, BUYER]) await table.getByText(new RegExp(`^${who} may`)).waitFor();
    await open('clinic', '/held', say('grantee.held.title'));
    await apps.clinic.page.getByRole('grid', { name: say('grantee.held.table') }).getByText(/^You may add to/).click();
    await field(apps.clinic.page, say('grantee.right.append.title')).waitFor();
    await owner.getByRole('button', { name: say('consent.rights.all') }).click();
    await owner.getByRole('dialog').getByText(say('consent.backAll.does.other', { count: 3 })).waitFor();
    await sound('owner');
    await confirm(owner, say('consent.backAll.confirm'));
    await owner.getByText(say('consent.rights.empty.title')).waitFor();
    const ended = owner.getByRole('grid', { name: say('consent.rights.table.ended') });
    expect(await ended.getByText(say('consent.status.ended')).count()).toBe(3);
    for (const who of ['clinic', 'insurer', 'buyer'] as const) {
      const { page } = apps[who];
      await page.getByText(say('consent.status.ended'), { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: say('grantee.right.open') }).count(), who).toBe(0);
      expect(await field(page, say('grantee.right.append.title')).count(), who).toBe(0);
    }
    await open('owner', '/owner/capture', say('capture.title'));
    await owner.getByRole('button', { name: begin('capture.stop.of') }).click();
    await owner.getByRole('button', { name: say('capture.stop.confirm') }).click();
    await owner.getByRole('heading', { name: say('capture.ended.title') }).waitFor();
  }, SLOW);

  it('ten thousand events are narrowed by who, what, when and purpose, and scrolled to the end of a thousand', async () => {
    const began = performance.now();
    const page = await open('owner', '/owner/consent/history', say('consent.history.title'));
    const table = page.getByRole('grid', { name: say('consent.history.table') });
    await table.getByRole('row').nth(1).waitFor();
    console.log(`consent history of ${EVENTS.toLocaleString('en')} events: shown ${(performance.now() - began).toFixed(0)} ms after navigating`);
    const count = async () => Number((await page.getByRole('status').getByText(/ lines?$/).or(page.getByText(/^[\d,]+ lines?$/)).first().innerText()).replace(/\D/g, ''));
    const counts = (n: number) => expect.poll(count, { timeout: PATIENCE }).toBe(n);
    const of = (which: (e: (typeof past)[number]) => boolean) => past.filter(which).length;
    expect(await count()).toBeGreaterThan(EVENTS + 10);
    // «You», and with whom.
    await table.getByText(say('consent.history.with', { who: CLINIC })).first().waitFor();
    const day = new Date((now - 2 * DAY_S) * 1000);
    await field(page, say('consent.history.to')).fill(`${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`);
    await counts(EVENTS);
    await choose(page, say('consent.history.who'), CLINIC);
    await counts(of((e) => e.who === 'clinic'));
    await choose(page, say('consent.history.kind'), say('consent.history.kind.ends'));
    await page.keyboard.press('Escape');
    await counts(of((e) => e.who === 'clinic' && e.ended));
    await choose(page, say('consent.history.purpose'), say(`consent.purpose.${PURPOSES.insurer}`));
    await page.getByText(say('consent.history.none.title')).waitFor();
    await page.getByRole('button', { name: say('consent.history.clear') }).first().click();
    await expect.poll(count, { timeout: PATIENCE }).toBeGreaterThan(EVENTS + 10);
    await choose(page, say('consent.history.purpose'), say(`consent.purpose.${PURPOSES.insurer}`));
    // Those of today are of that purpose as well.
    await expect.poll(count, { timeout: PATIENCE }).toBeGreaterThan(of((e) => e.who === 'insurer'));
    expect(await count()).toBeLessThan(EVENTS / 2);
    await page.getByRole('button', { name: say('consent.history.clear') }).first().click();
    await expect.poll(count, { timeout: PATIENCE }).toBeGreaterThan(EVENTS + 10);

    await table.getByRole('row').nth(1).focus();
    await expect.poll(async () => {
      await page.keyboard.press('End');
      return page.evaluate(() => Number(document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? 0));
    }, { timeout: PATIENCE }).toBeGreaterThan(1000);
    // No more of them are drawn than fit.
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await sound('owner');
  }, SLOW);

  it('left no error in any console', () => {
    for (const [who, app] of Object.entries(apps)) expect(app.errors, who).toEqual([]);
  });
});
