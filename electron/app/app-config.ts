import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Settings } from '../../shared/api/app.ts';
import { AppError } from '../../shared/errors.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

export const DEFAULT_SETTINGS: Settings = { quotaMb: 10_240, autoRelease: true, keepOnStart: false, autoCertify: false, notifications: true, startAtLogin: false, autoAnchor: false, linkAccounts: false, liveSeconds: 60, theme: 'system', language: 'en', homeRole: 'owner' };

const Stored = z.object({
  version: z.literal(1),
  network: z.enum(['demo', 'rpc']).nullable(),
  /** Sealed by the operating system's own key store; base64. */
  passphrase: z.string().nullable(),
  settings: Settings.partial(),
  backupAt: z.number().nullable(),
  /** When this profile was first opened by the app: what happened before is history, not news. */
  since: z.number(),
});
export type AppConfig = Omit<z.infer<typeof Stored>, 'settings'> & { settings: Settings };

/** What the app knows of a profile before it is unlocked: nothing secret, nothing of the person's data. */
export function appConfig(dir: string): { get(): AppConfig; set(changes: Partial<AppConfig>): AppConfig } {
  const path = join(dir, 'app.json');
  const read = (): AppConfig => {
    if (!existsSync(path)) return { version: 1, network: null, passphrase: null, settings: DEFAULT_SETTINGS, backupAt: null, since: Date.now() };
    let json: unknown;
    try { json = JSON.parse(readFileSync(path, 'utf8')); } catch { json = undefined; }
    const parsed = Stored.safeParse(json);
    if (!parsed.success) throw new AppError('database-corrupt', `${path} is damaged.`, { hint: 'Remove it and choose the network again; wallet and data are in other files.' });
    return { ...parsed.data, settings: { ...DEFAULT_SETTINGS, ...parsed.data.settings } };
  };
  let config = read();
  return {
    get: () => config,
    set(changes) {
      config = { ...config, ...changes };
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeFileAtomic(path, JSON.stringify(config));
      return config;
    },
  };
}
