import type { AppEvent, AppState } from '../../shared/api/app.ts';
import { Settings } from '../../shared/api/app.ts';
import { AppError } from '../../shared/errors.ts';
import type { Host } from '../../electron/app/host-types.ts';

export const STATE: AppState = {
  phase: 'locked', hasWallet: true, version: '0.1.0', host: 'headless', address: null, roles: [], network: null, sync: null, balance: null,
  keeper: { running: false, paused: false, shares: 0, pending: 0 }, validator: { accredited: false, automatic: false },
  passphrase: { canRemember: false, remembered: false }, backup: { lastAt: null, due: false }, demo: { state: 'off', done: 0, total: 0, error: null }, unread: 0, failure: null,
};
export const SETTINGS: Settings = Settings.parse({ quotaMb: 1024, autoRelease: true, keepOnStart: false, autoCertify: false, notifications: true, startAtLogin: false, autoAnchor: false, linkAccounts: false, liveSeconds: 30, theme: 'system', language: 'en', homeRole: 'owner' });

export type SmallHost = Host & { emit(event: AppEvent): void; listeners(): number; uploads: { name: string; bytes: number; ended: 'whole' | 'broken' }[]; stopped(): boolean };

/** Just enough of a host to try the transports: state, settings, events and uploads are real, the rest says that it is locked. */
export function smallHost(state: AppState = STATE): SmallHost {
  const listeners = new Set<(event: AppEvent) => void>();
  let settings = SETTINGS;
  let stopped = false;
  const uploads: SmallHost['uploads'] = [];
  const locked = (): never => { throw new AppError('locked', 'The app is locked.', { hint: 'Unlock it.' }); };
  return {
    state: () => state, jobs: () => [], notices: () => [], settings: () => settings,
    onEvent(listener) { listeners.add(listener); return () => { listeners.delete(listener); }; },
    ready: locked, createWallet: locked, restoreWallet: locked, chooseNetwork: locked, unlock: locked, lock: locked, forgetPassphrase: locked,
    set(change) { settings = { ...settings, ...change }; return settings; },
    cancelJob: locked, retryJob: locked, dismissJob: locked, readNotices: () => undefined, backup: locked, restoreBackup: locked,
    go(path) { for (const listener of listeners) listener({ type: 'go', path }); },
    async upload(name, body) {
      let bytes = 0;
      try {
        for await (const chunk of body) bytes += chunk.length;
      } catch (error) { uploads.push({ name, bytes, ended: 'broken' }); throw error; }
      uploads.push({ name, bytes, ended: 'whole' });
      return { upload: `u${uploads.length}`, bytes };
    },
    async stop() { stopped = true; },
    emit(event) { for (const listener of listeners) listener(event); },
    listeners: () => listeners.size, uploads, stopped: () => stopped,
  };
}
