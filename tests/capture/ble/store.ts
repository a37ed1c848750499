import { randomBytes } from 'node:crypto';
import type { RecordingIndex } from '../../../electron/recordings/deps.ts';
import { createRecordingStore, type RecordingStore } from '../../../electron/recordings/store.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import { temporaryFolder } from '../helpers.ts';

/** The true store, its index in memory. */
export function createTestStore(dir = temporaryFolder(), key: Uint8Array = randomBytes(32)): { store: RecordingStore; dir: string; key: Uint8Array } {
  const all = new Map<string, RecordingInfo>();
  const keep = (info: RecordingInfo) => void all.set(info.id, info);
  const index: RecordingIndex = { insert: keep, list: () => [...all.values()], get: (id) => all.get(id), remove: (id) => void all.delete(id) };
  return { dir, key, store: createRecordingStore({ dir, key, index }) };
}

/** Components as the integers that were stored. */
export async function rowsOf(store: RecordingStore, { id, channels }: RecordingInfo): Promise<{ t: number[]; columns: number[][] }> {
  const t: number[] = [];
  const columns: number[][] = channels.flatMap((c) => c.components.map(() => []));
  for await (const batch of store.read(id)) {
    t.push(...batch.t);
    batch.columns.forEach((c, i) => columns[i]!.push(...c));
  }
  return { t, columns };
}
