import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { AppEvent } from '../../shared/api/app.ts';
import { fundOnLocalNetwork, startLocalNetwork } from '../../electron/app/local-network.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { ended, filesWith, hostKit, PASSPHRASE, secretBox, when } from './host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());
const code = (code: string) => expect.objectContaining({ code }) as Error;
const phases = (events: AppEvent[]) => events.flatMap((e) => (e.type === 'state' ? [e.state.phase] : [])).filter((p, i, all) => p !== all[i - 1]);

describe('the first start', () => {
  it('goes from welcome to ready, and the words of the wallet are said once and kept nowhere', async () => {
    const said: string[] = [];
    const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')].map((spy) => spy.mockImplementation((text) => { said.push(String(text)); return true; }));
    const host = await kit.open('first');
    expect(host.state()).toMatchObject({ phase: 'welcome', hasWallet: false, address: null, network: null, host: 'headless', passphrase: { canRemember: false, remembered: false } });
    expect(() => host.ready()).toThrow(code('locked'));
    await expect(host.chooseNetwork({ kind: 'demo' })).rejects.toThrow(code('profile-missing'));

    const { mnemonic, address } = await host.createWallet({ passphrase: PASSPHRASE, remember: false });
    expect(mnemonic.split(' ')).toHaveLength(12);
    expect(host.state()).toMatchObject({ phase: 'welcome', hasWallet: true });
    await expect(host.createWallet({ passphrase: PASSPHRASE, remember: false })).rejects.toThrow(code('profile-exists'));

    await host.chooseNetwork({ kind: 'rpc', file: await kit.networkText() });
    const state = host.state();
    expect(state).toMatchObject({ phase: 'ready', address, network: { chainId: 31337, local: true }, sync: { state: 'live' }, balance: { phd: '0', native: '0' }, failure: null, demo: { state: 'off' }, backup: { lastAt: null, due: false } });
    expect(host.ready().owner.recordings()).toEqual([]);
    await when(host, () => phases(host.events).includes('ready'));
    expect(phases(host.events)).toEqual(['welcome', 'starting', 'ready']);
    await host.stop();

    const words = mnemonic.split(' ');
    for (const spy of spies) spy.mockRestore();
    for (const text of [JSON.stringify(host.events), JSON.stringify(host.state()), said.join('')]) {
      expect(text).not.toContain(mnemonic);
      expect(text).not.toContain(words.slice(0, 3).join(' '));
      expect(text).not.toContain(PASSPHRASE);
    }
    expect(filesWith(kit.profile('first'), mnemonic, words.slice(0, 3).join(' '), PASSPHRASE)).toEqual([]);
  });

  it('restores a wallet by its words, and refuses what are none without leaving a profile', async () => {
    const { host, mnemonic, address } = await kit.ready('made');
    await host.stop();
    const other = await kit.open('restored');
    await expect(other.restoreWallet({ mnemonic: 'abandon '.repeat(12).trim(), passphrase: PASSPHRASE, remember: false })).rejects.toThrow(code('mnemonic-invalid'));
    expect(existsSync(kit.profile('restored'))).toBe(false);
    expect(await other.restoreWallet({ mnemonic: `  ${mnemonic.toUpperCase().replaceAll(' ', '\n')} `, passphrase: PASSPHRASE, remember: false })).toEqual({ address });
    await other.chooseNetwork({ kind: 'rpc', file: await kit.networkText() });
    expect(other.state()).toMatchObject({ phase: 'ready', address });
  });
});

