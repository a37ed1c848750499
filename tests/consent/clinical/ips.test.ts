import { describe, expect, it } from 'vitest';
import type { Bundle, Composition, Observation, Resource } from '@medplum/fhirtypes';
import { ipsBundle } from '../../../electron/consent/clinical/ips.ts';
import { summarise } from '../../../electron/consent/clinical/summarise.ts';
import { CHANNELS } from '../../../electron/capture/import/kinds.ts';
import { fhirIssues } from '../../../electron/fhir/validate.ts';
import type { ManualEntry } from '../../../shared/domain/manual-entry.ts';
import { MISSING_INT32, type SampleBatch } from '../../../shared/domain/recording.ts';

async function* once(...batches: SampleBatch[]): AsyncGenerator<SampleBatch> { yield* batches; }
const now = Date.UTC(2026, 10, 21);
const when = { time: now - 86_400_000, offsetMinutes: 60 };
const entries: ManualEntry[] = [
  { kind: 'medicine', name: 'Ibuprofen', amount: 400, unit: 'mg', ...when }, { kind: 'medicine', name: 'ibuprofen', amount: 200, unit: 'mg', ...when, time: now }, { kind: 'symptom', name: 'Head <b>ache</b> & "more"', severity: 6, minutes: 30, ...when },
  { kind: 'weight', value: 71.3, unit: 'kg', ...when }, { kind: 'blood-pressure', systolic: 121, diastolic: 79, pulse: 61, ...when }, { kind: 'glucose', value: 95, unit: 'mg/dL', ...when }, { kind: 'training', name: 'Run', minutes: 45, effort: 7, ...when },
];
const channels = [{ ...CHANNELS.heartRate, decimals: 0 }, { ...CHANNELS.spo2, decimals: 1 }, { ...CHANNELS.steps, decimals: 0 }, { ...CHANNELS.respiration, decimals: null }, CHANNELS.bodyTemperature, CHANNELS.weight, CHANNELS.restingHeartRate, CHANNELS.sdnn, CHANNELS.acceleration];
const t0 = (now - 3600_000) * 1000;
const batch = (from: number): SampleBatch => ({
  t: Float64Array.of(t0 + from, t0 + from + 1e6, t0 + from + 2e6),
  columns: [Int32Array.of(60, MISSING_INT32, 70), Int32Array.of(975, 981, 990), Int32Array.of(10, 0, 5), Float64Array.of(14.5, NaN, 15.5), ...[37.1, 71, 55, 42].map((v) => Float64Array.of(v, v, v)), ...[1, 2, 3].map((v) => Float64Array.of(v, v, v))],
});
const summary = () => summarise({ channels }, once(batch(0), batch(3e6)));
const all = (b: Bundle) => b.entry!.map((e) => e.resource!);
const composition = (b: Bundle) => all(b)[0] as Composition;
const sections = (b: Bundle) => Object.fromEntries(composition(b).section!.map((s) => [s.code!.coding![0]!.code!, s]));
const of = (b: Bundle, code: string): Resource[] => sections(b)[code]!.entry!.map((r) => b.entry!.find((e) => e.fullUrl === r.reference)!.resource!);

describe('International Patient Summary', () => {
  it('says what is not known where nothing is known, in each section that must be there', () => {
    const bundle = ipsBundle({ recordings: [], entries: [], now });
    expect(fhirIssues(bundle)).toEqual([]);
    expect(bundle.type).toBe('document');
    expect(composition(bundle).type.coding![0]!.code).toBe('60591-5');
    expect(Object.keys(sections(bundle))).toEqual(['10160-0', '48765-2', '11450-4']);
    for (const [code, told] of [['10160-0', 'no-medication-info'], ['48765-2', 'no-allergy-info'], ['11450-4', 'no-problem-info']] as const) {
      expect(JSON.stringify(of(bundle, code))).toContain(`"${told}"`);
      expect(sections(bundle)[code]!.text!.div).toMatch(/^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml"><ul><li>No information/);
    }
    expect(JSON.stringify(bundle)).not.toContain('no-known');
  });

  it('shows recordings by their numbers and entries as they were written down, valid by the profiles that it names', async () => {
    const bundle = ipsBundle({ recordings: [{ title: 'Night', clock: true, channels: await summary() }], entries, now });
    expect(fhirIssues(bundle)).toEqual([]);
    const heart = of(bundle, '8716-3').find((r) => (r as Observation).code.coding?.[0]?.code === '8867-4') as Observation;
    expect(heart).toMatchObject({ valueQuantity: { value: 65, code: '/min' }, component: [{ valueQuantity: { value: 60 } }, { valueQuantity: { value: 70 } }], meta: { profile: ['http://hl7.org/fhir/StructureDefinition/heartrate'] } });
    expect(heart.effectivePeriod!.start).toBe(new Date(t0 / 1000).toISOString());
    expect(heart.note![0]!.text).toMatch(/^Mean of 4 values/);
    const steps = of(bundle, '30954-2').find((r) => (r as Observation).code.text === 'steps') as Observation;
    expect(steps.valueQuantity).toMatchObject({ value: 30, code: '{steps}' });
    expect(JSON.stringify(bundle)).not.toContain('acceleration');
    const [medicine] = of(bundle, '10160-0');
    expect(of(bundle, '10160-0')).toHaveLength(1);
    expect(medicine).toMatchObject({ resourceType: 'MedicationStatement', dosage: [{ text: '200 mg; 2 doses written down' }] });
    expect(of(bundle, '8716-3').filter((r) => (r as Observation).code.coding?.[0]?.code === '85354-9')).toHaveLength(1);
    expect((of(bundle, '8716-3').find((r) => (r as Observation).code.coding?.[0]?.code === '29463-7') as Observation)).toBeDefined();
    // A title is a person's text: it must not become markup of the doctor's viewer.
    const divs = composition(bundle).section!.map((s) => s.text!.div).join('');
    expect(divs).not.toContain('<b>');
    expect(divs).toContain('&#60;b&#62;ache');
  });

  it('takes the newest of each kind, and times without a clock as not known', async () => {
    const many = Array.from({ length: 40 }, (_, i): ManualEntry => ({ kind: 'weight', value: 60 + i, unit: 'kg', time: now - i * 1000, offsetMinutes: -330 }));
    const bundle = ipsBundle({ recordings: [{ title: 'x', clock: false, channels: await summary() }], entries: many, now });
    expect(fhirIssues(bundle)).toEqual([]);
    const weights = of(bundle, '8716-3').filter((r) => (r as Observation).effectiveDateTime) as Observation[];
    expect(weights).toHaveLength(30);
    expect(weights[0]!.valueQuantity!.value).toBe(60);
    expect(weights[0]!.effectiveDateTime).toMatch(/-05:30$/);
    expect(Date.parse(weights[0]!.effectiveDateTime!)).toBe(now);
  });
});
