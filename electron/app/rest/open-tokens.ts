import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { openDatabase } from '../../db/open-database.ts';
import { profileDir } from '../profile.ts';
import { restTokens, type RestTokens } from './tokens.ts';

/**
 * The tokens of a profile that may be in use by a service at this moment: its lock is left alone, SQLite lets both write.
 * @throws AppError `profile-missing`
 */
export function openTokens(profile: string): { tokens: RestTokens; close(): void } {
  const dir = profileDir(profile);
  if (!existsSync(join(dir, 'keystore.json'))) throw new AppError('profile-missing', `There is no profile in ${dir}.`, { hint: 'Make one with `phdex wallet create`, or name another with --profile.' });
  const db = openDatabase(join(dir, 'phdex.sqlite'));
  return { tokens: restTokens(db), close: () => { db.close(); } };
}
