/**
 * Loads out/electron/main.js under a stand-in for Electron, does what a person, a page and an attacker do, and prints
 * what happened as one line of JSON. A process of its own: main.ts acts as it is loaded.
 */
import { registerHooks } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { app, ipcMain, nativeTheme, record, session, utilities, type WebContents } from './electron-stand-in.ts';

const realHost = process.env.PHDEX_TEST_REAL_HOST === '1';
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron') return { url: new URL('./electron-stand-in.ts', import.meta.url).href, shortCircuit: true };
    if (!realHost && specifier === './app/host.js' && context.parentURL?.endsWith('/out/electron/main.js')) return { url: new URL('./host-module.ts', import.meta.url).href, shortCircuit: true };
    return next(specifier, context);
  },
});
const { made } = await import('./host-module.ts');
await import(new URL('../../out/electron/main.js', import.meta.url).href);

const until = async (what: string, holds: () => boolean) => {
  for (let i = 0; i < 400; i += 1) { if (holds()) return; await sleep(25); }
  throw new Error(`${what} did not happen: ${record.errors.join(' ')}`);
};
const prevented = (emitter: { emit(name: string, ...args: unknown[]): boolean }, name: string, ...args: unknown[]) => {
  let is = false;
  emitter.emit(name, { preventDefault() { is = true; } }, ...args);
  return is;
};
const facts: Record<string, unknown> = {};

if (process.env.PHDEX_TEST_SECOND === '1') {
  await sleep(300);
  console.log(JSON.stringify({ exit: record.exit, windows: record.windows.length, hosts: made.length }));
  process.exit(0);
}
await until('a window', () => record.windows.length === 1 || record.exit !== null);
const window = record.windows[0]!;
const contents: WebContents = window.webContents;
facts.schemes = record.schemes;
facts.window = window.options;
facts.url = window.url;
facts.shown = window.calls.includes('show');

const pages = record.handlers.get('phdex-app')!;
const answer = async (url: string, method = 'GET') => { const a = await pages(new Request(url, { method })); return { status: a.status, headers: Object.fromEntries(a.headers), text: (await a.text()).slice(0, 3000) }; };
facts.index = await answer('phdex-app://app/index.html');
facts.refusedPages = {
  traversal: (await answer('phdex-app://app/..%2f..%2fpackage.json')).status, encoded: (await answer('phdex-app://app/%2e%2e/%2e%2e/package.json')).status, backslash: (await answer('phdex-app://app/..%5c..%5cpackage.json')).status,
  otherHost: (await answer('phdex-app://evil/index.html')).status, post: (await answer('phdex-app://app/index.html', 'POST')).status, main: (await answer('phdex-app://app/electron/main.js')).status,
};

