/** Records what main.ts asks of Electron. Plain objects: it runs in the process in which main.js as built is loaded. */
import { EventEmitter } from 'node:events';

export const record = {
  schemes: [] as unknown[], handlers: new Map<string, (request: Request) => Promise<Response>>(), windows: [] as BrowserWindow[], trays: [] as Tray[], menus: [] as any[],
  notifications: [] as Notification[], errors: [] as string[], exit: null as number | null, badge: [] as number[], userData: process.env.PHDEX_TEST_USER_DATA!,
  permission: null as any, check: null as any, device: null as any, before: null as any, loginItems: [] as unknown[], protocols: [] as string[],
};

class App extends EventEmitter {
  isPackaged = process.env.PHDEX_TEST_PACKAGED === '1';
  requestSingleInstanceLock() { return process.env.PHDEX_TEST_SECOND !== '1'; }
  whenReady() { return Promise.resolve(); }
  getPath(name: string) { return name === 'userData' ? record.userData : `${process.env.PHDEX_TEST_USER_DATA}/${name}`; }
  setPath(_name: string, path: string) { record.userData = path; }
  setAsDefaultProtocolClient(scheme: string) { record.protocols.push(scheme); return true; }
  setLoginItemSettings(settings: unknown) { record.loginItems.push(settings); }
  setBadgeCount(n: number) { record.badge.push(n); return true; }
  quit() {
    const event = { prevented: false, preventDefault() { this.prevented = true; } };
    this.emit('before-quit', event);
    if (!event.prevented) record.exit ??= 0;
  }
  exit(code: number) { record.exit ??= code; }
}
export const app = new App();

export class WebContents extends EventEmitter {
  mainFrame = { url: '' };
  sent: string[] = [];
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) { this.openHandler = handler; }
  send(_channel: string, text: string) { this.sent.push(text); }
}

export class BrowserWindow extends EventEmitter {
  options: any;
  webContents = new WebContents();
  calls: string[] = [];
  url = '';
  destroyed = false;
  focused = false;
  constructor(options: any) {
    super();
    this.options = options;
    record.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string) { this.url = url; this.webContents.mainFrame.url = url; this.emit('ready-to-show'); }
  show() { this.calls.push('show'); }
  hide() { this.calls.push('hide'); }
  focus() { this.calls.push('focus'); this.focused = true; }
  restore() { this.calls.push('restore'); }
  maximize() { this.calls.push('maximize'); }
  isMinimized() { return false; }
  isMaximized() { return false; }
  isFocused() { return this.focused; }
  isDestroyed() { return this.destroyed; }
  getNormalBounds() { return { x: 10, y: 20, width: 1000, height: 700 }; }
  /** As a person does. */
  close() {
    const event = { prevented: false, preventDefault() { this.prevented = true; } };
    this.emit('close', event);
    if (event.prevented) return;
    this.destroyed = true;
    this.emit('closed');
    app.emit('window-all-closed');
  }
}

export class Tray extends EventEmitter {
  tooltip = '';
  menu: any[] = [];
  destroyed = false;
  image: unknown;
  constructor(image: unknown) { super(); this.image = image; record.trays.push(this); }
  setToolTip(text: string) { this.tooltip = text; }
  setContextMenu(menu: any) { this.menu = menu.template; }
  destroy() { this.destroyed = true; }
}
export class Notification extends EventEmitter {
  static isSupported() { return true; }
  options: { title: string; body: string };
  constructor(options: { title: string; body: string }) { super(); this.options = options; record.notifications.push(this); }
  show() { /* recorded */ }
}
export const Menu = { buildFromTemplate: (template: unknown[]) => ({ template }), setApplicationMenu: (menu: any) => { record.menus.push(menu.template); } };
export const dialog = { showErrorBox: (title: string, text: string) => { record.errors.push(`${title}: ${text}`); } };
export const ipcMain = new EventEmitter();
export const nativeImage = { createFromPath: (path: string) => ({ path }) };
export const nativeTheme = { themeSource: 'system', shouldUseDarkColors: true };
export const protocol = { registerSchemesAsPrivileged: (schemes: unknown[]) => record.schemes.push(...schemes), handle: (scheme: string, handler: (request: Request) => Promise<Response>) => { record.handlers.set(scheme, handler); } };
export const safeStorage = { isEncryptionAvailable: () => true, getSelectedStorageBackend: () => 'gnome_libsecret', encryptString: (s: string) => Buffer.from(s).reverse(), decryptString: (b: Buffer) => Buffer.from(b).reverse().toString() };
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] };
class Session extends EventEmitter {
  setPermissionRequestHandler(handler: unknown) { record.permission = handler; }
  setPermissionCheckHandler(handler: unknown) { record.check = handler; }
  setDevicePermissionHandler(handler: unknown) { record.device = handler; }
  webRequest = { onBeforeRequest: (handler: unknown) => { record.before = handler; } };
}
export const session = { defaultSession: new Session() };

/** A process of Electron's own: what the stand-in runs is recorded, with what is sent to it. */
class Utility extends EventEmitter {
  sent: unknown[] = [];
  postMessage(message: unknown) { this.sent.push(message); }
  kill() { this.emit('exit', 0); return true; }
}
export const utilities: { file: string; child: Utility }[] = [];
export const utilityProcess = { fork: (file: string) => { const child = new Utility(); utilities.push({ file, child }); return child; } };
