import type { Hex } from '../../../shared/domain/chain.ts';
import type { InstitutionProfile, MatchQuestion } from '../../../shared/domain/matching.ts';

/** Most points that each thing can give; together 100. */
const POINTS = { needs: 60, region: 20, languages: 10, recordings: 10 } as const;

export type Offer = { account: Hex; profile: InstitutionProfile };
export type Ranked = { account: Hex; score: number; reasons: { words: string; points: number }[]; /** What the institution does not say. */ unknown: string[] };

/** Case, accents, hyphens and spaces make no other word. */
const same = (word: string) => word.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
const share = (asked: readonly string[], offered: readonly string[]): { hit: string[]; miss: string[] } => {
  const have = new Set(offered.map(same));
  return { hit: asked.filter((a) => have.has(same(a))), miss: asked.filter((a) => !have.has(same(a))) };
};
/** `en` is spoken where `en-GB` is. */
const language = (code: string) => code.toLowerCase().split('-')[0]!;

/**
 * Ranks institutions by what they say that they offer. Each line of the question gives its share of a fixed number of
 * points, and says so; what is not asked gives none, what an institution does not tell gives none and is named. Who treats
 * none of the needs is left out. Equal ones stand by address: nobody can pay for a place.
 */
export function rankInstitutions(question: MatchQuestion, offers: readonly Offer[]): Ranked[] {
  const ranked: Ranked[] = [];
  for (const { account, profile } of offers) {
    const reasons: Ranked['reasons'] = [];
    const unknown: string[] = [];
    const add = (words: string, points: number) => { reasons.push({ words, points: Math.round(points) }); };
    const needs = share(question.needs, profile.treats);
    if (needs.hit.length === 0) continue;
    add(`Treats ${needs.hit.join(', ')}`, (POINTS.needs * needs.hit.length) / question.needs.length);
    if (needs.miss.length > 0) add(`Does not name ${needs.miss.join(', ')}`, 0);
    if (question.region !== null) {
      if (!profile.regions) unknown.push('region');
      else if (share([question.region], profile.regions).hit.length > 0) add(`Is in ${question.region}`, POINTS.region);
      else add(`Is not in ${question.region}`, 0);
    }
    if (question.languages.length > 0) {
      const { hit } = share(question.languages.map(language), (profile.languages ?? []).map(language));
      if (!profile.languages) unknown.push('languages');
      // One language in common is enough to be understood.
      else if (hit.length > 0) add(`Speaks ${[...new Set(hit)].join(', ')}`, POINTS.languages);
      else add('Speaks none of your languages', 0);
    }
    if (question.recordings.length > 0) {
      const { hit } = share(question.recordings, profile.reads ?? []);
      if (!profile.reads) unknown.push('recordings');
      else if (hit.length > 0) add(`Works with ${hit.join(', ')}`, (POINTS.recordings * hit.length) / question.recordings.length);
      else add('Works with none of your recordings', 0);
    }
    ranked.push({ account, score: reasons.reduce((sum, r) => sum + r.points, 0), reasons, unknown });
  }
  return ranked.sort((a, b) => b.score - a.score || (a.account < b.account ? -1 : 1));
}
