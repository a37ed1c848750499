import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { autostartEntry } from '../../electron/shell/autostart.ts';
import { optionOf, pathOfArguments, pathOfDeepLink } from '../../electron/shell/deep-link.ts';
import { logEvents } from '../../electron/shell/log-events.ts';
import { whyBuild } from '../../electron/shell/freshness.ts';
import { jsonLog } from '../../electron/shell/log.ts';
import { notificationOf } from '../../electron/shell/notification.ts';
import { pageFile } from '../../electron/shell/pages.ts';
import { staysInTray, trayModel } from '../../electron/shell/tray.ts';
import { isOurs, windowOptions, windowPlace } from '../../electron/shell/window.ts';
import { smallHost, STATE } from './small-host.ts';

describe('deep links', () => {
  it('name a dataset', () => {
    expect(pathOfDeepLink('phdex://dataset/7')).toBe('/market/7');
    expect(pathOfDeepLink('phdex://dataset/0/')).toBe('/market/0');
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (id) => pathOfDeepLink(`phdex://dataset/${id}`) === `/market/${id}`));
  });
  it.each([
    '', 'phdex:', 'phdex://', 'phdex://dataset', 'phdex://dataset/', 'phdex://dataset/-1', 'phdex://dataset/1.5', 'phdex://dataset/1e3', 'phdex://dataset/0x1', 'phdex://dataset/01', 'phdex://dataset/7/../../settings', 'phdex://dataset/7?x=1', 'phdex://dataset/7#x',
    'PHDEX://dataset/7', 'phdex://DATASET/7', 'phdex://settings/7', 'phdex://user@dataset/7', 'phdex://dataset:80/7', ' phdex://dataset/7', 'phdex://dataset/7\n', 'phdex://dataset/٧', 'phdex://dataset/99999999999999999999', 'https://dataset/7', 'phdex://dataset/7//', 'phdex-app://app/index.html',
  ])('«%s» is none', (link) => { expect(pathOfDeepLink(link)).toBeNull(); });
  it('never give a path that is not exactly a dataset, whatever they hold', () => {
    const hostile = fc.oneof(fc.string(), fc.string().map((s) => `phdex://dataset/${s}`), fc.string({ unit: 'binary' }).map((s) => `phdex://dataset/7${s}`), fc.anything());
    fc.assert(fc.property(hostile, (link) => { const path = pathOfDeepLink(link); return path === null || /^\/market\/\d{1,15}$/.test(path); }), { numRuns: 2000 });
  });
  it('are found among arguments', () => {
    expect(pathOfArguments(['phdex', '--hidden', 'phdex://evil/1', 'phdex://dataset/3'])).toBe('/market/3');
    expect(pathOfArguments(['phdex'])).toBeNull();
    expect(optionOf(['a', '--profile=x=y'], 'profile')).toBe('x=y');
    expect(optionOf(['a', '--profile', 'b'], 'profile')).toBe('b');
    expect(optionOf(['a', '--profiles=c'], 'profile')).toBeUndefined();
  });
});

describe('the window', () => {
  const displays = [{ x: 0, y: 0, width: 1920, height: 1040 }, { x: 1920, y: 0, width: 1280, height: 1000 }];
  it('opens where it was', () => {
    expect(windowPlace({ x: 2000, y: 10, width: 900, height: 700, maximized: true }, displays)).toEqual({ x: 2000, y: 10, width: 900, height: 700, maximized: true });
  });
  it.each([null, undefined, 7, 'x', {}, [], { x: 1.5, y: 0, width: 900, height: 700, maximized: false }, { x: 0, y: 0, width: NaN, height: 700, maximized: false }])('opens in the middle where %j was saved', (saved) => {
    expect(windowPlace(saved, displays)).toEqual({ width: 1240, height: 820, maximized: false });
  });
  it('always opens on a display and not larger, whatever was saved', () => {
    const int = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(fc.property(int, int, int, int, fc.boolean(), (x, y, width, height, maximized) => {
      const place = windowPlace({ x, y, width, height, maximized }, displays);
      if (place.width < 600 || place.width > 1920 || place.height < 480 || place.height > 1040) return false;
      return place.x === undefined || displays.some((d) => place.x! + width / 2 >= d.x && place.x! + width / 2 < d.x + d.width && place.y! + 16 >= d.y && place.y! < d.y + d.height);
    }), { numRuns: 2000 });
  });
  it('cannot be loosened by what it is given', () => {
    const options = windowOptions({ place: windowPlace(null, displays), preload: '/p.cjs', icon: '/i.png', dark: false, extra: { show: true, webPreferences: { contextIsolation: false, sandbox: false, nodeIntegration: true, webSecurity: false, preload: '/evil.js', webviewTag: true, devTools: false } } });
    expect(options.webPreferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, preload: '/p.cjs', webviewTag: false, devTools: false });
    expect(options.show).toBe(false);
  });
  it.each(['phdex-app://app/', 'phdex-app://app/index.html#/market/1'])('%s is ours', (url) => { expect(isOurs(url)).toBe(true); });
  it.each(['phdex-app://app.evil/', 'phdex-app://app:80/', 'phdex-app:app', 'phdex-app:///app', 'http://app/', 'phdex://app/', 'about:blank', '', 'javascript:phdex-app://app/'])('%s is not', (url) => { expect(isOurs(url)).toBe(false); });
});

