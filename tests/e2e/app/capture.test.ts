import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCaptures, type Captures } from '../../../electron/app/capture/captures.ts';
import { createHost } from '../../../electron/app/host.ts';
import type { Host } from '../../../electron/app/host-types.ts';
import { createBluetooth } from '../../../electron/capture/ble/index.ts';
import { pagesDir, startHeadless, type Headless } from '../../../electron/headless.ts';
import { createRecordingStore } from '../../../electron/recordings/store.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import { createBench, type Bench } from '../../capture/ble/virtual/bench.ts';
import { PolarSensor } from '../../capture/ble/virtual/watches/polar.ts';
import { createStrap } from '../../capture/ble/virtual/watches/strap.ts';
import { createWorld, PASSPHRASE, type World } from '../../market/world.ts';
import { ensureBuilt } from '../../shell/built.ts';
import { findings } from './axe.ts';
import { closeBrowser, go, onElectron, openApp, openPage, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 30_000 });
const device = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
/** A figure of a device while it is recorded. */
const figure = (page: Page, of: string, name: string) => device(page, of).locator('dl > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd').first().innerText();
const count = async (text: Promise<string>) => Number((await text).replace(/[^\d.]/g, ''));

describe.skipIf(whyNot !== null)('recording the simulated watch', () => {
  let world: World;
  let app: App;
  const WATCH = say('capture.simulated');

  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    app = await openApp({ dir: (await world.person('anna')).dir, networkFile: world.networkFile, unlocked: true });
    await app.page.getByRole('heading', { level: 1 }).waitFor();
  }, 180_000);
  afterAll(async () => { await app.stop(); await closeBrowser(); await world.stop(); });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await shoot(app, 'capture-simulated'); });

  it('shows what it sends as it comes, and names it as simulated', async () => {
    const { page } = app;
    await go(page, '/owner');
    await page.getByRole('link', { name: say('capture.open') }).first().click();
    await heading(page, say('capture.title'));
    await page.getByRole('button', { name: say('capture.simulated.start') }).click();
    // Its panel and that of the offer share a name: the one with figures is the recording.
    await page.getByRole('button', { name: say('capture.stop.of', { device: WATCH }) }).waitFor();
    await page.getByText(say('owner.simulated'), { exact: true }).first().waitFor();
    await page.getByText(say('capture.state.recording'), { exact: true }).waitFor();
    const card = page.getByRole('region', { name: WATCH }).filter({ has: page.locator('canvas') });
    await card.locator('canvas').first().waitFor();
    const acceleration = page.getByRole('region', { name: say('capture.trace', { stream: say('owner.kind.acceleration'), device: WATCH }) });
    await expect.poll(async () => Number.parseFloat(await acceleration.getByText(/Hz$/).innerText()), { timeout: 20_000 }).toBeGreaterThan(40);
    const drawn = await acceleration.locator('canvas').evaluate((c: HTMLCanvasElement) => {
      const { data } = c.getContext('2d')!.getImageData(0, 0, c.width, c.height);
      return new Set(Array.from({ length: data.length / 4 }, (_, i) => (data[i * 4 + 3]! > 200 ? data.slice(i * 4, i * 4 + 3).join() : ''))).size;
    });
    // Three lines, each in its colour, besides the text and the grid.
    expect(drawn).toBeGreaterThan(4);
  });

  it('goes on while one is elsewhere, and says so', async () => {
    const { page } = app;
    const rows = () => count(page.locator('dl > div', { has: page.locator('dt', { hasText: new RegExp(`^${say('capture.rows')}$`) }) }).locator('dd').first().innerText());
    const before = await rows();
    await go(page, '/owner');
    await page.getByText(say('capture.running.one', { count: 1 })).waitFor();
    await page.reload();
    await page.getByRole('link', { name: say('capture.running.look') }).click();
    await page.getByRole('button', { name: say('capture.stop.of', { device: WATCH }) }).waitFor();
    await expect.poll(rows).toBeGreaterThan(before);
  });

  it('has nothing serious for axe while it runs, and fits a narrow window', async () => {
    const { page } = app;
    expect(await findings(page)).toEqual([]);
    await page.setViewportSize({ width: 600, height: 860 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('stops once that is confirmed, and keeps recordings that say what they are', async () => {
    const { page } = app;
    const stop = page.getByRole('button', { name: say('capture.stop.of', { device: WATCH }) });
    await stop.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText(say('capture.stop.again')).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await stop.click();
    await page.getByRole('button', { name: say('capture.stop.confirm') }).click();
    await page.getByRole('heading', { name: say('capture.ended.title') }).waitFor();
    await page.getByRole('region', { name: say('capture.ended.title') }).getByRole('link').first().click();
    await page.getByText(say('owner.recording.simulated')).waitFor();
    await go(page, '/owner');
    const row = page.getByRole('row', { name: new RegExp(`${WATCH}.*${say('owner.simulated')}`, 's') }).first();
    await row.waitFor();
    await expect.poll(() => row.innerText(), { timeout: 30_000 }).toMatch(/\d+ \/ 100/);
    expect(app.errors).toEqual([]);
  });
});

/** The true pages, services and Bluetooth stack; only the radio between the adapter and the devices is made of sockets. */
describe.skipIf(whyNot !== null || onElectron)('recording devices nearby', () => {
  let world: World;
  let host: Host;
  let headless: Headless;
  let app: App;
  let bench: Bench;
  let captures: Captures;
  let dir: string | undefined;
  const strap = createStrap();
  const polar = new PolarSensor();
  let strapPeer: Awaited<ReturnType<Bench['add']>>;
  let beats: ReturnType<typeof setInterval>;
  const STRAP = 'Strap 1';

  beforeAll(async () => {
    ensureBuilt();
    world = await createWorld({ keepers: 0, validator: false });
    dir = mkdtempSync(join(tmpdir(), 'phdex-captured-'));
    host = await createHost({ kind: 'headless', profile: (await world.person('berta')).dir });
    await host.chooseNetwork({ kind: 'rpc', file: readFileSync(world.networkFile, 'utf8') });
    if (host.state().phase !== 'ready') await host.unlock({ passphrase: PASSPHRASE, remember: false });
    bench = createBench();
    const kept = new Map<string, RecordingInfo>();
    const store = createRecordingStore({ dir, key: randomBytes(32), index: { insert: (i) => void kept.set(i.id, i), list: () => [...kept.values()], get: (id) => kept.get(id), remove: (id) => void kept.delete(id) } });
    captures = createCaptures({
      store, onKept: () => null,
      openBluetooth: async () => createBluetooth({ store, noble: bench.central.noble, timeouts: { adapter: 1000, connect: 3000, discover: 3000, answer: 1500, start: 3000, retryFirst: 200, retryMost: 500 } }),
    });
    headless = await startHeadless({ host: { ...host, ready: () => ({ ...host.ready(), capture: captures }) }, pagesDir: pagesDir() });
    strapPeer = await bench.add(strap.device, { rssi: -58 });
    await bench.add(polar.device, { rssi: -72 });
    await bench.add({ name: 'Kettle <img src=x>', advertises: ['fe95'], services: [] }, { rssi: -85 });
    await bench.add(createStrap('Strap 2').device, { rssi: -66 });
    beats = setInterval(() => strap.heart.beat({ bpm: 61, rr: [1000], contact: true }), 400);
    app = await openPage(headless.url);
    await go(app.page, '/owner/capture');
    await heading(app.page, say('capture.title'));
  }, 180_000);
  afterAll(async () => {
    clearInterval(beats);
    await app?.stop();
    await closeBrowser();
    await headless?.stop();
    await captures?.close();
    bench?.close();
    await host?.stop();
    await world?.stop();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await shoot(app, 'capture-devices'); });

  it('says what to do while the adapter is off, and looks again', async () => {
    const { page } = app;
    bench.central.controller.power(false);
    await page.getByRole('button', { name: say('capture.scan.start') }).click();
    await page.getByRole('alert').getByText('Bluetooth is switched off.').waitFor();
    expect(await findings(page)).toEqual([]);
    bench.central.controller.power(true);
    // It is noticed by itself, or one asks again.
    const again = page.getByRole('button', { name: say('shell.retry') }).or(page.getByRole('button', { name: say('capture.scan.start') }));
    await again.click();
    await page.getByText(say('capture.scan.running')).waitFor();
  });

  it('lists what is near by name, signal and whether it can be recorded', async () => {
    const { page } = app;
    const list = page.getByRole('list', { name: say('capture.devices.title') });
    const item = (name: string) => list.getByRole('listitem').filter({ hasText: name });
    await item(STRAP).getByText(say('capture.device.known')).waitFor();
    await item(STRAP).getByRole('img', { name: say('capture.signal.4', { dbm: -58 }) }).waitFor();
    await item('Kettle').getByText(say('capture.device.unknown'), { exact: true }).waitFor();
    // A name from the air is text, whatever it looks like.
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await item('Strap 2').waitFor();
    await item(polar.device.name).waitFor();
  });

  it('connects two at once and no third, and shows their traces, battery and contact', async () => {
    const { page } = app;
    await page.getByRole('checkbox', { name: STRAP }).check();
    await page.getByRole('checkbox', { name: new RegExp(polar.device.name.replace(/[^\w ]/g, '.')) }).check();
    expect(await page.getByRole('checkbox', { name: 'Strap 2' }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: say('capture.name') }).fill('Morning');
    await page.getByRole('button', { name: say('capture.start.other', { count: 2 }) }).click();
    await expect.poll(() => figure(page, STRAP, say('capture.battery')), { timeout: 30_000 }).toContain('87');
    await expect.poll(() => figure(page, STRAP, say('capture.contact'))).toBe(say('capture.contact.yes'));
    await device(page, STRAP).getByText('Polar Electro Oy · H9').waitFor();
    await device(page, STRAP).getByRole('region', { name: say('capture.trace', { stream: say('owner.kind.heart-rate'), device: STRAP }) }).getByText('61 /min').waitFor();
    await expect.poll(async () => count(figure(page, polar.device.name, say('capture.rows'))), { timeout: 20_000 }).toBeGreaterThan(300);
    await page.getByText(say('capture.devices.full')).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('says that a device was lost and shows the gap when it is back', async () => {
    const { page } = app;
    bench.air.leave(strapPeer.controller);
    await device(page, STRAP).getByText(say('capture.state.waiting'), { exact: true }).waitFor({ timeout: 30_000 });
    await device(page, STRAP).getByText(begin('capture.waiting')).or(device(page, STRAP).getByText(say('capture.waiting.now'))).first().waitFor();
    expect(await figure(page, STRAP, say('capture.gaps'))).toBe('1');
    bench.air.comeBack(strapPeer.controller);
    await device(page, STRAP).getByText(say('capture.state.recording'), { exact: true }).waitFor({ timeout: 30_000 });
    await device(page, STRAP).getByText(say('capture.details')).click();
    await device(page, STRAP).getByText(/, for /).waitFor();
  });

  it('says that a strap which touches no skin measures nothing', async () => {
    const { page } = app;
    clearInterval(beats);
    beats = setInterval(() => strap.heart.beat({ bpm: 61, contact: false }), 400);
    await device(page, STRAP).getByText(say('capture.contact.lost')).waitFor();
  });

  it('stops one while the other goes on, and lists what came of it', async () => {
    const { page } = app;
    await page.getByRole('button', { name: say('capture.stop.of', { device: STRAP }) }).click();
    await page.getByRole('button', { name: say('capture.stop.confirm') }).click();
    const ended = page.getByRole('region', { name: say('capture.ended.title') });
    await ended.getByRole('link', { name: /Morning/ }).first().waitFor();
    await device(page, polar.device.name).getByText(say('capture.state.recording'), { exact: true }).waitFor();
    await page.getByRole('button', { name: say('capture.stop.of', { device: polar.device.name }) }).click();
    await page.getByRole('button', { name: say('capture.stop.confirm') }).click();
    await device(page, polar.device.name).waitFor({ state: 'hidden' });
    expect(app.errors).toEqual([]);
  });
});
