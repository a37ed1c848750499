import type { ConsentTrace, ConsentTraceQuery } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';
import { purposeHash } from '../../consent/purpose.ts';
import { consentTrace } from '../../db/queries/consent-trace.ts';
import { labelQueries } from '../../db/queries/labels.ts';
import type { GranteeConsent } from './grantee.ts';
import type { OwnerConsent } from './owner.ts';
import { createRecordStore } from './record-store.ts';

/** The consent history of one person: what the chain shows, in the words that only this profile has. */
export function createConsentTrace(owner: OwnerConsent, grantee: Pick<GranteeConsent, 'store'>) {
  const { base, store, inbox } = owner;
  const { db, wallet } = base.b.parts;
  const lines = consentTrace(db);
  const labels = labelQueries(db);
  const records = createRecordStore(db, wallet);
  const hashes = new Map<string, Hex>();
  const hashOf = (purpose: Purpose): Hex => {
    const text = JSON.stringify(purpose);
    let hash = hashes.get(text);
    if (!hash) hashes.set(text, hash = purposeHash(purpose));
    return hash;
  };

  /** Purposes that this profile has read, by their hash on chain. */
  function purposes(): Map<Hex, Purpose> {
    const asked = base.reads.rightsHeldBy(base.b.parts.address).flatMap((r) => grantee.store.asked(r.id)?.purpose ?? []);
    return new Map([...store.list().map((g) => g.facts.purpose), ...inbox.purposes(), ...asked].map((p) => [hashOf(p), p]));
  }

  return async (query: ConsentTraceQuery): Promise<ConsentTrace> => {
    // Requests that were not looked at yet are opened: their purposes are among those that can be asked for.
    await inbox.list();
    const known = purposes();
    const given = store.list();
    const { datasetId, purpose, from, to, ...rest } = query;
    const page = lines.page(base.mine(), {
      ...rest, datasetId, rights: datasetId === undefined ? undefined : given.filter((g) => g.facts.what.some((w) => w.datasetId === datasetId)).flatMap((g) => g.rightId ?? []),
      purposes: purpose === undefined ? undefined : [...known].filter(([, p]) => p.term === purpose).map(([hash]) => hash),
      from: from === undefined ? undefined : Math.ceil(from / 1000), to: to === undefined ? undefined : Math.floor(to / 1000),
    });
    const mine = base.mine();
    const nameOf = new Map(given.map((g) => [g.grantee, g.facts.name]));
    return {
      total: page.total,
      rows: page.rows.map((l) => {
        const isMine = l.actor !== null && mine.has(l.actor);
        const other = isMine ? l.subject : l.actor;
        const right = l.rightId === null ? undefined : given.find((g) => g.rightId === l.rightId);
        const party = other === null || mine.has(other) ? null : base.party(other);
        return {
          at: l.at * 1000, block: l.block, logIndex: l.logIndex, tx: l.tx, event: l.event, who: party && { ...party, name: party.name ?? nameOf.get(other!) ?? null }, mine: isMine,
          rightId: l.rightId, recordId: l.recordId, accessId: l.accessId, datasetId: l.datasetId, callId: l.callId,
          what: right ? right.facts.what.map((w) => w.title).join(', ') || null : l.datasetId !== null ? (labels.labelOf(l.datasetId)?.title ?? null) : l.recordId !== null ? (records.facts(l.recordId)?.title ?? null) : null,
          purpose: l.purpose === null ? null : (known.get(l.purpose) ?? null), expiresAt: l.expiresAt === null ? null : l.expiresAt * 1000, recordHash: l.recordHash, place: l.place,
        };
      }),
    };
  };
}
