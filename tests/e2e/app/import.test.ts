import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { zip } from '../../capture/import/fixtures.ts';
import { createWorld, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, go, onElectron, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 30_000 });
const two = (n: number) => String(n).padStart(2, '0');

/** A table as a person's spreadsheet writes it: semicolons, decimal commas, a date and a time of day beside it, local time without a zone. */
function table(rows: number): string {
  const lines = ['Datum;Uhrzeit;Puls;Temp'];
  for (let i = 0; i < rows; i++) lines.push(`29.03.2026;01:${two(50 + Math.floor(i / 60))}:${two(i % 60)};${60 + (i % 7)};36,${two(i % 60)}`);
  return `${lines.join('\n')}\n`;
}
function appleExport(minutes: number): string {
  const record = (type: string, unit: string, i: number, value: number) => { const at = `2026-02-01 ${two(8 + Math.floor(i / 60))}:${two(i % 60)}:00 +0100`; return `<Record type="${type}" sourceName="Watch" unit="${unit}" creationDate="${at}" startDate="${at}" endDate="${at}" value="${value}"/>`; };
  const all = Array.from({ length: minutes }, (_, i) => `${record('HKQuantityTypeIdentifierHeartRate', 'count/min', i, 60 + (i % 20))}\n${record('HKQuantityTypeIdentifierStepCount', 'count', i, i % 90)}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n${all.join('\n')}\n</HealthData>\n`;
}
const exportZip = (minutes: number) => zip([{ name: 'apple_health_export/export.xml', content: appleExport(minutes) }, { name: 'apple_health_export/readme <img src=x>.txt', content: 'hello' }]);

describe.skipIf(whyNot !== null)('importing, by hand', () => {
  let world: World;
  let app: App;
  let dialog: Locator;
  const path = (name: string, content: string | Buffer): string => { const to = join(world.dir, name); writeFileSync(to, content); return to; };

  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    app = await openApp({ dir: (await world.person('anna')).dir, networkFile: world.networkFile, unlocked: true });
    await go(app.page, '/owner');
    await heading(app.page, say('owner.recordings.title'));
    dialog = app.page.getByRole('dialog');
  }, 180_000);
  afterAll(async () => { await app?.stop(); await closeBrowser(); await world?.stop(); });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await shoot(app, 'import'); });

  const give = (...paths: string[]) => app.page.locator('input[type=file]').first().setInputFiles(paths);
  const start = (files = 1) => dialog.getByRole('button', { name: files === 1 ? say('owner.import.start.one') : say('owner.import.start.other', { count: files }), exact: true });
  const closed = () => dialog.waitFor({ state: 'hidden' });

  it('says in words what can be imported', async () => {
    const { page } = app;
    await page.getByRole('button', { name: say('import.more') }).first().click();
    await page.getByRole('menuitem', { name: say('import.formats.open') }).click();
    for (const key of ['owner.source.apple-health', 'owner.source.gadgetbridge', 'owner.source.edf', 'owner.source.samsung-health'] as const) await dialog.getByRole('cell', { name: say(key), exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await closed();
  });

  it('guesses the columns of a table, which the person changes, sees and confirms', async () => {
    const { page } = app;
    await give(path('tagebuch.csv', table(600)));
    await dialog.getByText(say('import.mapping.title')).waitFor();
    expect(await start().isDisabled()).toBe(true);
    // Guessed: the date, the time of day beside it, and that commas are decimal.
    const is = (column: string) => dialog.getByRole('textbox', { name: say('import.mapping.is.of', { column }) }).or(dialog.getByRole('combobox', { name: say('import.mapping.is.of', { column }) }));
    await expect.poll(() => is('Datum').inputValue()).toBe(say('import.role.time'));
    expect(await is('Uhrzeit').inputValue()).toBe(say('import.role.clock'));
    await is('Puls').click();
    await page.getByRole('option', { name: say('owner.kind.heart-rate') }).click();
    await is('Temp').click();
    await page.getByRole('option', { name: say('owner.kind.temperature') }).click();
    const unit = dialog.getByLabel(say('import.mapping.unit.of', { column: 'Temp' }));
    await expect.poll(() => unit.inputValue()).toBe('Cel');
    const example = dialog.getByRole('region', { name: say('import.mapping.example') });
    await example.getByRole('columnheader', { name: 'temperature (°C)' }).waitFor();
    await example.getByRole('cell', { name: '36.01', exact: true }).waitFor();
    // Taken away, nothing is left to say when: it cannot be imported, and says why.
    await is('Datum').click();
    await page.getByRole('option', { name: say('import.role.none') }).click();
    await dialog.getByText(say('import.mapping.incomplete')).waitFor();
    expect(await dialog.getByRole('checkbox', { name: say('import.mapping.confirm') }).isDisabled()).toBe(true);
    await is('Datum').click();
    await page.getByRole('option', { name: say('import.role.time') }).click();
    await dialog.getByRole('checkbox', { name: say('import.mapping.confirm') }).check();
    expect(await findings(page)).toEqual([]);
  });

  it('asks for the zone of clocks that name none, and minds the night when clocks change', async () => {
    const { page } = app;
    const zone = dialog.getByRole('textbox', { name: say('import.zone') }).or(dialog.getByRole('combobox', { name: say('import.zone') }));
    await zone.click();
    await zone.fill('Berlin');
    await page.getByRole('option', { name: 'Europe/Berlin' }).click();
    await expect.poll(() => start().isEnabled()).toBe(true);
    await dialog.getByLabel(say('owner.import.name')).fill('Tagebuch <img src=x>');
    await start().click();
    await closed();
    const row = page.getByRole('row', { name: /Tagebuch <img src=x>/ });
    await row.click();
    await heading(page, 'Tagebuch <img src=x>');
    expect(await page.locator('img[src=x]').count()).toBe(0);
    // 10 minutes from 01:50 on in Berlin, where 02:00 is 03:00: no hour is lost or made up.
    await page.getByText('9 min 59 sec').first().waitFor();
    await page.getByText(/Europe\/Berlin/).first().waitFor();
    await go(page, '/owner');
  });

  it('shows what an export holds before anything is kept, and makes a recording of each series', async () => {
    const { page } = app;
    await give(path('export.zip', exportZip(300)));
    await dialog.getByText(say('import.preview.recordings.other', { count: 2 })).waitFor();
    await dialog.getByRole('cell', { name: /Heart rate/ }).first().waitFor();
    expect(await page.getByRole('grid').getByRole('row', { name: /Apple Health/ }).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await start().click();
    await closed();
    const imports = page.getByRole('region', { name: say('owner.import.list') });
    await imports.getByText(say('import.done.other', { count: 2, rows: 600 })).waitFor({ timeout: 30_000 });
    // The file that nothing reads is told by its name, as text.
    await imports.getByText(say('import.report.title')).last().click();
    await imports.getByText(/readme <img src=x>\.txt/).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await imports.getByRole('link', { name: /Heart rate/ }).click();
    await page.getByText(/One of 2 recordings from export\.zip/).waitFor();
    await go(page, '/owner');
  });

  it('adds nothing twice, and of a longer export only what is new', async () => {
    const { page } = app;
    await give(path('export.zip', exportZip(300)));
    await dialog.getByText(say('import.nothing.new')).waitFor();
    expect(await start().isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await closed();
    await give(path('export.zip', exportZip(360)));
    await dialog.getByRole('columnheader', { name: say('import.preview.there') }).waitFor();
    await dialog.getByRole('row', { name: /Heart rate/ }).getByRole('cell', { name: '60', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await closed();
  });

  it('takes several at once, each by itself, and leaves out what cannot be read', async () => {
    const { page } = app;
    const csv = await world.csv(2000);
    await give(csv, path('empty.csv', ''), path('noise.bin', Buffer.from([0, 1, 2, 3, 0, 255])));
    await dialog.getByText(/empty\.csv is empty/).waitFor();
    await dialog.getByRole('region', { name: 'noise.bin' }).getByRole('alert').waitFor();
    await dialog.getByText(say('import.ready', { ready: 1, total: 3 })).waitFor();
    await dialog.getByRole('button', { name: say('import.leave', { file: 'empty.csv' }) }).click();
    await dialog.getByText(/empty\.csv is empty/).waitFor({ state: 'hidden' });
    await start().click();
    // What is left is still to be decided about.
    await dialog.getByRole('button', { name: say('owner.cancel') }).click();
    await closed();
    await page.getByRole('region', { name: say('owner.import.list') }).getByText(begin('import.done.one')).or(page.getByText(/1 recording made from 2,000/)).first().waitFor({ timeout: 30_000 });
  });

  it('says which line is wrong, and goes on without it when told to', async () => {
    const { page } = app;
    await give(path('row.csv', `t,x,y,z\n${Array.from({ length: 50 }, (_, i) => (i === 20 ? 'oops,1,2' : `${i / 10},1,2,${i % 7}`)).join('\n')}\n`));
    await dialog.getByText(/[Ll]ine 22/).first().waitFor();
    expect(await start().isDisabled()).toBe(true);
    await dialog.getByRole('checkbox', { name: say('owner.import.skip') }).check();
    await start().click();
    await closed();
    await page.getByRole('row', { name: /row/ }).first().waitFor();
  });

  it.skipIf(onElectron)('takes a folder as one', async () => {
    const { page } = app;
    const folder = join(world.dir, 'E4_session');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'HR.csv'), `1764000000.00\n1.000000\n${Array.from({ length: 120 }, (_, i) => `${60 + (i % 9)}.00`).join('\n')}\n`);
    writeFileSync(join(folder, 'TEMP.csv'), `1764000000.00\n4.000000\n${Array.from({ length: 480 }, (_, i) => (33 + (i % 10) / 100).toFixed(2)).join('\n')}\n`);
    writeFileSync(join(folder, '.DS_Store'), 'x');
    await page.getByRole('button', { name: say('import.more') }).first().click();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('menuitem', { name: say('import.folder') }).click()]);
    await chooser.setFiles(folder);
    await dialog.getByText(say('owner.source.empatica-e4'), { exact: true }).first().waitFor();
    await dialog.getByText(say('import.preview.recordings.other', { count: 2 })).waitFor();
    expect(await dialog.getByText('.DS_Store').count()).toBe(0);
    await start().click();
    await closed();
    await page.getByText(say('import.done.other', { count: 2, rows: 600 })).first().waitFor({ timeout: 30_000 });
  });

  it('shows on the page of a recording what a FHIR file says of its origin, as text', async () => {
    const { page } = app;
    const hearts = Array.from({ length: 60 }, (_, i) => ({ fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, resource: { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: new Date(Date.UTC(2025, 4, 1) + i * 1000).toISOString(), valueQuantity: { value: 60 + (i % 9), system: 'http://unitsofmeasure.org', code: '/min' } } }));
    const provenance = { resource: { resourceType: 'Provenance', target: [{ reference: hearts[0]!.fullUrl }], recorded: '2025-05-02T12:00:00Z', agent: [{ who: { display: 'Dr. Ohm <img src=x>' } }], entity: [{ role: 'source', what: { display: 'Holter 7' } }] } };
    await give(path('clinic.json', JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [...hearts, provenance] })));
    await expect.poll(() => start().isEnabled(), { timeout: 30_000 }).toBe(true);
    await start().click();
    await closed();
    await page.getByRole('grid').getByRole('row', { name: /FHIR/ }).first().click();
    await page.getByText(say('owner.notes.origins')).waitFor({ timeout: 30_000 });
    await page.getByText(/^By Dr\. Ohm <img src=x>, .*2025.* · From Holter 7$/).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(await findings(page)).toEqual([]);
    await go(page, '/owner');
  });

  it('is cancelled while it runs, and tried again', async () => {
    const { page } = app;
    await give(await world.csv(400_000));
    await expect.poll(() => start().isEnabled(), { timeout: 60_000 }).toBe(true);
    await start().click();
    await closed();
    const imports = page.getByRole('region', { name: say('owner.import.list') });
    await imports.getByRole('button', { name: /^Cancel/ }).click();
    await imports.getByText(say('owner.import.cancelled')).waitFor({ timeout: 30_000 });
    await imports.getByRole('button', { name: say('owner.import.again') }).click();
    await expect.poll(() => start().isEnabled(), { timeout: 60_000 }).toBe(true);
    await page.keyboard.press('Escape');
    await closed();
    expect(app.errors).toEqual([]);
  });
});
