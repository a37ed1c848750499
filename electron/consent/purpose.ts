import { keccak256 } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { Purpose, type PurposeTerm } from '../../shared/domain/purpose.ts';
import { AppError } from '../../shared/errors.ts';
import { canonicalBytes } from '../vault/manifest.ts';

/** Permissions of the GA4GH Data Use Ontology: a research purpose names exactly one. */
export const DUO_PERMISSIONS = { 'DUO:0000004': 'NRES', 'DUO:0000042': 'GRU', 'DUO:0000006': 'HMB', 'DUO:0000007': 'DS', 'DUO:0000011': 'POA' } as const;
/** Its modifiers: any number. The parents DUO:0000001 and DUO:0000017 are no usable codes and are in neither list. */
export const DUO_MODIFIERS = {
  'DUO:0000012': 'RS', 'DUO:0000015': 'NMDS', 'DUO:0000016': 'GSO', 'DUO:0000018': 'NPUNCU', 'DUO:0000019': 'PUB', 'DUO:0000020': 'COL', 'DUO:0000021': 'IRB', 'DUO:0000022': 'GS',
  'DUO:0000024': 'MOR', 'DUO:0000025': 'TS', 'DUO:0000026': 'US', 'DUO:0000027': 'PS', 'DUO:0000028': 'IS', 'DUO:0000029': 'RTN', 'DUO:0000043': 'CC', 'DUO:0000044': 'NPOA', 'DUO:0000045': 'NPU', 'DUO:0000046': 'NCU',
} as const;

const RESEARCH: ReadonlySet<PurposeTerm> = new Set(['HealthcareScientificResearch', 'AcademicResearch', 'CommercialResearch', 'NonCommercialResearch', 'TrainTestAndEvaluateHealthAlgorithms']);
/** What a commercial purpose cannot promise: NPUNCU, NCU. */
const NON_COMMERCIAL = ['DUO:0000018', 'DUO:0000046'];

/** Whether a purpose of that term has to say by DUO codes what the data may be used for. */
export const isResearch = (term: PurposeTerm): boolean => RESEARCH.has(term);

const invalid = (sentence: string, hint: string, cause?: unknown) => new AppError('invalid-argument', sentence, { hint, cause });

/**
 * Holds a purpose to the rules of DUO (exactly one permission for research, known modifiers, each once, none that
 * contradicts the term) and brings it into the form that is hashed.
 * @param purpose a stranger's: anything
 * @returns the codes in ascending order, so that one purpose has one hash
 * @throws AppError `invalid-argument` naming the code
 */
export function checkPurpose(purpose: unknown): Purpose {
  const parsed = Purpose.strict().safeParse(purpose);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw invalid(`The purpose is not one that PHDex knows: ${issue.path.join('.') || 'top level'}.`, 'Choose a term of the list, and write at most 280 characters.', parsed.error);
  }
  const { term, duo } = parsed.data;
  const unknown = duo.find((code) => !(code in DUO_PERMISSIONS) && !(code in DUO_MODIFIERS));
  if (unknown) throw invalid(`${unknown} is no code of the Data Use Ontology that says what data may be used for.`, 'Use one permission and any of the modifiers.');
  const twice = duo.find((code, i) => duo.indexOf(code) !== i);
  if (twice) throw invalid(`The code ${twice} is named twice.`, 'Name it once.');
  const permissions = duo.filter((code) => code in DUO_PERMISSIONS);
  if (isResearch(term) && permissions.length !== 1) throw invalid(`A research purpose names one permission of the Data Use Ontology; this one names ${permissions.length}.`, 'Choose one of NRES, GRU, HMB, DS and POA.');
  if (!isResearch(term) && duo.length > 0) throw invalid(`${term} is no research; codes of the Data Use Ontology say nothing about it.`, 'Leave the codes out.');
  const contradiction = term === 'CommercialResearch' ? duo.find((code) => NON_COMMERCIAL.includes(code)) : undefined;
  if (contradiction) throw invalid(`Commercial research cannot be limited to non-commercial use (${contradiction}).`, 'Take the code out, or name another purpose.');
  return { ...parsed.data, duo: [...duo].sort() };
}

/** keccak256 of the canonical JSON (RFC 8785): the purpose on chain. @throws AppError `invalid-argument` as checkPurpose */
export const purposeHash = (purpose: Purpose): Hex => keccak256(canonicalBytes(checkPurpose(purpose))) as Hex;
