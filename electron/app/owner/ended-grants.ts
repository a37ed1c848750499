import type { ErasureCertificate } from '../../../shared/api/owner.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { erasureGrantRows } from '../../db/queries/owner-rows.ts';
import { openAtRest, sealAtRest } from '../at-rest.ts';
import type { NodeParts } from '../node.ts';

type Ended = Pick<ErasureCertificate, 'grants' | 'healthLinks'>;

/** What erasures ended of rights and links, sealed: it names recipients. An erasure that is run again adds to what it did before. */
export function openEndedGrants({ db, wallet }: Pick<NodeParts, 'db' | 'wallet'>) {
  const rows = erasureGrantRows(db);
  const withKey = <T>(use: (key: Uint8Array) => T): T => { const key = wallet.storageKey('erasures'); try { return use(key); } finally { key.fill(0); } };
  const name = (nonce: Hex) => `erasure-grants/${nonce}`;
  function get(nonce: Hex): Ended {
    const sealed = rows.get(nonce);
    return sealed ? withKey((key) => JSON.parse(Buffer.from(openAtRest(key, name(nonce), sealed)).toString('utf8')) as Ended) : { grants: [], healthLinks: 0 };
  }
  return {
    get,
    add(nonce: Hex, { grants, healthLinks }: Ended): void {
      const before = get(nonce);
      const of = new Map(before.grants.map((g) => [g.rightId, g]));
      for (const g of grants) {
        const was = of.get(g.rightId);
        of.set(g.rightId, was ? { ...g, keysDestroyed: was.keysDestroyed + g.keysDestroyed, deliveriesUnpinned: was.deliveriesUnpinned + g.deliveriesUnpinned, told: was.told || g.told } : g);
      }
      rows.put(nonce, withKey((key) => sealAtRest(key, name(nonce), Buffer.from(JSON.stringify({ grants: [...of.values()], healthLinks: before.healthLinks + healthLinks } satisfies Ended)))));
    },
  };
}
