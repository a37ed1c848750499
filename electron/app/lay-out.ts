import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Profile } from './profile.ts';

/** Lays files out for whoever knows their address: added as one directory, by way of the work folder, and pinned. @param kind begins the folder's name there @returns its CID */
export async function layOut(profile: Pick<Profile, 'path'>, store: Pick<BlobStore, 'addDirectory' | 'pin'>, kind: string, files: Record<string, string | Uint8Array>, signal?: AbortSignal): Promise<string> {
  const dir = await mkdtemp(profile.path('work', `${kind}-`));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
    const { cid } = await store.addDirectory(dir, { signal });
    await store.pin(cid, { signal });
    return cid;
  } finally { await rm(dir, { recursive: true, force: true }); }
}
