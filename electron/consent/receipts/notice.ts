import { createHash } from 'node:crypto';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { appends, categoryOfRight, reads, type RightFacts } from '../clinical/right-facts.ts';

const CATEGORY_WORDS = { health: 'personal health data', history: 'medical history', insurance: 'insurance information' } as const;
const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
/** `PatientRemoteMonitoring` as words. */
export const termWords = (term: string) => term.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/**
 * The privacy notice of a right (GDPR article 13), made from the right itself: the same right gives the same words, and
 * their hash stands in its receipt.
 */
export function noticeOf(facts: RightFacts): { text: string; sha256: string } {
  const { right, scope, purpose, grantee } = facts;
  const who = grantee.name === null ? right.grantee : `${grantee.name} (${right.grantee})`;
  const what = scope === null ? `what the scope ${right.scopeRoot} names` : [
    scope.channels.length === 0 ? 'all channels' : `the channels ${scope.channels.join(', ')}`,
    scope.days === null ? 'of all days' : `of the days ${scope.days.from} to ${scope.days.to}`,
    scope.live ? 'and what is recorded from now on' : 'and nothing that is recorded later',
  ].join(' ');
  const may = reads(right.operations) && appends(right.operations) ? 'read, and add to,' : appends(right.operations) ? 'add to' : 'read';
  const text = [
    `You let ${who} ${may} your ${CATEGORY_WORDS[categoryOfRight(facts)]}: ${what}.`,
    purpose === null ? `The purpose is the one whose hash is ${right.purpose}.` : `The purpose is ${termWords(purpose.term)}${purpose.words === '' ? '' : `: «${purpose.words}»`}.`,
    `The right ends by itself on ${day(right.expiry)}. You can take it back before, as easily as you gave it: «Take back» beside it, or phdex consent revoke ${right.id}. What was done with it before stays lawful.`,
    'Nobody else may get the data. You may ask for a copy of everything, have it corrected, restricted, moved or erased, object, and complain to a supervisory authority.',
    CANNOT_BE_ERASED,
  ].join('\n');
  return { text, sha256: createHash('sha256').update(text, 'utf8').digest('hex') };
}
