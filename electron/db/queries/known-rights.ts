import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

export type KnownRight = { rightId: number; owner: Hex; grantee: Hex; root: Hex };

/** What rights' numbers stood for, beside what they stand for in the event cache now. */
export function knownRightRows(db: Db) {
  const ROOT = 'coalesce(r.asked_root, r.scope_root)';
  const changed = db.prepare(`
    SELECT k.right_id AS rightId, k.owner, k.grantee, k.root, r.id IS NOT NULL AS taken FROM known_rights k LEFT JOIN rights r ON r.id = k.right_id
    WHERE r.id IS NULL OR r.owner <> k.owner OR r.grantee <> k.grantee OR ${ROOT} <> k.root ORDER BY k.right_id`);
  const places = db.prepare(`
    SELECT r.id FROM rights r WHERE (r.asked_root = @root OR r.scope_root = @root) AND ${ROOT} = @root AND r.owner = @owner AND r.grantee = @grantee
      AND NOT EXISTS (SELECT 1 FROM known_rights k WHERE k.right_id = r.id AND k.root = @root AND k.owner = @owner AND k.grantee = @grantee) ORDER BY r.id LIMIT 1`).pluck();
  const learn = db.prepare(`INSERT OR IGNORE INTO known_rights SELECT r.id, r.owner, r.grantee, ${ROOT} FROM rights r WHERE r.owner IN (SELECT value FROM json_each(@mine)) OR r.grantee IN (SELECT value FROM json_each(@mine))`);
  const lowest = db.prepare('SELECT min(0, coalesce(min(right_id), 0)) FROM known_rights').pluck();
  const move = db.prepare('UPDATE known_rights SET right_id = ? WHERE right_id = ?');
  const given = db.prepare('UPDATE given_rights SET right_id = ? WHERE right_id = ?');
  const moves = ['held_rights', 'held_packets'].map((table) => db.prepare(`UPDATE ${table} SET right_id = ? WHERE right_id = ?`));
  const sealed = db.prepare('SELECT seq AS number, sealed FROM held_opened WHERE right_id = ?');
  const additions = db.prepare('SELECT number, mine, sealed FROM appended WHERE right_id = ?');
  return {
    /** Those whose number is another's now (`taken`), or nobody's. */
    changed: () => changed.all() as (KnownRight & { taken: 0 | 1 })[],
    /** The number that it has on the chain now. */
    placeOf: ({ owner, grantee, root }: KnownRight) => places.get({ owner, grantee, root }) as number | undefined,
    learn(mine: Iterable<string>): void { learn.run({ mine: JSON.stringify([...mine]) }); },
    /** A number that no right has. */
    aside: () => (lowest.get() as number) - 1,
    /** All that is kept under a right's number. What was sealed under it is sealed anew: `opened` of a grantee, `appended` of either side. */
    move(from: number, to: number, reseal: { opened(sealed: Uint8Array, number: number): Uint8Array; appended(sealed: Uint8Array, number: number, mine: boolean): Uint8Array }): void {
      move.run(to, from);
      given.run(to, from);
      for (const statement of moves) statement.run(to, from);
      for (const row of sealed.all(from) as { number: number; sealed: Uint8Array }[]) db.prepare('UPDATE held_opened SET right_id = ?, sealed = ? WHERE right_id = ? AND seq = ?').run(to, reseal.opened(row.sealed, row.number), from, row.number);
      for (const row of additions.all(from) as { number: number; mine: number; sealed: Uint8Array }[]) db.prepare('UPDATE appended SET right_id = ?, sealed = ? WHERE right_id = ? AND number = ? AND mine = ?').run(to, reseal.appended(row.sealed, row.number, row.mine === 1), from, row.number, row.mine);
    },
  };
}
