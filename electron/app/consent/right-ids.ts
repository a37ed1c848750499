import type { RightRow } from '../../../shared/domain/consent.ts';
import type { Db } from '../../db/open-database.ts';
import { knownRightRows, type KnownRight } from '../../db/queries/known-rights.ts';
import type { ConsentBase } from './base.ts';
import type { Given } from './given.ts';

/** Whether the chain's right is the one that was given: scopes are salted, no two have one in common. */
export const isRightOf = (given: Pick<Given, 'grantee' | 'scopeRoot'>, right: Pick<RightRow, 'grantee' | 'scopeRoot'>): boolean => right.grantee === given.grantee && right.scopeRoot === given.scopeRoot;

/** How often something was moved in a profile: both sides of consent keep what they have by rights' numbers, and each is to hear of it. */
const movesOf = new WeakMap<Db, number>();

export type RightIds = ReturnType<typeof createRightIds>;

/**
 * Keeps what is stored of rights with the rights: a reorganisation of the chain can number them anew. A right is known by its
 * accounts and the root of its scope; where its number became another's, what is kept goes with it, or aside until the chain has it again.
 */
export function createRightIds({ b, vault, mine }: Pick<ConsentBase, 'b' | 'vault' | 'mine'>) {
  const rows = knownRightRows(b.parts.db);
  const anew = (name: (rightId: number) => string, sealed: Uint8Array, from: number, to: number): Uint8Array => {
    const secret = vault.openBytes(name(from), sealed);
    try { return vault.sealBytes(name(to), secret); } finally { secret.fill(0); }
  };
  const move = (from: number, to: number) => rows.move(from, to, {
    opened: (sealed, seq) => anew((id) => `opened/${id}/${seq}`, sealed, from, to),
    appended: (sealed, number, isMine) => anew((id) => `${isMine ? 'append' : 'appended'}/${id}/${number}`, sealed, from, to),
  });

  const db = b.parts.db;
  const moves = () => movesOf.get(db) ?? 0;
  let heard = moves();
  const mend = db.transaction(() => {
    const astray = rows.changed().flatMap((k): KnownRight[] => (k.taken === 1 || rows.placeOf(k) !== undefined ? [k] : []));
    // All aside first: two may have changed places.
    const aside = astray.map((k) => { const at = rows.aside(); move(k.rightId, at); return { ...k, at }; });
    for (const k of aside) { const to = rows.placeOf(k); if (to !== undefined) move(k.at, to); }
    if (aside.length > 0) movesOf.set(db, moves() + 1);
    rows.learn(mine());
  });

  return {
    /** Cheap where nothing changed; asked before whatever goes by a right's number. @returns whether something was moved since it was asked last */
    heal(): boolean {
      mend();
      const before = heard;
      heard = moves();
      return heard !== before;
    },
  };
}
