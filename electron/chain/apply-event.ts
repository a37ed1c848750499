import type { Db } from '../db/open-database.ts';
import type { ContractKey } from './contracts.ts';
import { anchorEvents } from './events/anchors.ts';
import { coinEvents } from './events/coin.ts';
import { consentEvents } from './events/consent.ts';
import { marketEvents } from './events/market.ts';
import { participantEvents } from './events/participants.ts';
import { recordEvents } from './events/records.ts';
import { registrarEvents } from './events/registrars.ts';
import { studyEvents } from './events/studies.ts';
import type { ChainEvent, EventHandlers, EventTools } from './events/tools.ts';

export type { ChainEvent } from './events/tools.ts';

/** Each contract's events; no two of them share a name. A cache that was made before a contract stood here reads it afterwards. */
const HANDLERS: Partial<Record<ContractKey, (tools: EventTools) => EventHandlers>> = { coin: coinEvents, participants: participantEvents, market: marketEvents, consent: consentEvents, records: recordEvents, accessManager: registrarEvents, anchors: anchorEvents, studies: studyEvents };
/** Contracts that the cache follows. */
export const FOLLOWED = Object.keys(HANDLERS) as ContractKey[];

/**
 * Applies events to the tables of the event cache. Statements are prepared once; the caller holds the transaction.
 * Unknown events are passed over: a newer contract may say more.
 */
export function createEventApplier(db: Db): (event: ChainEvent) => void {
  const history = db.prepare('INSERT INTO history (block, log_index, at, tx, event, dataset_id, access_id, right_id, record_id, call_id, actor, subject, amount, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const ownerOf = db.prepare('SELECT owner FROM datasets WHERE id = ?').pluck();
  const accessOf = db.prepare('SELECT dataset_id AS dataset, grantee FROM accesses WHERE id = ?');
  const tools: EventTools = {
    prepare: (sql) => db.prepare(sql),
    note(e, it) {
      history.run(e.block, e.logIndex, e.at, e.tx, e.name, it.dataset ?? null, it.access ?? null, it.right ?? null, it.record ?? null, it.call ?? null, it.actor ?? null, it.subject ?? null, it.amount?.toString() ?? null, it.details === undefined ? '{}' : JSON.stringify(it.details));
    },
    ownerOf: (dataset) => (ownerOf.get(dataset) as string | undefined) ?? null,
    accessOf: (access) => (accessOf.get(access) as { dataset: number; grantee: string } | undefined) ?? { dataset: 0, grantee: null },
  };
  const handlers = new Map(Object.values(HANDLERS).flatMap((make) => Object.entries(make(tools))));
  return (event) => { handlers.get(event.name)?.(event, event.args); };
}
