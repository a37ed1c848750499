import type { Channel, ChannelKind } from '../../shared/domain/recording.ts';

export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';
export const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
/** Where no code is confirmed (raw acceleration, ECG and PPG of wearables) the kind of the channel stands under our own system. */
export const OWN_KIND = 'urn:phdex:channel-kind';
/** Microseconds from the start of the dataset to the first sample: all of the clock that a dataset keeps is its month. */
export const OFFSET_URL = 'urn:phdex:fhir:offset-microseconds';

export type Coding = { system: string; code: string; display?: string };

const CODES: Partial<Record<ChannelKind, Coding[]>> = {
  'heart-rate': [{ system: LOINC, code: '8867-4', display: 'Heart rate' }],
  // R4's profile asks for 2708-6; 59408-5 says that it was measured by pulse oximetry.
  spo2: [{ system: LOINC, code: '2708-6', display: 'Oxygen saturation in Arterial blood' }, { system: LOINC, code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' }],
  temperature: [{ system: LOINC, code: '8310-5', display: 'Body temperature' }],
  respiration: [{ system: LOINC, code: '9279-1', display: 'Respiratory rate' }],
  steps: [{ system: LOINC, code: '55423-8', display: 'Number of steps in unspecified time Pedometer' }],
  weight: [{ system: LOINC, code: '29463-7', display: 'Body weight' }],
};
const VITAL: readonly ChannelKind[] = ['heart-rate', 'spo2', 'temperature', 'rr-interval', 'ecg', 'ppg', 'respiration', 'weight', 'blood-pressure', 'glucose'];

/** The code that the channel itself has says more than its kind: a resting heart rate, a systolic pressure. */
export function codingOf({ kind, name, loinc }: Pick<Channel, 'kind' | 'name' | 'loinc'>): Coding[] {
  const known = CODES[kind];
  if (loinc !== undefined && !known?.some((c) => c.code === loinc)) return [{ system: LOINC, code: loinc, display: name }];
  return known ?? [{ system: OWN_KIND, code: kind, display: name }];
}

export const categoryOf = (kind: ChannelKind) => [{ coding: [{ system: OBSERVATION_CATEGORY, code: VITAL.includes(kind) ? 'vital-signs' : 'activity' }] }];
