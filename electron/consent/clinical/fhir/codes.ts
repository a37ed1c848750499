import type { Coding } from '@medplum/fhirtypes';
import { PURPOSES, type Purpose, type PurposeTerm } from '../../../../shared/domain/purpose.ts';
import { purposeIri, purposeTerm } from '../../receipts/dpv.ts';

const HL7 = 'http://terminology.hl7.org/CodeSystem/';
export const ACT_REASON = `${HL7}v3-ActReason`;
export const ACT_CODE = `${HL7}v3-ActCode`;
export const CONSENT_SCOPE = `${HL7}consentscope`;
export const CONSENT_ACTION = `${HL7}consentaction`;
export const PARTICIPATION = `${HL7}v3-ParticipationType`;
export const DATA_OPERATION = `${HL7}v3-DataOperation`;
export const PROVENANCE_AGENT = `${HL7}provenance-participant-type`;
/** LOINC «Patient Consent». */
export const PATIENT_CONSENT = '59284-0';
export const DPV_SYSTEM = 'https://w3id.org/dpv';
export const DUO_SYSTEM = 'http://purl.obolibrary.org/obo/duo.owl';
export const CHANNEL_SYSTEM = 'urn:phdex:channel';
export const CATEGORY_SYSTEM = 'urn:phdex:category';
export const ACCOUNT_SYSTEM = 'urn:phdex:account';
export const RIGHT_SYSTEM = 'urn:phdex:right';

/** v3 ActReason of each purpose. */
const REASON: Record<PurposeTerm, string> = {
  PatientMonitoring: 'TREAT', PatientRemoteMonitoring: 'TREAT', MedicalConditionDiagnosis: 'TREAT', SecondMedicalOpinion: 'TREAT', PersonalisedHealthcare: 'TREAT', EmergencyCareManagement: 'ETREAT',
  HealthInsuranceManagement: 'COVERAGE', HealthcareScientificResearch: 'HRESCH', AcademicResearch: 'HRESCH', CommercialResearch: 'HRESCH', NonCommercialResearch: 'HRESCH', PublicHealthMonitoring: 'PUBHLTH',
  TrainTestAndEvaluateHealthAlgorithms: 'HRESCH', RequestedServiceProvision: 'PATRQT',
};
/** The other way, where no DPV term is given: what the code says and no more. */
const TERM: Record<string, PurposeTerm> = { TREAT: 'PersonalisedHealthcare', ETREAT: 'EmergencyCareManagement', COVERAGE: 'HealthInsuranceManagement', HPAYMT: 'HealthInsuranceManagement', HRESCH: 'HealthcareScientificResearch', CLINTRCH: 'HealthcareScientificResearch', PUBHLTH: 'PublicHealthMonitoring', PATRQT: 'RequestedServiceProvision' };

export const isResearchReason = (purpose: Purpose | null): boolean => purpose !== null && REASON[purpose.term] === 'HRESCH';

export const purposeCodings = (purpose: Purpose): Coding[] => [
  { system: ACT_REASON, code: REASON[purpose.term] }, { system: DPV_SYSTEM, code: purposeIri(purpose.term) }, ...purpose.duo.map((code) => ({ system: DUO_SYSTEM, code })),
];

/** @returns null where no coding says a purpose that PHDex knows */
export function purposeOfCodings(codings: readonly Coding[], words: string): Purpose | null {
  const exact = codings.filter((c) => c.system === DPV_SYSTEM).map((c) => purposeTerm(c.code ?? '')).find((t): t is PurposeTerm => (PURPOSES as readonly (string | null)[]).includes(t));
  const term = exact ?? codings.filter((c) => c.system === ACT_REASON).map((c) => TERM[c.code ?? '']).find((t) => t !== undefined);
  if (!term) return null;
  return { v: 1, term, duo: codings.filter((c) => c.system === DUO_SYSTEM && /^DUO:\d{7}$/.test(c.code ?? '')).map((c) => c.code!).slice(0, 12), words: words.slice(0, 280) };
}
