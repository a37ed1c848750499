import { createHash } from 'node:crypto';
import type { AuditEvent, Bundle, BundleEntry, Consent, Patient, Provenance, Resource } from '@medplum/fhirtypes';
import type { RightStatus } from '../../../../shared/domain/consent.ts';
import { ref, urn } from '../../../fhir/bundle-writer.ts';
import { LOINC } from '../../../fhir/codes.ts';
import { assertFhir } from '../../../fhir/validate.ts';
import { accountUrn, appends, categoryOfRight, endOf, reads, rightUrn, type RightFacts } from '../right-facts.ts';
import { ACCOUNT_SYSTEM, ACT_CODE, CATEGORY_SYSTEM, CHANNEL_SYSTEM, CONSENT_ACTION, CONSENT_SCOPE, DATA_OPERATION, isResearchReason, PARTICIPATION, PATIENT_CONSENT, PROVENANCE_AGENT, purposeCodings, RIGHT_SYSTEM } from './codes.ts';

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** A name-based UUID (version 5 in form, SHA-256 in fact): the same right has the same ids in each export. */
export function uuidOf(...parts: (string | number)[]): string {
  const h = createHash('sha256').update(JSON.stringify(['phdex/uuid', ...parts])).digest();
  h[6] = (h[6]! & 0x0f) | 0x50;
  h[8] = (h[8]! & 0x3f) | 0x80;
  const x = h.toString('hex');
  return `${x.slice(0, 8)}-${x.slice(8, 12)}-${x.slice(12, 16)}-${x.slice(16, 20)}-${x.slice(20, 32)}`;
}

/** Nobody's name: the account that gave the right, which is used for this relationship alone. */
export const pseudonymPatient = (id: string, system: string, value: string): Patient => ({ resourceType: 'Patient', id, identifier: [{ system, value }] });

const STATUS: Record<RightStatus, Consent['status']> = { pending: 'proposed', approved: 'active', rejected: 'rejected', withdrawn: 'inactive', revoked: 'inactive', ended: 'inactive', 'handed-back': 'inactive', expired: 'inactive', suspended: 'inactive' };

/** A right as FHIR R4 Consent. @param patientId of the Patient in the same Bundle */
export function consentOf(facts: RightFacts, id: string, patientId: string): Consent {
  const { right, scope, purpose, network, grantee } = facts;
  const begin = right.decidedAt ?? right.requestedAt ?? 0;
  const grantedTo = { identifier: { system: ACCOUNT_SYSTEM, value: accountUrn(network.chainId, right.grantee) }, ...(grantee.name === null ? {} : { display: grantee.name }) };
  return {
    resourceType: 'Consent', id, identifier: [{ system: RIGHT_SYSTEM, value: rightUrn(facts) }], status: STATUS[facts.status],
    scope: { coding: [{ system: CONSENT_SCOPE, code: isResearchReason(purpose) ? 'research' : 'patient-privacy' }] },
    category: [{ coding: [{ system: LOINC, code: PATIENT_CONSENT, display: 'Patient Consent' }] }, { coding: [{ system: CATEGORY_SYSTEM, code: categoryOfRight(facts) }] }],
    patient: ref(patientId), ...(begin > 0 ? { dateTime: iso(begin) } : {}), performer: [ref(patientId)],
    policyRule: { coding: [{ system: ACT_CODE, code: 'OPTIN' }] },
    ...(right.decidedAt === null ? {} : { verification: [{ verified: true, verifiedWith: ref(patientId), verificationDate: iso(right.decidedAt) }] }),
    provision: {
      type: 'permit',
      ...(right.status === 'pending' ? {} : { period: { start: iso(begin), end: iso(right.expiry) } }),
      actor: [{ role: { coding: [{ system: PARTICIPATION, code: 'IRCP' }] }, reference: grantedTo }],
      action: [...(reads(right.operations) ? [{ coding: [{ system: CONSENT_ACTION, code: 'access' }] }] : []), ...(appends(right.operations) ? [{ coding: [{ system: CONSENT_ACTION, code: 'collect' }] }] : [])],
      ...(purpose ? { purpose: purposeCodings(purpose) } : {}),
      ...(scope && scope.channels.length > 0 ? { code: scope.channels.map((name) => ({ coding: [{ system: CHANNEL_SYSTEM, code: name }] })) } : {}),
      ...(scope?.days ? { dataPeriod: { start: scope.days.from, end: scope.days.to } } : {}),
    },
  };
}

