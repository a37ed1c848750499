import type { ErasureCertificate } from '../../../shared/api/owner.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { toTellRows } from '../../db/queries/erasures-to-tell.ts';
import { erasureGrantRows } from '../../db/queries/owner-rows.ts';
import { openVault } from '../at-rest.ts';
import type { NodeParts } from '../open-parts.ts';

type Ended = Pick<ErasureCertificate, 'grants' | 'healthLinks'>;
/** As it is stored, with the right as this profile keeps it, and how many keys and deliveries go with it once it has ended. */
export type EndedGrant = Omit<Ended['grants'][number], 'tellingUntil'> & { key: string; keys: number; deliveries: number };
/** Of an earlier version: it did not say when, and tried once. */
type Stored = Omit<EndedGrant, 'toldAt' | 'key' | 'keys' | 'deliveries'> & Partial<EndedGrant>;

/** What erasures ended of rights and links, sealed: it names recipients. An erasure that is run again adds to what it did before. */
export function openEndedGrants({ db, wallet }: Pick<NodeParts, 'db' | 'wallet'>) {
  const rows = erasureGrantRows(db);
  const toTell = toTellRows(db);
  const vault = openVault(wallet, 'erasures');
  const name = (nonce: Hex) => `erasure-grants/${nonce}`;
  const read = (nonce: Hex): { grants: Stored[]; healthLinks: number } => { const sealed = rows.get(nonce); return sealed ? vault.open(name(nonce), sealed) : { grants: [], healthLinks: 0 }; };
  const write = (nonce: Hex, ended: { grants: Stored[]; healthLinks: number }): void => rows.put(nonce, vault.seal(name(nonce), ended));
  return {
    get(nonce: Hex): Ended {
      const { grants, healthLinks } = read(nonce);
      return { grants: grants.map(({ key, keys: _keys, deliveries: _deliveries, ...g }) => ({ ...g, toldAt: g.toldAt ?? null, tellingUntil: g.told || key === undefined ? null : toTell.until(key, nonce) ?? null })), healthLinks };
    },
    add(nonce: Hex, { grants, healthLinks }: { grants: readonly EndedGrant[]; healthLinks: number }): void {
      const before = read(nonce);
      const of = new Map<number, Stored>(before.grants.map((g) => [g.rightId, g]));
      for (const g of grants) {
        const was = of.get(g.rightId);
        of.set(g.rightId, was ? { ...g, keysDestroyed: was.keysDestroyed + g.keysDestroyed, deliveriesUnpinned: was.deliveriesUnpinned + g.deliveriesUnpinned, told: was.told || g.told, toldAt: was.toldAt ?? g.toldAt } : g);
      }
      write(nonce, { grants: [...of.values()], healthLinks: before.healthLinks + healthLinks });
    },
    /** What came of one since. */
    amend(nonce: Hex, key: string, change: (grant: Stored) => Partial<EndedGrant>): void {
      const before = read(nonce);
      write(nonce, { ...before, grants: before.grants.map((g) => (g.key === key ? { ...g, ...change(g) } : g)) });
    },
  };
}
