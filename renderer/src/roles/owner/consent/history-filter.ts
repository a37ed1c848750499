import type { ConsentTraceQuery, GrantView, PartyView, RequestView } from '../../../../../shared/api/consent.ts';
import type { Hex } from '../../../../../shared/domain/chain.ts';
import type { PurposeTerm } from '../../../../../shared/domain/purpose.ts';

/** Events of the contracts by what they mean to a person. */
export const CONSENT_KINDS = {
  requests: ['AccessRequested', 'RequestWithdrawn'],
  answers: ['AccessGranted', 'RequestRejected'],
  reads: ['AccessUsed', 'AccessOpened', 'HealthLinkOpened'],
  ends: ['AccessRevoked', 'AllRevoked', 'AccessHandedBack'],
  records: ['RecordIssued', 'RecordStored'],
  emergencies: ['EmergencyReadable', 'EmergencyOpened', 'EmergencyContested'],
  studies: ['CallOpened', 'Enrolled', 'EntryLeft', 'EntryStruck', 'PlaceApproved', 'PlacePassed', 'BondShared'],
} as const satisfies Record<string, readonly string[]>;
export type ConsentKind = keyof typeof CONSENT_KINDS;

/** The filter as its fields have it. */
export type HistoryDraft = { who: Hex | null; kinds: ConsentKind[]; purpose: PurposeTerm | null; from: string; to: string; dataset: string };
export const NO_FILTER: HistoryDraft = { who: null, kinds: [], purpose: null, from: '', to: '', dataset: '' };
export type HistoryFilter = Pick<ConsentTraceQuery, 'who' | 'datasetId' | 'purpose' | 'kinds' | 'from' | 'to'>;

/** Midnight at the person's place, Unix milliseconds; null where the field is empty or half typed. @param plus days after it */
function midnight(date: string, plus = 0): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!parts) return null;
  const ms = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + plus).getTime();
  return Number.isFinite(ms) ? ms : null;
}

/** What is asked of the server: a field that says nothing, or nothing that can be read, does not narrow. Days are whole, at the person's place. */
export function filterOf(d: HistoryDraft): HistoryFilter {
  const from = midnight(d.from);
  const after = midnight(d.to, 1);
  const dataset = d.dataset.trim().replace(/^#/, '');
  return {
    ...(d.who ? { who: d.who } : {}), ...(d.kinds.length > 0 ? { kinds: d.kinds.flatMap((kind) => [...CONSENT_KINDS[kind]]) } : {}), ...(d.purpose ? { purpose: d.purpose } : {}),
    ...(from === null ? {} : { from }), ...(after === null ? {} : { to: after - 1 }), ...(/^\d{1,15}$/.test(dataset) ? { datasetId: Number(dataset) } : {}),
  };
}

/** Everybody that one may look for: each once, those with a name first. */
export function partiesOf(grants: readonly GrantView[], requests: readonly RequestView[]): PartyView[] {
  const all = new Map<string, PartyView>();
  for (const party of [...grants.map((g) => g.to), ...requests.map((r) => r.from)]) if (!all.get(party.address)?.name) all.set(party.address, party);
  return [...all.values()].sort((a, b) => Number(b.name !== null) - Number(a.name !== null) || (a.name ?? a.address).localeCompare(b.name ?? b.address));
}

/** Which kind an event is of; null for those of other pages. */
export const kindOf = (event: string): ConsentKind | null => (Object.keys(CONSENT_KINDS) as ConsentKind[]).find((kind) => (CONSENT_KINDS[kind] as readonly string[]).includes(event)) ?? null;
