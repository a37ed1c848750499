import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

const ProfileFile = z.object({ version: z.literal(1), createdAt: z.string() });

export type Profile = {
  dir: string;
  path(...parts: string[]): string;
  /** Frees the profile for another process. */
  release(): void;
};

/** `--profile` as a folder, or a name below the user's data folder. */
export function profileDir(nameOrPath: string, env: NodeJS.ProcessEnv = process.env): string {
  if (/[/\\]/.test(nameOrPath) || nameOrPath.startsWith('.')) return resolve(nameOrPath);
  const data = process.platform === 'win32' ? env.APPDATA : process.platform === 'darwin' ? join(homedir(), 'Library', 'Application Support') : env.XDG_DATA_HOME;
  return join(data ?? join(homedir(), '.local', 'share'), 'phdex', nameOrPath);
}

export const profileExists = (dir: string): boolean => existsSync(join(dir, 'profile.json'));

/** @returns the way to take it back, while nothing else is in it */
export function createProfile(dir: string): () => void {
  if (profileExists(dir)) throw new AppError('profile-exists', `There is a profile in ${dir} already.`, { hint: 'Use it as it is, or name another folder with --profile.' });
  const made = mkdirSync(dir, { recursive: true, mode: 0o700 });
  const forget = () => {
    rmSync(join(dir, 'profile.json'), { force: true });
    if (made !== undefined && readdirSync(dir).length === 0) rmdirSync(dir);
  };
  try {
    chmodSync(dir, 0o700);
    writeFileAtomic(join(dir, 'profile.json'), JSON.stringify({ version: 1, createdAt: new Date().toISOString() }));
  } catch (error) { forget(); throw error; }
  return forget;
}

/**
 * Takes a profile for this process. The lock is SQLite's own on a file, so the operating system lets go of it
 * however the process ends: a `kill -9` leaves no stale lock.
 * @throws AppError `profile-missing`, `profile-in-use`
 */
export function openProfile(dir: string): Profile {
  if (!profileExists(dir)) throw new AppError('profile-missing', `There is no profile in ${dir}.`, { hint: 'Make one with `phdex wallet create --profile …`.' });
  const parsed = ProfileFile.safeParse(parse(readFileSync(join(dir, 'profile.json'), 'utf8')));
  if (!parsed.success) throw new AppError('database-corrupt', `${join(dir, 'profile.json')} is not a profile of this version of PHDex.`, { hint: 'Update PHDex, or restore the profile from its backup.' });
  const lock = new Database(join(dir, 'profile.lock'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new AppError('profile-in-use', `The profile in ${dir} is in use by another process.`, { hint: 'End that process first; one profile serves one process at a time.', retryable: true, cause });
  }
  for (const sub of ['recordings', 'work', 'opened']) mkdirSync(join(dir, sub), { recursive: true, mode: 0o700 });
  return { dir, path: (...parts) => join(dir, ...parts), release: () => { if (lock.open) { lock.exec('ROLLBACK'); lock.close(); } } };
}

function parse(text: string): unknown {
  try { return JSON.parse(text); } catch { return undefined; }
}
