import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../shared/data/', import.meta.url));

/** Folder with real recordings beside the project, or null (and a printed reason) where it is absent. */
export function sharedData(): string | null {
  if (existsSync(root)) return root;
  console.warn('skipped: ../shared/data not present');
  return null;
}
