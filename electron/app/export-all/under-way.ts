import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { keyValues } from '../../db/queries/profile-stores.ts';

type KeyValues = Pick<ReturnType<typeof keyValues>, 'get' | 'set'>;
const KEY = 'export-all.under-way';

/** Notes where an export is being written: a kill leaves plaintext there, which the next start takes away. @returns how to forget it */
export function rememberUnderWay(kv: KeyValues, path: string): () => void {
  kv.set(KEY, path);
  return () => kv.set(KEY, '');
}

/** Takes away what a killed export left. */
export async function dropLeftovers(kv: KeyValues): Promise<void> {
  const path = kv.get(KEY);
  if (!path) return;
  // Only what has the name of an unfinished export, wherever it is.
  if (/^\.[0-9a-f]{12}\.phdex-export$/.test(basename(path))) await rm(path, { recursive: true, force: true });
  kv.set(KEY, '');
}
