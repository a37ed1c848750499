import type { RightStatus } from '../../../shared/domain/consent.ts';
import type { PurposeTerm } from '../../../shared/domain/purpose.ts';

/** W3C Data Privacy Vocabulary 2.3 and its health extension. */
const DPV = 'https://w3id.org/dpv#';
const HEALTH = 'https://w3id.org/dpv/sector/health#';
const CORE: ReadonlySet<PurposeTerm> = new Set(['AcademicResearch', 'CommercialResearch', 'NonCommercialResearch', 'RequestedServiceProvision']);

export const dpv = (term: string): string => `${DPV}${term}`;
export const purposeIri = (term: PurposeTerm): string => `${CORE.has(term) ? DPV : HEALTH}${term}`;
/** @returns the term of an IRI of either vocabulary, or null */
export const purposeTerm = (iri: string): string | null => (iri.startsWith(DPV) ? iri.slice(DPV.length) : iri.startsWith(HEALTH) ? iri.slice(HEALTH.length) : null);

/** The state that a consent is in after each way for a right to end: only Given is valid for processing. */
export const CONSENT_STATE: Record<RightStatus, string> = {
  pending: dpv('ConsentRequested'), approved: dpv('ConsentGiven'), rejected: dpv('ConsentRefused'), withdrawn: dpv('ConsentUnknown'), revoked: dpv('ConsentWithdrawn'), ended: dpv('ConsentWithdrawn'),
  'handed-back': dpv('ConsentRevoked'), expired: dpv('ConsentExpired'), suspended: dpv('ConsentInvalidated'),
};