facts.permissions = await Promise.all(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fileSystem'].map((p) => new Promise((resolve) => record.permission(contents, p, resolve, { requestingUrl: 'phdex-app://app/index.html' }))));
facts.checks = [record.check(contents, 'media', 'phdex-app://app'), record.check(contents, 'clipboard-sanitized-write', 'https://example.com'), record.check(null, 'clipboard-sanitized-write', undefined), record.device({ deviceType: 'hid' })];
facts.copying = record.check(contents, 'clipboard-sanitized-write', 'phdex-app://app/');
const cancelled = (url: string) => new Promise<boolean>((resolve) => record.before({ url }, (r: { cancel: boolean }) => resolve(r.cancel)));
facts.requests = Object.fromEntries(await Promise.all(['phdex-app://app/assets/a.js', 'phdex-app://evil/a.js', 'https://example.com/', 'http://127.0.0.1:80/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'data:text/html,x', 'data:image/png;base64,AA', 'devtools://devtools/x', 'blob:phdex-app://app/x', 'blob:https://example.com/x', 'phdex-app://u:p@app/x'].map(async (url) => [url, await cancelled(url)])));
facts.refusals = {
  navigate: prevented(contents, 'will-navigate', 'https://example.com'), redirect: prevented(contents, 'will-redirect', 'https://example.com'), webview: prevented(contents, 'will-attach-webview', {}, {}),
  open: contents.openHandler?.({ url: 'https://example.com' }).action, download: prevented(session.defaultSession, 'will-download', { getURL: () => 'https://example.com/x' }), foreignBlob: prevented(session.defaultSession, 'will-download', { getURL: () => 'blob:https://example.com/x' }),
};

if (realHost) {
  ask(contents, 'open');
  ask(contents, JSON.stringify({ id: 1, method: 'query', params: { path: 'app.state' } }));
  await until('an answer', () => contents.sent.length > 0);
  facts.state = JSON.parse(contents.sent[0]!).result.data;
} else {
  const { host, options, state, paused } = made[0]!;
  facts.hostOptions = { kind: options.kind, profile: options.profile };
  const told: unknown[] = [];
  const child = options.startChild(new URL('file:///app/people.js'));
  child.onMessage((m: unknown) => told.push(m));
  child.send('to');
  utilities[0]!.child.emit('message', 'from');
  child.kill();
  facts.child = { file: utilities[0]!.file, sent: utilities[0]!.child.sent, told, code: await child.exit };
  facts.secret = [options.secretBox.available(), Buffer.from(options.secretBox.seal('abc')).toString(), options.secretBox.open(options.secretBox.seal('abc'))];

  // The API over IPC, for our page and for nobody else.
  const query = (id: number) => JSON.stringify({ id, method: 'query', params: { path: 'app.state' } });
  const foreign = { mainFrame: { url: 'phdex-app://app/index.html' } };
  const frames = {
    foreignSender: { sender: foreign, senderFrame: foreign.mainFrame }, subframe: { sender: contents, senderFrame: { url: 'phdex-app://app/index.html' } }, gone: { sender: contents, senderFrame: null },
  };
  ask(contents, 'open');
  for (const event of Object.values(frames)) { ipcMain.emit('phdex', event, 'open'); ipcMain.emit('phdex', event, query(1)); }
  const before = contents.mainFrame.url;
  contents.mainFrame.url = 'https://evil.example/';
  ask(contents, query(2));
  contents.mainFrame.url = before;
  for (const bad of [undefined, 7, { a: 1 }, '', '{', 'x'.repeat(2_000_000)]) ipcMain.emit('phdex', { sender: contents, senderFrame: contents.mainFrame }, bad);
  await sleep(100);
  facts.foreignAnswers = contents.sent.filter((text) => JSON.parse(text).result !== undefined).length;
  contents.sent.length = 0;
  ask(contents, query(3));
  await until('an answer', () => contents.sent.length > 0);
  facts.answer = JSON.parse(contents.sent[0]!);
  ask(contents, JSON.stringify({ id: 4, method: 'subscription', params: { path: 'app.events' } }));
  await until('events', () => contents.sent.some((t) => t.includes('"jobs"')));

  // A second start.
  const go = () => contents.sent.map((t) => JSON.parse(t).result?.data).filter((d) => d?.type === 'go').map((d) => d.path);
  app.emit('second-instance', {}, ['phdex', '--flag', 'phdex://dataset/41'], '/');
  app.emit('second-instance', {}, ['phdex', 'phdex://dataset/41/../../settings'], '/');
  facts.openUrlPrevented = prevented(app, 'open-url', 'phdex://dataset/42');
  await until('go', () => go().length === 2);
  facts.secondInstance = { focused: window.calls.filter((c) => c === 'focus').length, go: go(), windows: record.windows.length };

  // Settings and theme.
  facts.themeBefore = nativeTheme.themeSource;
  host.set({ theme: 'dark', startAtLogin: true });
  host.emit({ type: 'changed', topics: ['settings'] });
  facts.theme = nativeTheme.themeSource;
  facts.login = record.loginItems;

  // Tray and closing.
  const tray = record.trays[0]!;
  const labels = () => tray.menu.map((item: any) => (item.type === 'separator' ? '—' : item.label));
  facts.trayIdle = { tooltip: tray.tooltip, labels: labels() };
  state.phase = 'ready';
  Object.assign(state.keeper, { running: true, shares: 12, pending: 1 });
  host.emit({ type: 'state', state });
  facts.trayKeeping = { tooltip: tray.tooltip, labels: labels(), badge: record.badge.at(-1) };
  tray.menu.find((item: any) => item.label === 'Pause keeping').click();
  await until('pause', () => paused.length === 1);
  facts.paused = paused;
  tray.menu.find((item: any) => item.label === 'Start at login').click();
  facts.startAtLogin = host.settings().startAtLogin;
  window.focused = false;
  host.emit({ type: 'notice', notice: { id: 1, at: 0, kind: 'sale', params: { title: 'Wrist\n\u202Eevil', datasetId: 7 }, link: '/owner/datasets/7', read: false } });
  host.emit({ type: 'notice', notice: { id: 2, at: 0, kind: 'job-done', params: {}, link: null, read: false } });
  facts.notifications = record.notifications.map((n) => ({ title: n.options.title, body: n.options.body }));
  record.notifications[0]!.emit('click');
  await until('go to the notice', () => go().includes('/owner/datasets/7'));
  window.close();
  facts.closedWhileKeeping = { destroyed: window.destroyed, hidden: window.calls.at(-1) === 'hide', exit: record.exit };
  tray.menu.find((item: any) => item.label === 'Open PHDex').click();
  facts.openedAgain = window.calls.at(-2);
  Object.assign(state.keeper, { running: false });
  host.emit({ type: 'state', state });
  window.close();
  facts.closedWhileIdle = { destroyed: window.destroyed };
  await until('the end', () => record.exit !== null);
  facts.ended = { exit: record.exit, hostStopped: host.stopped(), trayGone: tray.destroyed };
  facts.menu = record.menus[0];
}
console.log(JSON.stringify(facts));
process.exit(0);

function ask(from: WebContents, text: string): void {
  ipcMain.emit('phdex', { sender: from, senderFrame: from.mainFrame }, text);
}
