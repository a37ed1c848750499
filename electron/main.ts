/**
 * The window. Thin: what it decides is in shell/, what it serves is the host's. This and preload.ts are the only files
 * that know Electron.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeImage, nativeTheme, Notification, protocol, safeStorage, screen, session, Tray, utilityProcess, type MenuItemConstructorOptions } from 'electron';
import { toAppError } from '../shared/errors.ts';
import type { Settings } from '../shared/api/app.ts';
import { servePort } from './api/serve.ts';
import type { StartChild } from './app/child.ts';
import { linksOfHost, serveHealthLinks } from './api/serve-health-links.ts';
import { createHost } from './app/host.ts';
import type { Host } from './app/host-types.ts';
import { autostartEntry } from './shell/autostart.ts';
import { optionOf, pathOfArguments, pathOfDeepLink, SCHEME } from './shell/deep-link.ts';
import { menuTemplate } from './shell/menu.ts';
import { notificationOf } from './shell/notification.ts';
import { answerPage } from './shell/pages.ts';
import { staysInTray, trayModel, type TrayAct } from './shell/tray.ts';
import { isOurs, isOurSender, PAGES_ORIGIN, SCHEME_OF_PAGES, windowOptions, windowPlace } from './shell/window.ts';

const here = dirname(fileURLToPath(import.meta.url));
const PAGES = join(here, '../renderer');
const icon = (name: string) => join(here, '../resources/icons', name);
/** Longer than this nobody waits for a quit. */
const STOP_MS = 4_500;

const profile = optionOf(process.argv, 'profile') ?? 'default';
// One instance a profile: the lock lies in this folder.
if (profile !== 'default') app.setPath('userData', join(app.getPath('userData'), 'profiles', encodeURIComponent(profile)));

// Not file://, whose pages could read every file of the person.
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME_OF_PAGES, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);

if (!app.requestSingleInstanceLock()) app.quit();
else {
  // A full disk also rejects promises that Bitswap keeps to itself (see cli.ts).
  process.on('unhandledRejection', (error) => { if ((error as { code?: string } | undefined)?.code !== 'disk-full') throw error; });
  let shell: ReturnType<typeof createShell> | null = null;
  let pending = pathOfArguments(process.argv);
  const open = (path: string | null) => { if (shell) shell.open(path); else pending = path ?? pending; };
  app.on('second-instance', (_event, argv) => open(pathOfArguments(argv)));
  app.on('open-url', (event, url) => { event.preventDefault(); open(pathOfDeepLink(url)); });
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  app.whenReady().then(async () => {
    guardSession();
    if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME);
    const host = await createHost({ kind: 'electron', profile, secretBox: secretBox(), startChild });
    shell = createShell(host);
    if (pending || !process.argv.includes('--hidden')) shell.open(pending);
  }).catch((error: unknown) => {
    const { message, hint } = toAppError(error);
    dialog.showErrorBox('PHDex cannot start', hint ? `${message}\n\n${hint}` : message);
    app.exit(1);
  });
}

/** The pages come from our scheme, may ask for no permission, and reach nothing else. */
function guardSession(): void {
  const ours = session.defaultSession;
  protocol.handle(SCHEME_OF_PAGES, async (request) => {
    const forbidden = (status: number) => new Response(null, { status });
    if (!isOurs(request.url)) return forbidden(403);
    if (request.method !== 'GET' && request.method !== 'HEAD') return forbidden(405);
    const { status, headers, body } = await answerPage(PAGES, new URL(request.url).pathname, []);
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { status, headers });
  });
  // Writing plain text to the clipboard is the one thing that copy buttons need; reading it is refused like all else.
  const granted = (permission: string, origin: string | undefined) => permission === 'clipboard-sanitized-write' && isOurs(origin ?? '');
  ours.setPermissionRequestHandler((_contents, permission, answer, details) => answer(granted(permission, details.requestingUrl)));
  ours.setPermissionCheckHandler((_contents, permission, origin) => granted(permission, origin));
  ours.setDevicePermissionHandler(() => false);
  ours.webRequest.onBeforeRequest((details, answer) => {
    // The developer tools are a page of Electron's own; a packaged app has no way to open them.
    answer({ cancel: !(isOurs(details.url.replace(/^blob:/, '')) || details.url.startsWith('data:image/') || (!app.isPackaged && details.url.startsWith('devtools://'))) });
  });
  // What a page made itself (a certificate) may be saved; the system asks where. Nothing else comes down.
  ours.on('will-download', (event, item) => { if (!item.getURL().startsWith('blob:') || !isOurs(item.getURL().slice(5))) event.preventDefault(); });
}

