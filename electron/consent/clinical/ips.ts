import { randomUUID } from 'node:crypto';
import type { Bundle, Composition, CompositionSection, MedicationStatement, Observation, Patient, Resource } from '@medplum/fhirtypes';
import type { ManualEntry } from '../../../shared/domain/manual-entry.ts';
import { ref } from '../../fhir/bundle-writer.ts';
import { LOINC } from '../../fhir/codes.ts';
import { assertFhir } from '../../fhir/validate.ts';
import { entryOf } from './fhir/consent-out.ts';
import { entryObservation, medicationStatement, summaryObservation } from './fhir/observations.ts';
import type { ChannelSummary } from './summarise.ts';

export type IpsInput = {
  /** Of each recording; `clock` false where its times count from a start. */
  recordings: { title: string; clock: boolean; channels: ChannelSummary[] }[];
  entries: ManualEntry[];
  /** Unix milliseconds. */
  now: number;
};

const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
const ABSENT_REASON = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const CLINICAL = (of: 'allergyintolerance' | 'condition') => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${of}-clinical`, code: 'active' }] });
const unknown = (code: string, display: string) => ({ coding: [{ system: ABSENT, code, display }], text: display });
/** The newest of each kind; older ones are in the export. */
const MOST_OF_A_KIND = 30;

export const escapeXhtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
const narrative = (lines: string[]) => ({ status: 'generated' as const, div: `<div xmlns="http://www.w3.org/1999/xhtml"><ul>${lines.map((l) => `<li>${escapeXhtml(l)}</li>`).join('')}</ul></div>` });

function section(title: string, code: string, display: string, lines: string[], entries: Resource[]): CompositionSection {
  return { title, code: { coding: [{ system: LOINC, code, display }] }, text: narrative(lines), entry: entries.map((r) => ref(r.id!)) };
}

/**
 * An International Patient Summary (HL7 IPS, on FHIR R4): a document Bundle of what its person recorded and wrote down. What
 * PHDex cannot know (allergies, problems; medicines where none were written down) is said to be unknown, never to be absent.
 * The person is not named: who hands the link over says who they are.
 * @throws AppError `invalid-argument` if it did not hold against R4
 */
export function ipsBundle({ recordings, entries, now }: IpsInput): Bundle {
  const at = new Date(now).toISOString();
  const masked = { extension: [{ url: ABSENT_REASON, valueCode: 'masked' }] };
  const patient: Patient & { _birthDate?: object } = { resourceType: 'Patient', id: randomUUID(), identifier: [{ system: 'urn:phdex:summary-subject', value: randomUUID() }], name: [{ text: 'Not named in this summary' }], _birthDate: masked };
  const who = patient.id!;

  const medications = medicationsOf(entries, who);
  const noMedication: MedicationStatement & { _effectiveDateTime?: object } = { resourceType: 'MedicationStatement', id: randomUUID(), status: 'unknown', medicationCodeableConcept: unknown('no-medication-info', 'No information about medications'), subject: ref(who), _effectiveDateTime: { extension: [{ url: ABSENT_REASON, valueCode: 'unknown' }] } };
  const allergy: Resource = { resourceType: 'AllergyIntolerance', id: randomUUID(), clinicalStatus: CLINICAL('allergyintolerance'), code: unknown('no-allergy-info', 'No information about allergies'), patient: ref(who) };
  const problem: Resource = { resourceType: 'Condition', id: randomUUID(), clinicalStatus: CLINICAL('condition'), code: unknown('no-problem-info', 'No information about problems'), subject: ref(who) };
  const observations = [
    ...recordings.flatMap((r) => r.channels.map((s) => ({ line: `${r.title}: `, it: summaryObservation(s, randomUUID(), who, r.clock) }))),
    ...newest(entries).map((e) => ({ line: '', it: entryObservation(e, randomUUID(), who) })),
  ];
  const isVital = ({ it }: { it: Observation }) => it.category?.[0]?.coding?.[0]?.code === 'vital-signs';
  const [vital, results] = [observations.filter(isVital), observations.filter((o) => !isVital(o))];
  const linesOf = (all: typeof observations) => all.map(({ line, it }) => `${line}${wordsOf(it)}`);

  const composition: Composition = {
    resourceType: 'Composition', id: randomUUID(), status: 'final', type: { coding: [{ system: LOINC, code: '60591-5', display: 'Patient summary Document' }] }, subject: ref(who), date: at, author: [ref(who)], title: 'International Patient Summary',
    section: [
      section('Medication Summary', '10160-0', 'History of Medication use Narrative', medications.length === 0 ? ['No information about medications.'] : medications.map((m) => `${m.medicationCodeableConcept!.text}: ${m.dosage![0]!.text}`), medications.length === 0 ? [noMedication] : medications),
      section('Allergies and Intolerances', '48765-2', 'Allergies and adverse reactions Document', ['No information about allergies.'], [allergy]),
      section('Problem List', '11450-4', 'Problem list - Reported', ['No information about problems.'], [problem]),
      ...(vital.length > 0 ? [section('Vital Signs', '8716-3', 'Vital signs', linesOf(vital), vital.map((o) => o.it))] : []),
      ...(results.length > 0 ? [section('Results', '30954-2', 'Relevant diagnostic tests/laboratory data Narrative', linesOf(results), results.map((o) => o.it))] : []),
    ],
  };
  return assertFhir<Bundle>({
    resourceType: 'Bundle', type: 'document', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` }, timestamp: at,
    entry: [composition, patient, ...(medications.length === 0 ? [noMedication] : medications), allergy, problem, ...observations.map((o) => o.it)].map(entryOf),
  }, 'The summary');
}

function medicationsOf(entries: ManualEntry[], who: string): MedicationStatement[] {
  const byName = new Map<string, Extract<ManualEntry, { kind: 'medicine' }>[]>();
  for (const e of [...entries].sort((a, b) => a.time - b.time)) if (e.kind === 'medicine') byName.set(e.name.toLowerCase(), [...(byName.get(e.name.toLowerCase()) ?? []), e]);
  return [...byName.values()].map((doses) => medicationStatement(doses.at(-1)!.name, doses, randomUUID(), who));
}

function newest(entries: ManualEntry[]): Exclude<ManualEntry, { kind: 'medicine' }>[] {
  const taken = new Map<string, number>();
  return [...entries].sort((a, b) => b.time - a.time).filter((e): e is Exclude<ManualEntry, { kind: 'medicine' }> => {
    if (e.kind === 'medicine') return false;
    taken.set(e.kind, (taken.get(e.kind) ?? 0) + 1);
    return taken.get(e.kind)! <= MOST_OF_A_KIND;
  });
}

function wordsOf(o: Observation): string {
  const when = o.effectiveDateTime ?? (o.effectivePeriod ? `${o.effectivePeriod.start} to ${o.effectivePeriod.end}` : 'time not known');
  const value = o.valueQuantity ? `${o.valueQuantity.value} ${o.valueQuantity.unit}` : o.valueInteger !== undefined ? `${o.valueInteger} of 10` : (o.component ?? []).map((c) => `${c.code.text} ${c.valueQuantity?.value} ${c.valueQuantity?.unit}`).join(', ');
  return `${o.code.text ?? o.code.coding?.[0]?.display}: ${value}; ${when}`;
}
