import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 30_000 });

describe.skipIf(whyNot !== null)('the diary, by hand', () => {
  let world: World;
  let app: App;

  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    app = await openApp({ dir: (await world.person('anna')).dir, networkFile: world.networkFile, unlocked: true });
    await go(app.page, '/owner/manual');
    await heading(app.page, say('manual.title'));
  }, 180_000);
  afterAll(async () => { await app?.stop(); await closeBrowser(); await world?.stop(); });
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await shoot(app, 'manual'); });

  const form = () => app.page.getByRole('region', { name: say('manual.new') });
  const add = () => form().getByRole('button', { name: say('manual.add') });
  const kind = (key: Parameters<typeof say>[0]) => form().getByRole('radio', { name: say(key) }).press('Space');
  const number = (key: Parameters<typeof say>[0]) => form().getByRole('textbox', { name: say(key), exact: true });
  const row = (name: RegExp) => app.page.getByRole('grid', { name: say('manual.list') }).getByRole('row', { name });

  it('begins empty, and says what it is for', async () => {
    await app.page.getByText(say('manual.empty.title')).waitFor();
    expect(await add().isDisabled()).toBe(true);
    expect(await findings(app.page)).toEqual([]);
  });

  it('writes each kind down with its unit', async () => {
    const { page } = app;
    await form().getByRole('combobox', { name: say('manual.name.medicine') }).or(form().getByLabel(say('manual.name.medicine'))).first().fill('Ibuprofen <img src=x>');
    await number('manual.amount').fill('400');
    await add().click();
    await row(/Ibuprofen <img src=x>.*400.mg/s).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await kind('manual.kind.symptom');
    await form().getByLabel(say('manual.name.symptom'), { exact: true }).last().fill('Headache');
    await form().getByRole('slider').press('ArrowRight');
    await form().getByRole('slider').press('ArrowRight');
    await add().click();
    await row(/Headache.*7 of 10/s).waitFor();
    await kind('manual.kind.training');
    await form().getByLabel(say('manual.name.training'), { exact: true }).last().fill('Running');
    await number('manual.minutes').fill('45');
    await add().click();
    await row(/Running.*45 min/s).waitFor();
    await kind('manual.kind.weight');
    await number('manual.weight').fill('71.5');
    await add().click();
    await row(/LOINC 29463-7.*71\.5.kg/s).waitFor();
    await kind('manual.kind.glucose');
    await number('manual.glucose').fill('5.4');
    await add().click();
    await row(/LOINC 15074-8.*5\.4.mmol\/L/s).waitFor();
    await form().getByText(/Written down: Blood glucose, 5\.4/).waitFor();
  });

  it('stops slips of the hand before they are kept', async () => {
    await kind('manual.kind.blood-pressure');
    await number('manual.systolic').fill('79');
    await number('manual.diastolic').fill('121');
    await form().getByText(say('manual.slip.pressure')).waitFor();
    expect(await add().isDisabled()).toBe(true);
    await number('manual.systolic').fill('121');
    await number('manual.diastolic').fill('79');
    await number('manual.pulse').fill('62');
    await form().getByText(say('manual.slip.pressure')).waitFor({ state: 'hidden' });
    await add().press('Enter');
    await row(/Blood pressure.*121\/79 mmHg, pulse 62/s).waitFor();
    await kind('manual.kind.glucose');
    await number('manual.glucose').fill('540');
    await form().getByText(say('manual.slip.glucose')).waitFor();
    await number('manual.glucose').fill('');
  });

  it('changes an entry, time and all', async () => {
    const { page } = app;
    await row(/Running/).getByRole('button', { name: begin('manual.edit') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: say('manual.minutes'), exact: true }).fill('50');
    await dialog.getByLabel(say('manual.at')).fill('2026-05-01T07:30');
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: say('manual.edit.save') }).click();
    await dialog.waitFor({ state: 'hidden' });
    await row(/May 1, 2026.*7:30.*Running.*50 min/s).waitFor();
    // Still there after the page was loaded again.
    await page.reload();
    await row(/May 1, 2026.*Running.*50 min/s).waitFor();
  });

  it('makes a recording of each series, which can be looked at like any other', async () => {
    const { page } = app;
    await row(/121\/79/).getByRole('link').click();
    await heading(page, 'Blood pressure');
    await page.getByRole('region', { name: say('device.title') }).getByText(say('device.byhand')).first().waitFor();
    await go(page, '/owner');
    await page.getByRole('row', { name: /Medicine: Ibuprofen/ }).waitFor();
    await go(page, '/owner/manual');
  });

  it('removes an entry once that is confirmed', async () => {
    const { page } = app;
    await row(/Headache/).getByRole('button', { name: begin('manual.remove') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Headache, 7 of 10/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await row(/Headache/).waitFor();
    await row(/Headache/).getByRole('button', { name: begin('manual.remove') }).click();
    await dialog.getByRole('button', { name: say('manual.remove.confirm') }).click();
    await row(/Headache/).waitFor({ state: 'hidden' });
    await go(page, '/owner');
    await page.getByRole('row', { name: /Medicine: Ibuprofen/ }).waitFor();
    // What was shown last stands until the new answer is there.
    await page.getByRole('row', { name: /Symptom: Headache/ }).waitFor({ state: 'hidden' });
    expect(app.errors).toEqual([]);
  });

  it('fits a narrow window and a dark room', async () => {
    const { page } = app;
    await go(page, '/owner/manual');
    await page.setViewportSize({ width: 600, height: 860 });
    await row(/Ibuprofen/).waitFor();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark'));
    expect(await findings(page)).toEqual([]);
  });
});