describe('a network', () => {
  it('that is not what its file says is refused, and another may be chosen', async () => {
    const host = await kit.open('networks');
    await host.createWallet({ passphrase: PASSPHRASE, remember: false });
    const text = await kit.networkText();
    const record = JSON.parse(text) as { chainId: number; rpcUrl: string; contracts: Record<string, string> };
    const file = (change: object) => JSON.stringify({ ...record, ...change });
    const choose = (file: string, rpcUrl?: string) => host.chooseNetwork({ kind: 'rpc', file, rpcUrl });
    await expect(choose('{ "name": ')).rejects.toThrow(code('chain-wrong'));
    await expect(choose('no-such-network')).rejects.toThrow(code('file-not-found'));
    await expect(choose(file({ chainId: 'one' }))).rejects.toThrow(/chainId/);
    await expect(choose(file({ chainId: 1 }))).rejects.toThrow(/31337.*chain 1/);
    await expect(choose(file({ contracts: { ...record.contracts, market: `0x${'12'.repeat(20)}` } }))).rejects.toThrow(/no market/);
    await expect(choose(text, 'http://127.0.0.1:9')).rejects.toThrow(code('chain-unreachable'));
    const web = createServer((_req, res) => res.end('<html>hello</html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => { web.once('listening', resolve); });
    await expect(choose(text, `http://127.0.0.1:${(web.address() as AddressInfo).port}`)).rejects.toThrow(expect.objectContaining({ hint: expect.any(String) as string }) as Error);
    web.close();
    expect(host.state()).toMatchObject({ phase: 'welcome', hasWallet: true, failure: null });
    await choose(file({ rpcUrl: 'http://127.0.0.1:9' }), record.rpcUrl);
    expect(host.state()).toMatchObject({ phase: 'ready', network: { rpcUrl: record.rpcUrl } });
    await expect(choose(text)).rejects.toThrow(/stays with the network/);
  });
});

describe('a later start', () => {
  it('is locked until the passphrase is right', async () => {
    const { host, address } = await kit.ready('later');
    host.set({ theme: 'dark', quotaMb: 2048 });
    await host.stop();

    const again = await kit.open('later');
    expect(again.state()).toMatchObject({ phase: 'locked', hasWallet: true, address: null });
    expect(again.settings()).toMatchObject({ theme: 'dark', quotaMb: 2048 });
    expect(again.notices()).toEqual([]);
    expect(() => again.ready()).toThrow(code('locked'));
    await expect(again.unlock({ passphrase: 'not the right one', remember: false })).rejects.toThrow(code('passphrase-wrong'));
    expect(again.state()).toMatchObject({ phase: 'locked', failure: null });
    await again.unlock({ passphrase: PASSPHRASE, remember: false });
    expect(again.state()).toMatchObject({ phase: 'ready', address });
    await again.lock();
    expect(again.state()).toMatchObject({ phase: 'locked', address: null, balance: null });
    expect(() => again.ready()).toThrow(code('locked'));
    await again.unlock({ passphrase: PASSPHRASE, remember: false });
    expect(again.state().phase).toBe('ready');
    await expect(again.unlock({ passphrase: PASSPHRASE, remember: true })).rejects.toThrow(/no place to keep/);
  });

  it('that was locked in the middle of a job ends it, and shows nothing of it', async () => {
    const { host } = await kit.ready('busy');
    await host.ready().owner.simulate({ minutes: 1, seed: 1 });
    await vi.waitUntil(() => host.jobs()[0]?.state === 'done', { timeout: 60_000 });
    await host.ready().owner.simulate({ minutes: 24 * 60, seed: 2 });
    expect(host.jobs()).toHaveLength(2);
    await host.lock();
    expect(host.jobs()).toEqual([]);
    await host.unlock({ passphrase: PASSPHRASE, remember: false });
    expect(await host.ready().owner.recordings()).toHaveLength(1);
    await host.stop();
  });

  it('opens by itself where the system keeps the passphrase, and asks again where it was forgotten', async () => {
    const box = secretBox();
    const host = await kit.open('kept', { kind: 'electron', secretBox: box });
    expect(host.state().passphrase).toEqual({ canRemember: true, remembered: false });
    await host.createWallet({ passphrase: PASSPHRASE, remember: true });
    await host.chooseNetwork({ kind: 'rpc', file: await kit.networkText() });
    expect(host.state().passphrase.remembered).toBe(true);
    await host.stop();
    expect(filesWith(kit.profile('kept'), PASSPHRASE, Buffer.from(PASSPHRASE).toString('base64'))).toEqual([]);

    const again = await kit.open('kept', { kind: 'electron', secretBox: box });
    await when(again, (s) => s.phase === 'ready');
    await again.forgetPassphrase();
    expect(again.state().passphrase.remembered).toBe(false);
    await again.stop();
    expect((await kit.open('kept', { kind: 'electron', secretBox: box })).state().phase).toBe('locked');
  });

  it('asks where the system cannot open what it sealed', async () => {
    const box = secretBox();
    const host = await kit.open('moved', { kind: 'electron', secretBox: box });
    await host.createWallet({ passphrase: PASSPHRASE, remember: true });
    await host.chooseNetwork({ kind: 'rpc', file: await kit.networkText() });
    await host.stop();
    box.works = false;
    const again = await kit.open('moved', { kind: 'electron', secretBox: box });
    expect(again.state()).toMatchObject({ phase: 'locked', passphrase: { remembered: false } });
  });

  it('of a second app on one profile says that it is in use', async () => {
    const { host } = await kit.ready('shared');
    const second = await kit.open('shared');
    await expect(second.unlock({ passphrase: PASSPHRASE, remember: false })).rejects.toThrow(code('profile-in-use'));
    expect(second.state()).toMatchObject({ phase: 'failed', failure: { code: 'profile-in-use', hint: expect.any(String) as string } });
    await host.stop();
    await second.unlock({ passphrase: PASSPHRASE, remember: false });
    expect(second.state()).toMatchObject({ phase: 'ready', failure: null });
  });

  it('with a damaged note says so instead of starting anew', async () => {
    const { host } = await kit.ready('damaged');
    await host.stop();
    writeFileSync(join(kit.profile('damaged'), 'app.json'), '{"version":1,"netw');
    await expect(kit.open('damaged')).rejects.toThrow(code('database-corrupt'));
  });

  it('that finds no chain shows what it knows, and goes on when the chain is there', async () => {
    const { rpcUrl } = await kit.network();
    const proxy = createServer((req, res) => { void (async () => { const body: Buffer[] = []; for await (const part of req) body.push(part as Buffer); res.end(await (await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.concat(body) })).text()); })().catch(() => res.destroy()); });
    const listen = (port: number) => new Promise<number>((resolve) => { proxy.listen(port, '127.0.0.1', () => resolve((proxy.address() as AddressInfo).port)); });
    const port = await listen(0);
    const away = () => new Promise((resolve) => { proxy.close(resolve); proxy.closeAllConnections(); });
    const host = await kit.open('offline');
    await host.createWallet({ passphrase: PASSPHRASE, remember: false });
    await host.chooseNetwork({ kind: 'rpc', file: await kit.networkText(), rpcUrl: `http://127.0.0.1:${port}` });
    await away();
    await when(host, (s) => s.sync?.state === 'offline');
    await host.stop();

    const again = await kit.open('offline');
    const began = Date.now();
    await again.unlock({ passphrase: PASSPHRASE, remember: false });
    // An endpoint that is away is waited for half a minute elsewhere; not here.
    expect(Date.now() - began).toBeLessThan(25_000);
    expect(again.state()).toMatchObject({ phase: 'ready', sync: { state: 'offline' }, network: { chainId: 31337 } });
    expect(again.ready().owner.recordings()).toEqual([]);
    await listen(port);
    await when(again, (s) => s.sync?.state === 'live');
    await again.stop();
    await away();
  });

  it('is stopped at once while it still comes up', async () => {
    const { host } = await kit.ready('hasty');
    await host.stop();
    const path = join(kit.profile('hasty'), 'network.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')) as object, rpcUrl: 'http://127.0.0.1:9' }));
    const again = await kit.open('hasty');
    const opening = again.unlock({ passphrase: PASSPHRASE, remember: false }).catch((error: unknown) => error);
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
    const began = Date.now();
    await again.stop();
    // Less than the half minute that it waits for an endpoint.
    expect(Date.now() - began).toBeLessThan(20_000);
    await opening;
    expect(again.state().phase).not.toBe('ready');
  });

  it('against another chain than before says so', async () => {
    const { host } = await kit.ready('other-chain');
    await host.stop();
    const other = await startLocalNetwork({ dir: join(kit.dir, 'other') });
    writeFileSync(join(kit.profile('other-chain'), 'network.json'), readFileSync(other.networkFile));
    const again = await kit.open('other-chain');
    await expect(again.unlock({ passphrase: PASSPHRASE, remember: false })).rejects.toThrow(code('chain-wrong'));
    expect(again.state()).toMatchObject({ phase: 'failed', failure: { code: 'chain-wrong' } });
    await other.stop();
  });
});

