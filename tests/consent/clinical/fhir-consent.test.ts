import { describe, expect, it } from 'vitest';
import type { Bundle, Consent, Resource } from '@medplum/fhirtypes';
import { draftOfConsent } from '../../../electron/consent/clinical/fhir/consent-in.ts';
import { consentBundle } from '../../../electron/consent/clinical/fhir/consent-out.ts';
import { fhirIssues } from '../../../electron/fhir/validate.ts';
import type { RightStatus } from '../../../shared/domain/consent.ts';
import { hex, rightFacts } from './facts.ts';

const of = <T extends Resource['resourceType']>(bundle: Bundle, type: T) => bundle.entry!.map((e) => e.resource!).filter((r) => r.resourceType === type) as Extract<Resource, { resourceType: T }>[];
const NOW = 1_785_000_000_000;

describe('a right as FHIR Consent', () => {
  it.each([['approved', 'active'], ['pending', 'proposed'], ['revoked', 'inactive'], ['ended', 'inactive'], ['handed-back', 'inactive'], ['expired', 'inactive'], ['rejected', 'rejected']] as [RightStatus, string][])('%s is %s, and valid R4', (status, expected) => {
    const pending = status === 'pending';
    const bundle = consentBundle(rightFacts({ status, uses: pending ? [] : rightFacts().uses }, { status: pending ? 'pending' : 'approved', decidedAt: pending ? null : 1_780_000_000, endedAt: ['revoked', 'ended', 'handed-back', 'rejected'].includes(status) ? 1_781_000_000 : null }));
    expect(fhirIssues(bundle)).toEqual([]);
    const [consent] = of(bundle, 'Consent');
    expect(consent!.status).toBe(expected);
    const ended = of(bundle, 'Provenance').filter((p) => p.activity!.coding![0]!.code === 'ABORT');
    expect(ended).toHaveLength(['revoked', 'ended', 'handed-back'].includes(status) ? 1 : 0);
    if (status === 'handed-back') expect(ended[0]!.agent[0]!.who!.identifier!.value).toContain(hex('b2', 20));
    if (status === 'revoked') { expect(ended[0]!.recorded).toBe(new Date(1_781_000_000_000).toISOString()); expect(ended[0]!.target[0]!.reference).toBe(`urn:uuid:${consent!.id}`); }
    expect(of(bundle, 'AuditEvent')).toHaveLength(pending ? 0 : 1);
  });
  it('has the same ids each time, so that a reader knows it again', () => {
    const ids = (b: Bundle) => b.entry!.map((e) => e.fullUrl);
    expect(ids(consentBundle(rightFacts()))).toEqual(ids(consentBundle(rightFacts())));
    expect(ids(consentBundle(rightFacts()))[1]).not.toBe(ids(consentBundle(rightFacts({}, { id: 8 })))[1]);
  });
  it('with nothing known but the chain is still valid', () => {
    expect(fhirIssues(consentBundle(rightFacts({ scope: null, purpose: null, grantee: { name: null, roles: [] } }, { operations: 3 })))).toEqual([]);
  });
});

describe('a FHIR Consent as a draft of a grant', () => {
  const out = () => of(consentBundle(rightFacts()), 'Consent')[0]!;
  it('reads back what it wrote', () => {
    const facts = rightFacts();
    expect(draftOfConsent(JSON.stringify(consentBundle(facts)), NOW)).toEqual({
      grantee: hex('b2', 20), granteeName: 'Dr. Ada Ohm', category: 'health', operations: 'read', scope: facts.scope, purpose: { ...facts.purpose, words: '' }, seconds: 5_000_000, open: [],
    });
  });
  const foreign = (provision: Consent['provision'], more: Partial<Consent> = {}): string => JSON.stringify({
    resourceType: 'Consent', status: 'proposed', scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'treatment' }] }, category: [{ text: 'sharing' }], patient: { reference: 'Patient/1' },
    policyRule: { text: 'opt-in' }, provision, ...more,
  });
  it('reads a clinic’s, and says what it left open', () => {
    const draft = draftOfConsent(foreign({ type: 'permit', code: [{ coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, { text: 'shoe size' }], purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }], actor: [{ role: { text: 'reader' }, reference: { display: 'Clinic North' } }] }), NOW);
    expect(draft).toMatchObject({ grantee: null, granteeName: 'Clinic North', operations: 'read', scope: { channels: ['heart-rate'], days: null, live: false }, purpose: { term: 'PersonalisedHealthcare' }, seconds: null });
    expect(draft.open.join(' ')).toMatch(/shoe size.*until when|until when.*shoe size|shoe size/);
    expect(draft.open.length).toBe(5);
  });
  it.each([
    ['deny', foreign({ type: 'deny' }), /permits nothing/],
    ['exceptions', foreign({ type: 'permit', provision: [{ type: 'deny' }] }), /exceptions/],
    ['labels', foreign({ type: 'permit', securityLabel: [{ code: 'R' }] }), /labels/],
    ['only what is not known', foreign({ type: 'permit', code: [{ text: 'x' }] }), /only data that PHDex does not know/],
    ['half of a period', foreign({ type: 'permit', dataPeriod: { start: '2026-01-01' } }), /first or the last/],
    ['days backwards', foreign({ type: 'permit', dataPeriod: { start: '2026-02-01', end: '2026-01-01' } }), /days|period|Constraint/i],
    ['a time that is over', foreign({ type: 'permit', period: { end: '2020-01-01' } }), /is over/],
    ['two recipients', foreign({ type: 'permit', actor: [1, 2].map((i) => ({ role: { text: 'r' }, reference: { display: `C${i}` } })) }), /2 recipients/],
    ['a withdrawn one', foreign({ type: 'permit' }, { status: 'inactive' }), /inactive/],
    ['no consent', JSON.stringify({ resourceType: 'Observation', status: 'final', code: { text: 'x' } }), /no Consent/],
    ['not valid', foreign({ type: 'perhaps' } as never), /no valid FHIR/],
    ['text', 'hello', /no JSON/],
  ])('refuses %s', (_what, text, why) => {
    expect(() => draftOfConsent(text, NOW)).toThrow(expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(why) as string }) as Error);
  });
  it('of an export with two rights asks for one', () => {
    const two = consentBundle(rightFacts());
    two.entry!.push({ fullUrl: 'urn:uuid:6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e', resource: { ...out(), id: '6b1bf0d0-6b0f-4b53-93a5-b6ae1a9d0c0e' } });
    expect(() => draftOfConsent(JSON.stringify(two), NOW)).toThrow(/2 Consents/);
  });
});