describe('paths of pages', () => {
  it('never leave their folder', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '\\', '/', '//', 'a.js', 'index.html', '%00', 'C:'), fc.string({ unit: 'binary' }));
    fc.assert(fc.property(fc.array(part, { maxLength: 8 }), (parts) => { const file = pageFile('/srv/pages', `/${parts.join('/')}`); return file === null || (file.startsWith('/srv/pages/') && !file.includes('/../')); }), { numRuns: 5000 });
  });
});

describe('the tray', () => {
  const keeper = (k: Partial<typeof STATE.keeper>, phase: typeof STATE.phase = 'ready') => ({ phase, keeper: { ...STATE.keeper, ...k } });
  it.each([
    [keeper({ running: true, shares: 12, pending: 1 }), '12 shares kept, 1 release pending', 1],
    [keeper({ running: true, shares: 1, pending: 0 }), '1 share kept, 0 releases pending', 0],
    [keeper({ running: true, shares: 1234, pending: 2, paused: true }), 'Keeping is paused: 1,234 shares kept, 2 releases pending', 2],
    [keeper({ shares: 3 }), 'Not keeping', 0],
    [keeper({}, 'locked'), 'Locked: open the app to keep shares', 0],
  ])('%j', (state, line, badge) => {
    const model = trayModel(state, { startAtLogin: false });
    expect(model).toMatchObject({ tooltip: `PHDex\n${line}`, badge });
    expect(model.items[0]).toEqual({ type: 'label', label: line });
  });
  it('offers what can be done now', () => {
    const acts = (state: ReturnType<typeof keeper>, startAtLogin = false) => trayModel(state, { startAtLogin }).items.filter((i) => 'act' in i).map((i) => ('checked' in i ? `${i.act}:${i.checked}` : (i as { act: string }).act));
    expect(acts(keeper({}))).toEqual(['open', 'login:false', 'quit']);
    expect(acts(keeper({ running: true }), true)).toEqual(['open', 'pause', 'login:true', 'quit']);
    expect(acts(keeper({ running: true, paused: true }))).toEqual(['open', 'resume', 'login:false', 'quit']);
  });
  it('holds the app only while it keeps', () => {
    expect([staysInTray(keeper({ running: true, paused: true }).keeper), staysInTray(keeper({ shares: 9 }).keeper)]).toEqual([true, false]);
  });
});

describe('notifications', () => {
  const notice = { id: 1, at: 0, kind: 'sale' as const, params: {}, link: '/owner/datasets/7', read: false };
  it('hold plain, short text only, and a link into the app only', () => {
    const hostile = notificationOf({ ...notice, params: { title: `<b>x</b>\u202e\n\u0007${'y'.repeat(500)}` }, link: 'https://evil.example' })!;
    expect(hostile.body).toMatch(/^<b>x<\/b> y+…$/);
    expect(hostile.body.length).toBeLessThanOrEqual(120);
    expect(hostile.link).toBeNull();
  });
  it.each(['sale', 'request', 'payout', 'release-failed', 'slashed'] as const)('tell of a %s', (kind) => { expect(notificationOf({ ...notice, kind })?.link).toBe('/owner/datasets/7'); });
  it.each(['job-done', 'backup-due', 'saved-search', 'certified'] as const)('leave a %s to the app', (kind) => { expect(notificationOf({ ...notice, kind })).toBeNull(); });
});

it('the entry that starts at login quotes what it runs', () => {
  expect(autostartEntry('/opt/PH "Dex"/$app%', ['--hidden'])).toContain('Exec="/opt/PH \\"Dex\\"/\\$app%%" "--hidden"\n');
});

it('log lines hold kinds and counts, and nothing of the person', () => {
  const lines: string[] = [];
  const host = smallHost();
  const stop = logEvents(host, jsonLog((line) => lines.push(line)));
  host.emit({ type: 'state', state: STATE });
  host.emit({ type: 'state', state: STATE });
  host.emit({ type: 'notice', notice: { id: 1, at: 0, kind: 'release-failed', params: { title: 'private' }, link: null, read: false } });
  host.emit({ type: 'job', job: { id: '1', kind: 'import', title: '/home/anna/private.csv', step: null, done: 0, total: null, startedAt: 0, endedAt: 1, secondsLeft: null, state: 'failed', cancellable: false, retryable: false, error: { code: 'file-empty', message: 'private', hint: null, retryable: false }, result: null, subject: {} } });
  stop();
  expect(host.listeners()).toBe(0);
  expect(lines.map((l) => JSON.parse(l)).map(({ time: _time, ...rest }) => rest)).toEqual([
    { level: 'info', msg: 'state', phase: 'locked', sync: null, keeping: false, shares: 0, pending: 0 },
    { level: 'warn', msg: 'notice', kind: 'release-failed' },
    { level: 'warn', msg: 'job ended', kind: 'import', state: 'failed', code: 'file-empty' },
  ]);
  expect(lines.join('')).not.toContain('private');
});

describe('whether the app has to be built', () => {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-fresh-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const write = (path: string, seconds: number) => { mkdirSync(join(dir, path, '..'), { recursive: true }); writeFileSync(join(dir, path), ''); utimesSync(join(dir, path), seconds, seconds); };
  it('is told by what is missing and by what is older', () => {
    write('electron/main.ts', 100);
    expect(whyBuild(dir)).toBe('missing');
    write('out/renderer/index.html', 200);
    expect(whyBuild(dir)).toBe('missing');
    write('out/electron/main.js', 200);
    expect(whyBuild(dir)).toBeNull();
    write('renderer/src/deep/page.tsx', 201);
    expect(whyBuild(dir)).toBe('older');
  });
});