describe('while it runs', () => {
  it('settings are checked, told and kept', async () => {
    const { host } = await kit.ready('settings');
    expect(() => host.set({ quotaMb: 1 })).toThrow();
    expect(() => host.set({ theme: 'pink' as 'dark' })).toThrow();
    expect(host.set({ homeRole: 'keeper', autoRelease: false })).toMatchObject({ homeRole: 'keeper', autoRelease: false, quotaMb: 10_240 });
    expect(host.events.some((e) => e.type === 'changed' && e.topics.includes('settings'))).toBe(true);
    await host.stop();
    expect((await kit.open('settings')).settings()).toMatchObject({ homeRole: 'keeper', autoRelease: false });
  });

  it('coins that come are told, and a place to go to reaches the pages', async () => {
    const { host, address } = await kit.ready('coins');
    await fundOnLocalNetwork((await kit.network()).networkFile, [address], 5n * 10n ** 18n);
    await createRpc((await kit.network()).rpcUrl).call('anvil_mine', ['0x1']);
    await when(host, (s) => s.balance?.native === '5000000000000000000');
    host.go('/owner/datasets/3');
    expect(host.events.at(-1)).toEqual({ type: 'go', path: '/owner/datasets/3' });
  });

  it('a file that is sent can be imported, and nothing of it stays behind', async () => {
    const { host } = await kit.ready('uploading');
    const rows = Array.from({ length: 3000 }, (_, i) => `${i * 20},${(Math.sin(i / 5) * 3).toFixed(4)},0.1717,9.8123`);
    async function* body() { yield Buffer.from('t_ms,x,y,z\n'); for (let i = 0; i < rows.length; i += 100) yield Buffer.from(`${rows.slice(i, i + 100).join('\n')}\n`); }
    const { upload } = await host.upload('morning.csv', body());
    expect(await ended(host, host.ready().owner.importFile({ file: { upload }, skipMalformed: false }))).toMatchObject({ state: 'done', error: null });
    const [recording] = await host.ready().owner.recordings();
    expect(recording).toMatchObject({ title: 'morning', rows: 3000 });
    expect(filesWith(kit.profile('uploading'), '0.1717', '9.8123')).toEqual([]);
    await expect(Promise.resolve().then(() => host.ready().owner.importFile({ file: { upload }, skipMalformed: false }))).rejects.toThrow(code('file-not-found'));
    await host.stop();
    expect(readdirSync(join(kit.profile('uploading'), 'work'))).toEqual([]);
  });
});
