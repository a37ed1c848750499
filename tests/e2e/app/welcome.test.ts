import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, PASSPHRASE, type World } from '../../market/world.ts';
import { closeBrowser, field, openApp, whyNot, type App } from './harness.ts';
import { say } from './words.ts';

describe.skipIf(whyNot !== null)('the first start', () => {
  let world: World;
  const apps: App[] = [];
  beforeAll(async () => { world = await createWorld({ keepers: 0, validator: false }); }, 120_000);
  afterAll(async () => { for (const app of apps) await app.stop(); await closeBrowser(); await world.stop(); });
  const open = async (name: string) => { const app = await openApp({ dir: join(world.dir, name) }); apps.push(app); return app; };
  let words: string[] = [];
  let address = '';

  async function chooseNetwork(page: App['page']): Promise<void> {
    await page.getByRole('radio', { name: new RegExp(say('shell.welcome.network.rpc')) }).click();
    const file = page.getByRole('textbox', { name: say('shell.welcome.network.file') });
    await file.fill(readFileSync(world.networkFile, 'utf8'));
    await page.getByRole('button', { name: say('shell.continue') }).click();
  }
  const addressOf = async (page: App['page']) => { await page.evaluate(() => { location.hash = '#/wallet'; }); return (await page.getByText(/^0x[0-9a-f]{40}$/).first().innerText()).trim(); };

  it('makes a wallet whose words are shown once and asked for, and lands on the tab that was chosen', async () => {
    const { page, errors } = await open('ann');
    await page.getByRole('button', { name: new RegExp(say('shell.welcome.new')) }).click();
    await field(page, say('shell.welcome.passphrase')).fill(PASSPHRASE);
    const create = page.getByRole('button', { name: say('shell.welcome.create') });
    await field(page, say('shell.welcome.passphrase.again')).fill('something else');
    expect(await create.isDisabled()).toBe(true);
    await field(page, say('shell.welcome.passphrase.again')).fill(PASSPHRASE);
    await create.click();
    const list = page.getByRole('list', { name: say('shell.welcome.write.list') });
    await list.waitFor();
    words = await list.getByRole('listitem').allInnerTexts();
    expect(words).toHaveLength(12);
    await page.getByRole('button', { name: say('shell.welcome.write.next') }).click();
    const asked = page.getByRole('textbox', { name: /^Word number \d+/ });
    await asked.first().waitFor();
    const labels = await asked.evaluateAll((fields) => fields.map((f) => (f as HTMLInputElement).labels![0]!.innerText));
    const places = labels.map((l) => Number(/\d+/.exec(l)![0]) - 1);
    for (const [i, place] of places.entries()) await asked.nth(i).fill(i === 1 ? 'zebra' : words[place]!);
    await page.getByRole('button', { name: say('shell.welcome.confirm.next') }).click();
    await page.getByText(say('shell.welcome.confirm.wrong', { n: places[1]! + 1 })).waitFor();
    await asked.nth(1).fill(words[places[1]!]!);
    await page.getByRole('button', { name: say('shell.welcome.confirm.next') }).click();
    await chooseNetwork(page);
    await page.getByRole('radio', { name: new RegExp(say('shell.welcome.role.customer')) }).click();
    await page.getByRole('button', { name: say('shell.welcome.start') }).click();
    await page.getByRole('heading', { level: 1, name: say('customer.market.title') }).waitFor();
    // They are nowhere any more: not in the page, not in what it keeps.
    const kept = await page.evaluate(() => JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }]));
    expect(words.filter((w) => w.length > 5 && kept.includes(` ${w} `))).toEqual([]);
    address = await addressOf(page);
    expect(errors).toEqual([]);
  });

  it('keeps its token over a reload, and a page without one says how to get in', async () => {
    const { page } = apps[0]!;
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: say('shell.wallet.title') }).waitFor();
    const stranger = await page.context().browser()!.newPage();
    await stranger.goto(new URL('/', page.url()).href);
    await stranger.getByText(say('shell.connection.wrong')).waitFor();
    await stranger.close();
  });

  it('locks, refuses a wrong passphrase, and unlocks', async () => {
    const { page } = apps[0]!;
    await page.getByRole('button', { name: say('shell.header.menu') }).click();
    await page.getByRole('menuitem', { name: say('shell.header.lock') }).click();
    await page.getByRole('heading', { level: 1, name: say('shell.locked.title') }).waitFor();
    const input = field(page, say('shell.welcome.passphrase'));
    await input.fill('not the passphrase');
    await page.getByRole('button', { name: say('shell.locked.unlock') }).click();
    await page.getByRole('alert').filter({ hasText: /passphrase/i }).waitFor();
    await input.fill(PASSPHRASE);
    await page.getByRole('button', { name: say('shell.locked.unlock') }).click();
    await page.getByRole('heading', { level: 1, name: say('shell.wallet.title') }).waitFor();
  });

  it('restores the same account from its words, and says what is wrong with others', async () => {
    const { page } = await open('ann-again');
    await page.getByRole('button', { name: new RegExp(say('shell.welcome.words')) }).click();
    const input = field(page, say('shell.welcome.mnemonic'));
    await input.fill(words.slice(0, 11).join(' '));
    await field(page, say('shell.welcome.passphrase')).fill(PASSPHRASE);
    await field(page, say('shell.welcome.passphrase.again')).fill(PASSPHRASE);
    const restore = page.getByRole('button', { name: say('shell.welcome.restore') });
    if (await restore.isEnabled()) { await restore.click(); await page.getByText(/no mnemonic/).waitFor(); }
    await input.fill([...words.slice(0, 11), 'phdex'].join(' '));
    await restore.click();
    await page.getByText(/no mnemonic/).waitFor();
    await input.fill(`  ${words.join('\n').toUpperCase()} `);
    await restore.click();
    await chooseNetwork(page);
    await page.getByRole('button', { name: say('shell.welcome.start') }).click();
    await page.getByRole('heading', { level: 1, name: say('owner.recordings.title') }).waitFor();
    expect(await addressOf(page)).toBe(address);
  });
});
