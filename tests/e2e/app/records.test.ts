import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accredit } from '../../../electron/chain/deploy.ts';
import { Role } from '../../../shared/domain/chain.ts';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { consentBundle } from '../../../electron/consent/clinical/fhir/consent-out.ts';
import { rightFacts } from '../../consent/clinical/facts.ts';
import { createWorld, PHD, type Person, type World } from '../../market/world.ts';
import { findings } from './axe.ts';
import { closeBrowser, field, go, openApp, shoot, whyNot, type App } from './harness.ts';
import { begin, say } from './words.ts';

const LETTER = 'Ejection fraction 34 % <script>document.title=1</script>';
const REASON = 'Found unconscious after a fall, nobody can be asked.';
const PATIENCE = 60_000;

/** A patient and a clinic: a record is issued, accepted and shared; an emergency; a health link; and the way out. */
describe.skipIf(whyNot !== null)('records, emergencies and erasure, by hand', () => {
  let world: World;
  let people: Record<'owner' | 'clinic', Person>;
  const apps = {} as Record<'owner' | 'clinic', App>;
  let dataset = 0;

  beforeAll(async () => {
    world = await createWorld({ keepers: 2 });
    people = { owner: await world.person('owner'), clinic: await world.person('clinic') };
    await accredit(world.rpc, world.network, people.clinic.address, Role.institution);
    const node = await world.open(people.owner);
    dataset = (await node.publish(world.request(await world.record(node, 6000), { title: 'Nights of May', keepers: 2, price: PHD }), { wait: 'certified' })).datasetId;
    await node.stop();
    await Promise.all((['owner', 'clinic'] as const).map(async (who) => {
      apps[who] = await openApp({ dir: people[who].dir, networkFile: world.networkFile, unlocked: true, documents: join(world.dir, 'documents') });
      apps[who].page.setDefaultTimeout(PATIENCE);
      await apps[who].page.getByRole('heading', { level: 1 }).waitFor();
    }));
  }, 240_000);
  afterAll(async () => { for (const app of Object.values(apps)) await app.stop(); await closeBrowser(); await world?.stop(); }, 60_000);
  afterEach(async ({ task }) => { if (task.result?.state === 'fail') await Promise.all(Object.entries(apps).map(([who, app]) => shoot(app, `records-${who}`))); });

  const confirm = async (page: Page, name: string) => { const dialog = page.getByRole('dialog'); await dialog.getByRole('button', { name, exact: true }).click(); await dialog.waitFor({ state: 'hidden' }); };
  async function open(app: App, path: string, title: string | RegExp): Promise<Page> {
    await go(app.page, path);
    await app.page.getByRole('heading', { level: 1, name: title }).waitFor();
    return app.page;
  }

  it('a clinic issues a record to the account of an invitation', async () => {
    const owner = await open(apps.owner, '/owner/consent', say('consent.inbox.title'));
    await owner.getByRole('button', { name: say('consent.inbox.invite') }).first().click();
    await field(owner, say('consent.invite.label')).fill('Clinic');
    await owner.getByRole('dialog').getByRole('button', { name: say('consent.invite.make') }).click();
    const invitation = await field(owner, say('consent.invite.of', { label: 'Clinic' })).inputValue();
    await owner.keyboard.press('Escape');
    const page = await open(apps.clinic, '/held/issue', say('grantee.issue.title'));
    await field(page, say('grantee.ask.invitation')).fill(invitation);
    await page.getByRole('combobox', { name: say('grantee.issue.category') }).click();
    await page.getByRole('option', { name: say('consent.category.title.history') }).click();
    await field(page, say('grantee.issue.record.title')).fill('Discharge letter');
    await field(page, say('grantee.issue.text')).fill(LETTER);
    await page.getByRole('button', { name: say('grantee.issue.review') }).click();
    await page.getByRole('dialog').getByText(say('grantee.issue.confirm.stays')).waitFor();
    await confirm(page, say('grantee.issue.confirm'));
    await page.getByRole('grid', { name: say('grantee.issue.list') }).getByText(say('grantee.issue.stored.no')).waitFor();
  });

  it('the patient accepts it and reads it as text, and the clinic sees that it is kept', async () => {
    const page = await open(apps.owner, '/owner/consent/records', say('records.title'));
    const table = page.getByRole('grid', { name: say('records.table') });
    await table.getByText('Accredited medical institution').waitFor();
    expect(await table.getByText('Discharge letter').count()).toBe(0);
    await table.getByRole('button', { name: begin('records.accept.label') }).click();
    await confirm(page, say('records.accept.confirm'));
    await table.getByText('Discharge letter').waitFor();
    await table.getByRole('button', { name: say('records.read.label', { title: 'Discharge letter' }) }).click();
    await page.getByRole('dialog').getByText(LETTER).waitFor();
    expect(await page.title()).not.toBe('1');
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await apps.clinic.page.getByRole('grid', { name: say('grantee.issue.list') }).getByText(say('grantee.issue.stored.yes')).waitFor();
  });

  it('the patient shares it without a request, and the grantee opens it', async () => {
    const page = await open(apps.owner, '/owner/consent/records', say('records.title'));
    await page.getByRole('link', { name: say('records.share.label', { title: 'Discharge letter' }) }).click();
    await page.getByRole('heading', { level: 1, name: say('consent.give.title') }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Discharge letter' }).isChecked()).toBe(true);
    await field(page, say('consent.give.to')).fill(people.clinic.address);
    await page.getByRole('button', { name: say('consent.give.review') }).click();
    await page.getByRole('dialog').getByText(CANNOT_BE_ERASED).waitFor();
    await confirm(page, say('consent.approve.confirm'));
    await page.getByRole('heading', { level: 1, name: say('consent.approve.sent.done') }).waitFor();
    const clinic = await open(apps.clinic, '/held', say('grantee.held.title'));
    await clinic.getByRole('grid', { name: say('grantee.held.table') }).getByText(/medical history/).click();
    await clinic.getByRole('button', { name: say('grantee.right.open') }).click();
    await clinic.getByText(say('grantee.right.opened')).first().waitFor();
  });

  it('a FHIR Consent of a clinic fills the form in, and ticks nothing', async () => {
    const page = await open(apps.owner, '/owner/consent/give', say('consent.give.title'));
    const facts = rightFacts({}, { expiry: 4_000_000_000 });
    const file = (text: string) => ({ name: 'consent.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await page.locator('input[type=file]').setInputFiles(file('{"resourceType":"Consent"}'));
    await page.getByText(/no valid FHIR R4 Consent/).waitFor();
    expect(await field(page, say('consent.give.to')).inputValue()).toBe('');
    await page.locator('input[type=file]').setInputFiles(file(JSON.stringify(consentBundle(facts))));
    await page.getByText(say('consent.give.file.named', { name: 'Dr. Ada Ohm' })).waitFor();
    expect(await field(page, say('consent.give.to')).inputValue()).toBe(facts.right.grantee);
    expect(await page.getByRole('checkbox', { name: 'Nights of May' }).isChecked()).toBe(false);
    expect(await page.getByRole('button', { name: say('consent.give.review') }).isDisabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
  });

  it('nothing is readable in an emergency until its owner marks it, with the consequence said', async () => {
    const clinic = await open(apps.clinic, '/held/emergency', say('grantee.emergency.title'));
    await clinic.getByText(say('grantee.emergency.dataset.none')).waitFor();
    const page = await open(apps.owner, '/owner/consent/emergencies', say('records.emergency.title'));
    const mark = page.getByRole('switch', { name: say('records.emergency.mark', { title: 'Nights of May' }) });
    expect(await mark.isChecked()).toBe(false);
    // The switch itself is behind its label.
    await mark.focus();
    await page.keyboard.press('Space');
    await page.getByRole('dialog').getByText(say('records.emergency.mark.log')).waitFor();
    await confirm(page, say('records.emergency.mark.confirm'));
    await expect.poll(() => mark.isChecked(), { timeout: PATIENCE }).toBe(true);
  });

  it('the clinic opens it with a reason, and the owner sees and contests it', async () => {
    const clinic = apps.clinic.page;
    await clinic.getByRole('combobox', { name: say('grantee.emergency.dataset') }).click();
    await clinic.getByRole('option', { name: /Nights of May|Dataset/ }).click();
    await field(clinic, say('grantee.emergency.reason')).fill(REASON);
    const now = clinic.getByRole('button', { name: say('grantee.emergency.open'), exact: true });
    expect(await now.isDisabled()).toBe(true);
    await clinic.getByLabel(say('grantee.emergency.understood')).check();
    await now.click();
    await confirm(clinic, say('grantee.emergency.confirm'));
    await clinic.getByRole('grid', { name: say('grantee.emergency.list') }).getByText(REASON).waitFor();
    const page = apps.owner.page;
    const table = page.getByRole('grid', { name: say('records.emergency.list') });
    await table.getByText(REASON).waitFor();
    await table.getByRole('button', { name: begin('records.emergency.contest.label') }).click();
    await field(page, say('records.emergency.contest.reason')).fill('I could be asked.');
    await confirm(page, say('records.emergency.contest.confirm'));
    await table.getByText(begin('records.emergency.contested')).waitFor();
    await clinic.getByRole('grid', { name: say('grantee.emergency.list') }).getByText(begin('records.emergency.contested')).waitFor();
  });

  it('a health link is made, copied and ended', async () => {
    const page = await open(apps.owner, '/owner/consent/links', say('records.link.title'));
    await page.getByRole('button', { name: say('records.link.make') }).first().click();
    const dialog = page.getByRole('dialog');
    await field(page, say('records.link.label')).fill('Dr House');
    expect(await dialog.getByRole('button', { name: say('records.link.confirm') }).isDisabled()).toBe(true);
    await dialog.getByRole('checkbox', { name: 'Discharge letter' }).check();
    await dialog.getByRole('button', { name: say('records.link.confirm') }).click();
    expect(await dialog.getByRole('textbox', { name: say('records.link.made') }).inputValue()).toMatch(/^shlink:\/[\w-]+$/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: say('records.link.end.label', { label: 'Dr House' }) }).click();
    await confirm(page, say('records.link.end.confirm'));
    await page.getByRole('grid', { name: say('records.link.table') }).getByText(begin('records.link.ended')).waitFor();
  });

  it('exports everything that is held about the person', async () => {
    const page = await open(apps.owner, '/owner/consent/history', say('consent.history.title'));
    await page.getByRole('button', { name: say('consent.export.open') }).click();
    await page.getByRole('dialog').getByText(say('consent.export.plain')).waitFor();
    await confirm(page, say('consent.export.confirm'));
    const where = (await page.getByText(begin('consent.export.done')).innerText()).replace(begin('consent.export.done'), '');
    expect(where.startsWith(join(world.dir, 'documents'))).toBe(true);
    expect(existsSync(where)).toBe(true);
  });

  it('erases the dataset, and the certificate says what cannot be erased', async () => {
    const page = await open(apps.owner, `/owner/datasets/${dataset}`, 'Nights of May');
    await page.getByRole('button', { name: say('owner.erase.open') }).last().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(say('owner.erase.understood')).check();
    await confirm(page, say('owner.erase.open'));
    await page.getByRole('button', { name: say('owner.certificate.open') }).click();
    await page.getByRole('dialog').getByText(CANNOT_BE_ERASED).first().waitFor();
  });

  it('left no error in any console', () => {
    for (const [who, app] of Object.entries(apps)) expect(app.errors, who).toEqual([]);
  });
});