/** The system's key store, where it has a real one: on a bare Linux desktop Electron would only obfuscate. */
function secretBox() {
  const available = () => safeStorage.isEncryptionAvailable() && (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text');
  return {
    available,
    seal: (text: string): Uint8Array => safeStorage.encryptString(text),
    open: (sealed: Uint8Array): string => safeStorage.decryptString(Buffer.from(sealed)),
  };
}

/** A module of ours in a process of its own, which Chromium ends with this one. Electron does not run as Node: the fuse is off. */
const startChild: StartChild = (module) => {
  const child = utilityProcess.fork(fileURLToPath(module), [], { serviceName: 'PHDex', stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => { child.on('message', listener); },
    exit: new Promise((resolve) => { child.once('exit', (code) => resolve(code ?? 1)); }),
    kill: () => { child.kill(); },
  };
};

function createShell(host: Host) {
  let window: BrowserWindow | null = null;
  let quitting = false;
  let stopped = false;
  let drawn = '';
  const tray = new Tray(nativeImage.createFromPath(icon('tray.png')));
  const links = serveHealthLinks(host, linksOfHost(host));
  const port = servePort(host, (text) => { if (window && !window.isDestroyed()) window.webContents.send('phdex', text); });
  ipcMain.on('phdex', (event, text: unknown) => { if (isOurSender(event, window?.webContents ?? null)) port.receive(text); });

  const placeFile = join(app.getPath('userData'), 'window.json');
  const savedPlace = (): unknown => { try { return JSON.parse(readFileSync(placeFile, 'utf8')); } catch { return null; } };
  function savePlace(of: BrowserWindow): void {
    // Losing where a window was is no reason to fail.
    try { mkdirSync(dirname(placeFile), { recursive: true }); writeFileSync(placeFile, JSON.stringify({ ...of.getNormalBounds(), maximized: of.isMaximized() })); } catch { /* said above */ }
  }

  function createWindow(path: string | null): void {
    const place = windowPlace(savedPlace(), screen.getAllDisplays().map((d) => d.workArea));
    const made = new BrowserWindow(windowOptions({ place, preload: join(here, 'preload.cjs'), icon: icon('icon.png'), dark: nativeTheme.shouldUseDarkColors }));
    window = made;
    if (place.maximized) made.maximize();
    made.once('ready-to-show', () => made.show());
    made.on('close', (event) => {
      savePlace(made);
      if (quitting || !staysInTray(host.state().keeper)) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => { port.close(); window = null; });
    made.loadURL(`${PAGES_ORIGIN}/index.html${path ? `#${path}` : ''}`).catch(() => undefined);
  }

  function open(path: string | null): void {
    if (!window) return createWindow(path);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    if (path) host.go(path);
  }

  function act(name: TrayAct): void {
    if (name === 'open') open(null);
    else if (name === 'quit') app.quit();
    else if (name === 'login') host.set({ startAtLogin: !host.settings().startAtLogin });
    else Promise.resolve().then(() => host.ready().keeper.pause(name === 'pause')).catch((error: unknown) => dialog.showErrorBox('PHDex', toAppError(error).message));
  }

  function drawTray(): void {
    const state = host.state();
    const model = trayModel(state, host.settings());
    // States come with every block; a menu that is open closes when it is set again.
    const now = JSON.stringify(model);
    if (now === drawn) return;
    drawn = now;
    tray.setToolTip(model.tooltip);
    tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item): MenuItemConstructorOptions => {
      if (item.type === 'separator') return { type: 'separator' };
      if (item.type === 'label') return { label: item.label, enabled: false };
      return { label: item.label, type: item.type === 'check' ? 'checkbox' : 'normal', checked: item.type === 'check' && item.checked, click: () => act(item.act) };
    })));
    app.setBadgeCount(model.badge);
  }

  function applySettings(settings: Settings): void {
    nativeTheme.themeSource = settings.theme;
    startAtLogin(settings.startAtLogin);
    drawTray();
  }

  host.onEvent((event) => {
    if (event.type === 'state') drawTray();
    else if (event.type === 'changed' && event.topics.includes('settings')) applySettings(host.settings());
    else if (event.type === 'notice' && host.settings().notifications && !window?.isFocused() && Notification.isSupported()) {
      const told = notificationOf(event.notice);
      if (!told) return;
      const notification = new Notification({ title: told.title, body: told.body, icon: icon('icon.png') });
      notification.on('click', () => open(told.link));
      notification.show();
    }
  });

  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, { go: open, open: () => open(null), quit: () => app.quit() }, !app.isPackaged) as MenuItemConstructorOptions[]));
  tray.on('click', () => open(null));
  app.on('activate', () => open(null));
  app.on('window-all-closed', () => { if (process.platform !== 'darwin' && !staysInTray(host.state().keeper)) app.quit(); });
  app.on('before-quit', (event) => {
    quitting = true;
    if (stopped) return;
    event.preventDefault();
    stopped = true;
    port.close();
    const late = new Promise<void>((resolve) => { setTimeout(resolve, STOP_MS).unref(); });
    Promise.race([links.stop().then(() => host.stop()), late]).catch(() => undefined).finally(() => { tray.destroy(); app.exit(0); });
  });
  applySettings(host.settings());
  return { open };
}

function startAtLogin(on: boolean): void {
  const args = ['--hidden', ...(profile === 'default' ? [] : [`--profile=${profile}`])];
  // An unpackaged run would start Electron's own welcome.
  if (!app.isPackaged) return;
  if (process.platform !== 'linux') { app.setLoginItemSettings({ openAtLogin: on, args }); return; }
  const file = join(app.getPath('appData'), 'autostart', 'phdex.desktop');
  if (!on) { rmSync(file, { force: true }); return; }
  mkdirSync(dirname(file), { recursive: true });
  // An AppImage runs from a mount that is gone at the next login; its own file is what to start.
  writeFileSync(file, autostartEntry(process.env.APPIMAGE ?? process.execPath, args));
}
