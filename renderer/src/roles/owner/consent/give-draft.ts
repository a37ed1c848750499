import { GrantIn, type GrantDraft } from '../../../../../shared/api/consent.ts';
import { AddressIn } from '../../../../../shared/api/common.ts';
import type { Category, Operations } from '../../../../../shared/domain/consent.ts';
import { newPurpose, purposeDraftOf, purposeOf, type PurposeDraft } from '../../../components/consent/purpose-draft.ts';
import { newScope, scopeDraftOf, scopeOf, type ScopeDraft } from '../../../components/consent/scope-draft.ts';
import { MONTH_SECONDS } from '../../../components/consent/times.ts';

/** A right that is given without a request, as the form has it. Nothing is chosen for the person. */
export type GiveDraft = { to: string; key: string; category: Category; operations: Operations; scope: ScopeDraft; purpose: PurposeDraft; seconds: number; recordings: string[]; datasets: number[]; records: number[] };

/** @param now Unix milliseconds; @param record a record that the person came here to share */
export const newGive = (now: number, record: number | null): GiveDraft => ({
  to: '', key: '', category: record === null ? 'health' : 'history', operations: 'read', scope: newScope(now), purpose: newPurpose('PersonalisedHealthcare'), seconds: MONTH_SECONDS,
  recordings: [], datasets: [], records: record === null ? [] : [record],
});

/**
 * The form as a FHIR Consent would have it. Nothing of the person's is ticked: what was is unticked, and a key goes, since both
 * were chosen for somebody else.
 */
export const giveFrom = (form: GiveDraft, asked: GrantDraft, now: number): GiveDraft => ({
  ...form, to: asked.grantee ?? '', key: '', category: asked.category, operations: asked.operations, scope: { ...scopeDraftOf(asked.scope, now), live: false },
  purpose: asked.purpose ? purposeDraftOf(asked.purpose) : form.purpose, seconds: asked.seconds ?? form.seconds, recordings: [], datasets: [], records: [],
});

/** Codes of the Data Use Ontology that a Consent names and the form cannot hold: conditions that would not be kept. */
export function lostConditions({ purpose }: GrantDraft): string[] {
  const kept = purpose ? purposeOf(purposeDraftOf(purpose)) : null;
  return purpose ? purpose.duo.filter((code) => !kept?.duo.includes(code)) : [];
}

export const isAddress = (text: string): boolean => AddressIn.safeParse(text.trim()).success;
export const isKey = (text: string): boolean => text.trim() === '' || /^0x[0-9a-fA-F]{64}$/.test(text.trim());

/** As the API takes it; null while something is missing. Records are of history and insurance, recordings of health. */
export function giveInput(d: GiveDraft): GrantIn | null {
  const scope = scopeOf(d.scope, d.category);
  const purpose = purposeOf(d.purpose);
  if (!scope || !purpose || !isKey(d.key) || !isAddress(d.to)) return null;
  const health = d.category === 'health';
  const [recordings, datasets, records] = [health ? d.recordings : [], health ? d.datasets : [], health ? [] : d.records];
  if (d.operations !== 'append' && recordings.length + datasets.length + records.length === 0 && !scope.live) return null;
  const key = d.key.trim().toLowerCase();
  const parsed = GrantIn.safeParse({ grantee: d.to.trim(), ...(key ? { key } : {}), category: d.category, operations: d.operations, scope, purpose, seconds: d.seconds, recordings, datasets, ...(records.length > 0 ? { records } : {}) });
  return parsed.success ? parsed.data : null;
}
