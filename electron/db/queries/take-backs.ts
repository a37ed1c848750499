import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

/** One right of an account by its scope; or everything that the account gave before `epoch`. `at` in Unix milliseconds. */
export type TakeBackRow = { id: number; owner: Hex; at: number } & ({ scopeRoot: Hex; epoch: null } | { scopeRoot: null; epoch: number });

export function takeBackRows(db: Db) {
  const list = db.prepare('SELECT id, owner, scope_root AS scopeRoot, epoch, at FROM take_backs ORDER BY id');
  return {
    list: () => list.all() as TakeBackRow[],
    /** Once, however often it is wished. */
    add(it: { owner: Hex; scopeRoot: Hex | null; epoch: number | null; at: number }): void {
      db.prepare('INSERT INTO take_backs (owner, scope_root, epoch, at) SELECT @owner, @scopeRoot, @epoch, @at WHERE NOT EXISTS (SELECT 1 FROM take_backs WHERE owner = @owner AND scope_root IS @scopeRoot AND epoch IS @epoch)').run(it);
    },
    remove(id: number): void { db.prepare('DELETE FROM take_backs WHERE id = ?').run(id); },
  };
}
