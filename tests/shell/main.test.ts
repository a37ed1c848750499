import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, root } from './built.ts';

const dirs: string[] = [];
const folder = () => { const dir = mkdtempSync(join(tmpdir(), 'phdex-main-')); dirs.push(dir); return dir; };
afterAll(() => { for (const dir of dirs) rmSync(dir, { recursive: true, force: true }); });

/** out/electron/main.js under the stand-in (run-main.ts). */
function runMain(env: Record<string, string> = {}, args: string[] = [], userData = folder()): any {
  const child = spawnSync(process.execPath, [join(root, 'tests/shell/run-main.ts'), ...args], { encoding: 'utf8', timeout: 110_000, env: { ...process.env, PHDEX_TEST_USER_DATA: userData, ...env } });
  if (child.status !== 0) throw new Error(`${child.stdout}\n${child.stderr}`);
  return JSON.parse(child.stdout.trim().split('\n').at(-1)!);
}

describe('main.js as built', () => {
  let facts: any;
  beforeAll(() => { ensureBuilt(); facts = runMain(); }, 300_000);

  it('keeps the page in its box', () => {
    expect(facts.window.webPreferences).toEqual({
      spellcheck: false, preload: join(root, 'out/electron/preload.cjs'), contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, safeDialogs: true,
    });
    expect(facts.window).toMatchObject({ show: false, width: 1240, height: 820, title: 'PHDex' });
    expect(facts.shown).toBe(true);
  });
  it('shows its own pages from its own scheme, with the strict CSP', () => {
    expect(facts.schemes).toEqual([{ scheme: 'phdex-app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
    expect(facts.url).toBe('phdex-app://app/index.html');
    expect(facts.index.status).toBe(200);
    expect(facts.index.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]+'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/);
    expect(facts.index.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(facts.index.text).not.toMatch(/<script(?![^>]*\bsrc=)|<[^>]+\son\w+=|__PHDEX_NONCE__/);
    expect(facts.refusedPages).toEqual({ traversal: 404, encoded: 404, backslash: 404, otherHost: 403, post: 405, main: 404 });
  });
  it('refuses every permission, every other origin and every way out of the window', () => {
    expect(facts.permissions.every((granted: unknown) => granted === false)).toBe(true);
    expect(facts.checks).toEqual([false, false, false, false]);
    // The one exception: a copy button of our own page.
    expect(facts.copying).toBe(true);
    expect(facts.requests).toEqual({
      'phdex-app://app/assets/a.js': false, 'data:image/png;base64,AA': false, 'devtools://devtools/x': false, 'blob:phdex-app://app/x': false,
      'phdex-app://evil/a.js': true, 'https://example.com/': true, 'http://127.0.0.1:80/': true, 'ws://127.0.0.1/': true, 'file:///etc/passwd': true, 'data:text/html,x': true, 'blob:https://example.com/x': true, 'phdex-app://u:p@app/x': true,
    });
    expect(facts.refusals).toEqual({ navigate: true, redirect: true, webview: true, open: 'deny', download: true, foreignBlob: true });
  });
  it('serves the API to the main frame of its own page and to nobody else', () => {
    expect(facts.foreignAnswers).toBe(0);
    expect(facts.answer).toMatchObject({ id: 3, result: { type: 'data', data: { phase: 'locked', host: 'electron' } } });
  });
  it('is one instance: a second start brings the window to the front and hands over its link, if it is one', () => {
    expect(facts.secondInstance).toEqual({ focused: 3, go: ['/market/41', '/market/42'], windows: 1 });
    expect(facts.openUrlPrevented).toBe(true);
    expect(runMain({ PHDEX_TEST_SECOND: '1' })).toEqual({ exit: 0, windows: 0, hosts: 0 });
  });
  it('follows the theme of the settings', () => {
    expect([facts.themeBefore, facts.theme]).toEqual(['system', 'dark']);
  });
  it('says in the tray what is kept, and pauses', () => {
    expect(facts.trayIdle).toEqual({ tooltip: 'PHDex\nLocked: open the app to keep shares', labels: ['Locked: open the app to keep shares', 'Open PHDex', '—', 'Start at login', '—', 'Quit'] });
    expect(facts.trayKeeping).toEqual({
      tooltip: 'PHDex\n12 shares kept, 1 release pending', badge: 1,
      labels: ['12 shares kept, 1 release pending', 'Open PHDex', '—', 'Pause keeping', 'Start at login', '—', 'Quit and stop keeping'],
    });
    expect(facts.paused).toEqual([true]);
    expect(facts.startAtLogin).toBe(false);
  });
  it('tells of a sale, in plain text, and opens the app where it happened', () => {
    expect(facts.notifications).toEqual([{ title: 'A dataset was sold', body: 'Wrist evil' }]);
  });
  it('stays in the tray while it keeps, and ends with its host otherwise', () => {
    expect(facts.closedWhileKeeping).toEqual({ destroyed: false, hidden: true, exit: null });
    expect(facts.openedAgain).toBe('show');
    expect(facts.closedWhileIdle).toEqual({ destroyed: true });
    expect(facts.ended).toEqual({ exit: 0, hostStopped: true, trayGone: true });
  });
  it('keeps the passphrase with the system', () => {
    expect(facts.hostOptions).toMatchObject({ kind: 'electron', profile: 'default' });
    expect(facts.secret).toEqual([true, 'cba', 'abc']);
  });
  it('starts what needs a process of its own as a utility process, never as Node', () => {
    expect(facts.child).toEqual({ file: '/app/people.js', sent: ['to'], told: ['from'], code: 0 });
  });
  it('has a menu with accelerators', () => {
    const all = facts.menu.flatMap((m: any) => m.submenu);
    expect(all.filter((i: any) => i.accelerator).map((i: any) => i.accelerator)).toEqual(expect.arrayContaining(['CmdOrCtrl+,', 'CmdOrCtrl+Q', 'CmdOrCtrl+1']));
    expect(facts.menu.map((m: any) => m.label)).toEqual(expect.arrayContaining(['&File', '&Edit', '&Go', '&View', '&Window']));
  });

  it('opens at a link that started it, and where the window was', () => {
    const userData = folder();
    writeFileSync(join(userData, 'window.json'), JSON.stringify({ x: 100, y: 50, width: 1000, height: 700, maximized: false }));
    const again = runMain({}, ['phdex://dataset/5'], userData);
    expect(again.url).toBe('phdex-app://app/index.html#/market/5');
    expect(again.window).toMatchObject({ x: 100, y: 50, width: 1000, height: 700 });
  });
  it('has no developer tools where it is packaged', () => {
    const userData = folder();
    const packaged = runMain({ PHDEX_TEST_PACKAGED: '1' }, [], userData);
    expect(packaged.requests['devtools://devtools/x']).toBe(true);
    expect(JSON.stringify(packaged.menu)).not.toContain('toggleDevTools');
  });
  it('serves the real host', () => {
    const real = runMain({ PHDEX_TEST_REAL_HOST: '1' }, ['--profile', join(folder(), 'profile')]);
    expect(real.state).toMatchObject({ phase: 'welcome', hasWallet: false, host: 'electron' });
  });
});
