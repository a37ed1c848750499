import { Criteria, OpenStudyIn } from '../../../../../shared/api/studies.ts';
import type { Specification } from '../../../../../shared/domain/specification.ts';
import { newPurpose, purposeOf, type PurposeDraft } from '../../../components/consent/purpose-draft.ts';
import { parseCoins } from '../../../i18n/format.ts';

const HOUR = 3600;
const DAY = 86_400;

/** A call as its form has it; the reward as it was typed, times in seconds. */
export type StudyDraft = {
  title: string; words: string; specification: Specification | null; ageBands: string[]; sexes: string[]; since: string; purpose: PurposeDraft; minScore: number;
  kind: 'drawn' | 'open'; places: number | ''; reward: string; enrol: number; screen: number; answer: number; fill: number; release: number;
};

export const newStudy = (): StudyDraft => ({
  title: '', words: '', specification: null, ageBands: [], sexes: [], since: '', purpose: newPurpose('HealthcareScientificResearch'), minScore: 50,
  kind: 'drawn', places: 10, reward: '5', enrol: 7 * DAY, screen: DAY, answer: 3 * DAY, fill: 30 * DAY, release: DAY,
});

/** Steps that a person thinks in; tests and demonstrations want the short ones. */
export const STUDY_TIMES = [60, 5 * 60, HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY] as const;

/** Who it is for; null while the title or the purpose is not whole. */
export function criteriaOf(d: StudyDraft): Criteria | null {
  const purpose = purposeOf(d.purpose);
  const parsed = Criteria.safeParse({
    v: 1, title: d.title.trim(), words: d.words.trim(), specification: d.specification ?? { version: 1 }, ageBands: d.ageBands, sexes: d.sexes, since: d.since || null, purpose,
  });
  return parsed.success ? parsed.data : null;
}

/** As the API takes it; null while something is missing. Of an open call nobody is drawn, so that nobody has to answer. */
export function studyInput(d: StudyDraft): OpenStudyIn | null {
  const criteria = criteriaOf(d);
  const reward = parseCoins(d.reward);
  if (!criteria || reward === null || d.places === '') return null;
  const drawn = d.kind === 'drawn';
  const parsed = OpenStudyIn.safeParse({
    criteria, kind: d.kind, reward, places: d.places, minScore: d.minScore, enrolSeconds: d.enrol, screenSeconds: d.screen, answerSeconds: drawn ? d.answer : 0, fillSeconds: drawn ? d.fill : 0, releaseSeconds: d.release,
  });
  return parsed.success ? parsed.data : null;
}
