import type { CodeableConcept, MedicationStatement, Observation, Quantity } from '@medplum/fhirtypes';
import type { ManualEntry } from '../../../../shared/domain/manual-entry.ts';
import type { ChannelKind } from '../../../../shared/domain/recording.ts';
import { ref } from '../../../fhir/bundle-writer.ts';
import { categoryOf, codingOf, LOINC, UCUM } from '../../../fhir/codes.ts';
import type { ChannelSummary } from '../summarise.ts';

const VITAL_PROFILE: Partial<Record<ChannelKind, string>> = { 'heart-rate': 'heartrate', spo2: 'oxygensat', respiration: 'resprate', weight: 'bodyweight' };
const profileUrl = (name: string) => `http://hl7.org/fhir/StructureDefinition/${name}`;
const round = (v: number) => Number(v.toPrecision(6));
/** The chain of profiles names its units by themselves: `/min`, `%`, `Cel`, `kg`. */
const quantity = (value: number, unit: string): Quantity => ({ value: round(value), unit, system: UCUM, code: unit });
const concept = (system: string, code: string, display: string): CodeableConcept => ({ coding: [{ system, code, display }], text: display });
const WEARABLE = 'From a wearable or a file of its owner; not taken by a clinician.';

/** The instant with the offset at which it was written down. */
export function localTime(ms: number, offsetMinutes: number): string {
  const sign = offsetMinutes < 0 ? '-' : '+';
  const abs = Math.abs(offsetMinutes);
  return `${new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1)}${sign}${String(Math.floor(abs / 60)).padStart(2, '0')}:${String(abs % 60).padStart(2, '0')}`;
}

/** What a recording says of one channel: the mean, with least and greatest; steps as their sum. @param clock false where its times count from a start */
export function summaryObservation(s: ChannelSummary, id: string, patientId: string, clock: boolean): Observation {
  const { channel } = s;
  const counted = channel.kind === 'steps';
  const period = clock ? { effectivePeriod: { start: new Date(s.from / 1000).toISOString(), end: new Date(s.to / 1000).toISOString() } } : {};
  const profile = clock && channel.loinc !== '40443-4' ? VITAL_PROFILE[channel.kind] : undefined;
  return {
    resourceType: 'Observation', id, ...(profile ? { meta: { profile: [profileUrl(profile)] } } : {}), status: 'final', category: categoryOf(channel.kind), code: { coding: codingOf(channel), text: channel.name }, subject: ref(patientId), performer: [ref(patientId)], ...period,
    valueQuantity: counted ? quantity(s.sum, '{steps}') : quantity(s.mean, channel.unit),
    note: [{ text: `${counted ? 'Sum' : 'Mean'} of ${s.count} values. ${WEARABLE}` }],
    ...(counted ? {} : { component: [{ code: { text: 'Lowest' }, valueQuantity: quantity(s.least, channel.unit) }, { code: { text: 'Highest' }, valueQuantity: quantity(s.greatest, channel.unit) }] }),
  };
}

type Measured = Exclude<ManualEntry['kind'], 'medicine'>;
/** What a person wrote down, but for medicine. */
export function entryObservation(e: Extract<ManualEntry, { kind: Measured }>, id: string, patientId: string): Observation {
  const head = { resourceType: 'Observation' as const, id, status: 'final' as const, subject: ref(patientId), performer: [ref(patientId)], effectiveDateTime: localTime(e.time, e.offsetMinutes) };
  const note = [{ text: 'Written down by the person.' }];
  switch (e.kind) {
    case 'weight': return { ...head, meta: { profile: [profileUrl('bodyweight')] }, category: categoryOf('weight'), code: concept(LOINC, '29463-7', 'Body weight'), valueQuantity: quantity(e.value, e.unit), note };
    case 'glucose': return { ...head, category: categoryOf('glucose'), code: e.unit === 'mg/dL' ? concept(LOINC, '2339-0', 'Glucose [Mass/volume] in Blood') : concept(LOINC, '15074-8', 'Glucose [Moles/volume] in Blood'), valueQuantity: quantity(e.value, e.unit), note };
    case 'blood-pressure': return {
      ...head, meta: { profile: [profileUrl('bp')] }, category: categoryOf('blood-pressure'), code: concept(LOINC, '85354-9', 'Blood pressure panel with all children optional'), note,
      component: [
        { code: concept(LOINC, '8480-6', 'Systolic blood pressure'), valueQuantity: quantity(e.systolic, 'mm[Hg]') }, { code: concept(LOINC, '8462-4', 'Diastolic blood pressure'), valueQuantity: quantity(e.diastolic, 'mm[Hg]') },
        ...(e.pulse === undefined ? [] : [{ code: concept(LOINC, '8867-4', 'Heart rate'), valueQuantity: quantity(e.pulse, '/min') }]),
      ],
    };
    case 'training': return { ...head, category: categoryOf('training'), code: { ...concept(LOINC, '55411-3', 'Exercise duration'), text: e.name }, valueQuantity: quantity(e.minutes, 'min'), note: e.effort === undefined ? note : [...note, { text: `Perceived exertion ${e.effort} of 10 (Borg CR10).` }] };
    case 'symptom': return { ...head, code: { text: `Symptom: ${e.name}` }, valueInteger: e.severity, note: [...note, { text: `Severity from 0 (none) to 10 (the worst).${e.minutes === undefined ? '' : ` Lasted ${e.minutes} minutes.`}` }] };
  }
}

/** Doses that were taken of one medicine, as the person wrote them down. @param doses oldest first, at least one */
export function medicationStatement(name: string, doses: readonly Extract<ManualEntry, { kind: 'medicine' }>[], id: string, patientId: string): MedicationStatement {
  const [first, last] = [doses[0]!, doses.at(-1)!];
  return {
    resourceType: 'MedicationStatement', id, status: 'completed', medicationCodeableConcept: { text: name }, subject: ref(patientId), informationSource: ref(patientId),
    ...(doses.length === 1 ? { effectiveDateTime: localTime(first.time, first.offsetMinutes) } : { effectivePeriod: { start: localTime(first.time, first.offsetMinutes), end: localTime(last.time, last.offsetMinutes) } }),
    dosage: [{ text: `${last.amount} ${last.unit}; ${doses.length} ${doses.length === 1 ? 'dose' : 'doses'} written down`, doseAndRate: [{ doseQuantity: { value: last.amount, unit: last.unit, system: UCUM, code: last.unit } }] }],
    note: [{ text: 'Written down by the person, not prescribed here.' }],
  };
}