function provenance(id: string, target: string, at: number, operation: string, text: string, facts: RightFacts, who: string, tx: string | null): Provenance {
  return {
    resourceType: 'Provenance', id, target: [ref(target)], recorded: iso(at), activity: { coding: [{ system: DATA_OPERATION, code: operation }], text },
    agent: [{ type: { coding: [{ system: PROVENANCE_AGENT, code: 'author' }] }, who: { identifier: { system: ACCOUNT_SYSTEM, value: accountUrn(facts.network.chainId, who) } } }],
    ...(tx ? { entity: [{ role: 'source', what: { identifier: { system: 'urn:phdex:transaction', value: tx } } }] } : {}),
  };
}

/** A read or an addition that the grantee said on chain. */
function auditOf(use: RightFacts['uses'][number], facts: RightFacts, consentId: string): AuditEvent {
  return {
    resourceType: 'AuditEvent', id: uuidOf(rightUrn(facts), 'use', use.tx, use.logIndex), type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' },
    action: use.operation === 2 ? 'C' : 'R', recorded: iso(use.at), outcome: '0',
    agent: [{ requestor: true, who: { identifier: { system: ACCOUNT_SYSTEM, value: accountUrn(facts.network.chainId, use.grantee) } } }],
    source: { observer: { identifier: { system: 'urn:phdex:chain', value: `${facts.network.chainId}:${facts.network.consent.toLowerCase()}` } } },
    entity: [{ what: ref(consentId) }, { what: { identifier: { system: 'urn:phdex:record-hash', value: use.recordHash } } }],
  };
}

const ENDED: Partial<Record<RightStatus, string>> = { revoked: 'The person took the right back.', ended: 'The person took back everything that this account had given.', 'handed-back': 'The recipient gave the right back.', suspended: 'The recipient’s accreditation is suspended.' };

/** Consent, a Provenance for giving and for each way of ending that somebody did, and an AuditEvent for each use. */
export function rightResources(facts: RightFacts, patientId: string): Resource[] {
  const { right, status } = facts;
  const id = uuidOf(rightUrn(facts), 'consent');
  const out: Resource[] = [consentOf(facts, id, patientId)];
  if (right.decidedAt !== null && status !== 'rejected') out.push(provenance(uuidOf(rightUrn(facts), 'given'), id, right.decidedAt, 'CREATE', 'The person gave the right.', facts, right.owner, right.tx));
  const end = endOf(facts);
  if (end !== null && ENDED[status]) out.push(provenance(uuidOf(rightUrn(facts), 'ended'), id, end, status === 'suspended' ? 'SUSPEND' : 'ABORT', ENDED[status], facts, status === 'handed-back' ? right.grantee : right.owner, null));
  out.push(...facts.uses.map((use) => auditOf(use, facts, id)));
  return out;
}

export const entryOf = (resource: Resource): BundleEntry => ({ fullUrl: urn(resource.id!), resource });

/** A right for whoever speaks FHIR: validated before it is given out. @throws AppError `invalid-argument` */
export function consentBundle(facts: RightFacts, now = Date.now()): Bundle {
  const patient = pseudonymPatient(uuidOf(accountUrn(facts.network.chainId, facts.right.owner)), ACCOUNT_SYSTEM, accountUrn(facts.network.chainId, facts.right.owner));
  return assertFhir<Bundle>({ resourceType: 'Bundle', type: 'collection', timestamp: new Date(now).toISOString(), entry: [patient, ...rightResources(facts, patient.id!)].map(entryOf) }, 'The right');
}
