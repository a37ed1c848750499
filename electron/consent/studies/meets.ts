import type { Criteria } from '../../../shared/api/studies.ts';
import { verdict, type ReportSummary } from '../../../shared/verdict.ts';

/** What is known of a dataset or a recording. Null: nothing is known, or nothing was said. */
export type Candidate = {
  report: ReportSummary | null;
  /** Of the certificate where there is one, else of the own report. */
  score: number | null;
  /** `YYYY-MM` */
  month: string | null;
  demographics: { ageBand: string; sex: string } | null;
};
export type Met = { meets: boolean; /** Each thing that does not fit, as a sentence. */ why: string[] };

/**
 * Whether something is what a study is for, and why not. Pure: owner and researcher come to the same answer.
 * @param draft not listed yet: what is asked at listing (age group, sex) does not count against it
 */
export function meets(criteria: Criteria, minScore: number, it: Candidate, options: { draft?: boolean } = {}): Met {
  const why: string[] = [];
  if (it.report === null) why.push('Its quality report is not here yet.');
  else why.push(...verdict(it.report, criteria.specification).reasons.filter((r) => !r.ok).map((r) => r.sentence));
  if (it.score === null ? minScore > 0 && it.report === null : it.score < minScore) why.push(`It scores ${it.score ?? 'nothing yet'}; the study asks for ${minScore}.`);
  const person = it.demographics;
  if (!options.draft) {
    if (criteria.ageBands.length > 0 && !(person && criteria.ageBands.includes(person.ageBand))) why.push(person && person.ageBand !== 'undisclosed' ? `The age group is ${person.ageBand}; the study asks for ${criteria.ageBands.join(', ')}.` : 'No age group is told; the study asks for one.');
    if (criteria.sexes.length > 0 && !(person && criteria.sexes.includes(person.sex))) why.push(person && person.sex !== 'undisclosed' ? `The sex is ${person.sex}; the study asks for ${criteria.sexes.join(', ')}.` : 'No sex is told; the study asks for one.');
  }
  if (criteria.since !== null && (it.month === null || it.month < criteria.since)) why.push(it.month === null ? `When it was recorded is not known; the study asks for ${criteria.since} or later.` : `It is of ${it.month}; the study asks for ${criteria.since} or later.`);
  return { meets: why.length === 0, why };
}
