import { ManualEntry } from '../../../shared/domain/manual-entry.ts';
import { seriesOf } from '../../capture/manual/index.ts';
import { sealedEntries } from '../../db/queries/profile-stores.ts';
import { openAtRest, openVault } from '../at-rest.ts';
import type { NodeParts } from '../open-parts.ts';

export type KeptEntry = { id: string; entry: ManualEntry };
export type EntryStore = {
  /** In the order in which they were first written. */
  list(): KeptEntry[];
  get(id: string): ManualEntry | undefined;
  put(id: string, entry: ManualEntry): void;
  remove(id: string): void;
  removeSeries(series: string): void;
};

/** What a person wrote down, each entry sealed under the wallet. */
export function openEntryStore({ db, wallet }: Pick<NodeParts, 'db' | 'wallet'>): EntryStore {
  const rows = sealedEntries(db);
  const vault = openVault(wallet, 'manual');
  const name = (id: string) => `manual/${id}`;
  const parse = (key: Uint8Array, id: string, sealed: Uint8Array) => ManualEntry.parse(JSON.parse(Buffer.from(openAtRest(key, name(id), sealed)).toString('utf8')));
  const list = () => vault.withKey((key) => rows.list().map(({ id, sealed }) => ({ id, entry: parse(key, id, sealed) })));
  return {
    list,
    get(id) { const sealed = rows.get(id); return sealed && vault.withKey((key) => parse(key, id, sealed)); },
    put(id, entry) { rows.put(id, vault.seal(name(id), entry)); },
    remove(id) { rows.remove([id]); },
    removeSeries(series) { rows.remove(list().filter(({ entry }) => seriesOf(entry).series === series).map(({ id }) => id)); },
  };
}
