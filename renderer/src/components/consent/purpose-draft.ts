import { Purpose, type PurposeTerm } from '../../../../shared/domain/purpose.ts';

/** The fields of a purpose. Codes of the Data Use Ontology stay while another term is looked at. */
export type PurposeDraft = { term: PurposeTerm; words: string; permission: string; modifiers: string[] };

/** Offered of the Data Use Ontology: one permission for research, and conditions that a sentence can say. */
export const DUO_PERMISSIONS = ['DUO:0000042', 'DUO:0000006', 'DUO:0000004'] as const;
export const DUO_MODIFIERS = ['DUO:0000018', 'DUO:0000045', 'DUO:0000046', 'DUO:0000021', 'DUO:0000029', 'DUO:0000019', 'DUO:0000020', 'DUO:0000015', 'DUO:0000043'] as const;
const NON_COMMERCIAL: readonly string[] = ['DUO:0000018', 'DUO:0000046'];
const RESEARCH: readonly PurposeTerm[] = ['HealthcareScientificResearch', 'AcademicResearch', 'CommercialResearch', 'NonCommercialResearch', 'TrainTestAndEvaluateHealthAlgorithms'];

/** Whether a purpose of that term names codes of the Data Use Ontology: a test holds it against the rule that decides. */
export const isResearch = (term: PurposeTerm): boolean => RESEARCH.includes(term);
/** Conditions that a term can promise. */
export const modifiersFor = (term: PurposeTerm): string[] => DUO_MODIFIERS.filter((code) => term !== 'CommercialResearch' || !NON_COMMERCIAL.includes(code));

export const newPurpose = (term: PurposeTerm): PurposeDraft => ({ term, words: '', permission: DUO_PERMISSIONS[1], modifiers: [] });
export const purposeDraftOf = (purpose: Purpose): PurposeDraft => ({
  ...newPurpose(purpose.term), words: purpose.words,
  ...(purpose.duo.length === 0 ? {} : { permission: purpose.duo.find((c) => (DUO_PERMISSIONS as readonly string[]).includes(c)) ?? DUO_PERMISSIONS[1], modifiers: purpose.duo.filter((c) => (DUO_MODIFIERS as readonly string[]).includes(c)) }),
});

/** As the API takes it; null while a field is too long. */
export function purposeOf(draft: PurposeDraft): Purpose | null {
  const fit = modifiersFor(draft.term);
  const duo = isResearch(draft.term) ? [draft.permission, ...draft.modifiers.filter((code) => fit.includes(code))].sort() : [];
  const parsed = Purpose.safeParse({ v: 1, term: draft.term, duo, words: draft.words.trim() });
  return parsed.success ? parsed.data : null;
}
