import { describe, expect, it } from 'vitest';
import type { Resource } from '@medplum/fhirtypes';
import { assertFhir, fhirIssues, parseFhir } from '../../electron/fhir/validate.ts';

const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, valueQuantity: { value: 3, unit: '/min' } };
const issues = (resource: unknown) => fhirIssues(resource as Resource);

describe('FHIR R4 validation', () => {
  it('takes what is right', () => {
    expect(issues({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: { ...observation, subject: { reference: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e' }, device: { reference: 'https://example.org/Device/1' } } }, { fullUrl: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e', resource: { resourceType: 'Patient' } }] })).toEqual([]);
    expect(issues(observation)).toEqual([]);
    expect(issues({ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e', resource: observation }] })).toEqual([]);
  });
  it.each([
    ['a code that R4 does not have', { ...observation, status: 'funny' }, /status/],
    ['a code deep in a backbone element', { resourceType: 'Consent', status: 'active', policyRule: { text: 'p' }, scope: { text: 's' }, category: [{ text: 'c' }], provision: { type: 'perhaps' } }, /provision\.type/],
    ['a code in a data type', { ...observation, valueQuantity: { value: 3, comparator: '~' } }, /comparator/],
    ['a missing element', { resourceType: 'Observation', status: 'final' }, /code/],
    ['an element that does not exist', { ...observation, foo: 1 }, /foo/],
    ['another JSON type', { ...observation, valueQuantity: { value: '3' } }, /value/],
    ['two values', { ...observation, valueString: 'a' }, /value|Observation/],
    ['no date', { ...observation, effectiveDateTime: 'yesterday' }, /effective/],
    ['a day for an instant', { resourceType: 'Provenance', target: [{ reference: 'Patient/1' }], recorded: '2020-01-01', agent: [{ who: { display: 'a' } }] }, /recorded/],
    ['Provenance of nobody', { resourceType: 'Provenance', target: [{ reference: 'Patient/1' }], recorded: '2020-01-01T00:00:00Z' }, /agent/],
    ['ppc-1: neither policy nor rule', { resourceType: 'Consent', status: 'active', scope: { text: 'a' }, category: [{ text: 'x' }] }, /Consent/],
    ['an unknown resource', { resourceType: 'Nonsense' }, /^$/],
    ['a resource within a bundle', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'Observation', status: 'final' } }] }, /code/],
    ['a name that would reach into objects', JSON.parse('{"resourceType":"Observation","status":"final","code":{"text":"x","__proto__":{"a":1}}}'), /__proto__/],
    ['a reference into nothing', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { ...observation, subject: { reference: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e' } } }] }, /subject/],
    ['a subject that is no person', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { ...observation, subject: { reference: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e' } } }, { fullUrl: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e', resource: { resourceType: 'Provenance', target: [{ reference: 'Patient/1' }], recorded: '2020-01-01T00:00:00Z', agent: [{ who: { display: 'a' } }] } }] }, /subject/],
    ...[[], [['8480-6', 'kPa'], ['8462-4', 'mm[Hg]']], [['8480-6', 'mm[Hg]']]].map((parts) => ['a blood pressure that lacks a part or has another unit', { resourceType: 'Observation', status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }], subject: { reference: 'Patient/1' }, effectiveDateTime: '2026-10-01', code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] }, dataAbsentReason: { text: 'x' }, component: parts.length === 0 ? undefined : parts.map(([code, unit]) => ({ code: { coding: [{ system: 'http://loinc.org', code }] }, valueQuantity: { value: 1, system: 'http://unitsofmeasure.org', code: unit } })), meta: { profile: ['http://hl7.org/fhir/StructureDefinition/bp'] } }, /component/] as [string, unknown, RegExp]),
    ['vital signs of a month', { ...observation, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }], subject: { reference: 'Patient/1' }, effectiveDateTime: '2026-10', meta: { profile: ['http://hl7.org/fhir/StructureDefinition/vitalsigns'] } }, /effective/],
    ['vital signs without a time', { ...observation, meta: { profile: ['http://hl7.org/fhir/StructureDefinition/vitalsigns'] } }, /./],
  ])('refuses %s', (_what, resource, path) => {
    const found = issues(resource);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((i) => i.path).join(' ')).toMatch(path);
    expect(() => assertFhir(resource as Resource)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  });
  it('does not repeat a value in an error', () => {
    const secret = 'somebody has a condition that is nobody else’s matter';
    try { assertFhir({ ...observation, status: secret, effectiveDateTime: secret } as unknown as Resource); expect.unreachable(); } catch (error) { expect(String(error)).not.toContain('condition'); }
  });
  it('is not led into the deep, and reads no endless text', () => {
    expect(() => parseFhir(`${'['.repeat(100_000)}`)).toThrow(/deeper than 40/);
    expect(() => parseFhir(`{"resourceType":"Observation","a":${'{"a":'.repeat(41)}1${'}'.repeat(41)}}`)).toThrow(/deeper/);
    expect(parseFhir('{"resourceType":"Observation","text":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"[["}').resourceType).toBe('Observation');
    expect(() => parseFhir(' '.repeat(101), 100)).toThrow(/longer than 100/);
    for (const text of ['', 'null', '[]', '"x"', '{}', '{"resourceType":7}', '{"resourceType":"X"']) expect(() => parseFhir(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  });
});
