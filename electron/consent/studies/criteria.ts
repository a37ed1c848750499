import type { Hex } from '../../../shared/domain/chain.ts';
import { Criteria } from '../../../shared/api/studies.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { sha256 } from '../../vault/sha256.ts';
import { checkPurpose, purposeHash } from '../purpose.ts';

/** What the contract takes. */
export const MAX_CRITERIA_BYTES = 4096;

/** Characters that show nothing, or turn what stands beside them round: a title must be what it looks like. Line breaks are text. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udfff](?![\udc00-\udfff])/u;

const Strict = Criteria.strict();

/**
 * The criteria of a call as they go on chain: canonical JSON, so that everybody reads the same and it has one hash.
 * @throws AppError `invalid-argument` where they are too long or hold characters that do not show
 */
export function encodeCriteria(criteria: Criteria): { bytes: Uint8Array; criteriaHash: Hex; purpose: Hex } {
  const parsed = Strict.parse({ ...criteria, purpose: checkPurpose(criteria.purpose) });
  if ([parsed.title, parsed.words, parsed.purpose.words].some((text) => HIDDEN.test(text))) throw new AppError('invalid-argument', 'The study’s text holds characters that cannot be seen.', { hint: 'Type it anew instead of pasting it.' });
  const bytes = canonicalBytes(parsed);
  if (bytes.length > MAX_CRITERIA_BYTES) throw new AppError('invalid-argument', `The criteria take ${bytes.length} bytes; at most ${MAX_CRITERIA_BYTES} fit on the chain.`, { hint: 'Shorten the description.' });
  return { bytes, criteriaHash: sha256(bytes), purpose: purposeHash(parsed.purpose) };
}

/**
 * Reads what a stranger put on the chain as criteria.
 * @returns null with the reason, in one sentence, where nothing of it may be believed
 */
export function readCriteria(call: { criteria: Uint8Array; criteriaHash: Hex; purpose: Hex }): { criteria: Criteria; problem: null } | { criteria: null; problem: string } {
  const refused = (problem: string) => ({ criteria: null, problem });
  if (call.criteria.length > MAX_CRITERIA_BYTES) return refused('Its criteria are longer than the network allows.');
  if (sha256(call.criteria) !== call.criteriaHash) return refused('Its criteria are not those that it names by hash.');
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(call.criteria);
    json = JSON.parse(text);
  } catch { return refused('Its criteria cannot be read.'); }
  const parsed = Strict.safeParse(json);
  // In another spelling two readers could see two things: a key twice, or one that is passed over.
  if (!parsed.success || !Buffer.from(canonicalBytes(parsed.data)).equals(call.criteria)) return refused('Its criteria are not written as criteria are.');
  if ([parsed.data.title, parsed.data.words, parsed.data.purpose.words].some((t) => HIDDEN.test(t))) return refused('Its text holds characters that cannot be seen.');
  try {
    if (purposeHash(parsed.data.purpose) !== call.purpose) return refused('The purpose that it tells is not the one that it is bound to.');
  } catch (error) { return refused(toAppError(error).message); }
  return { criteria: parsed.data, problem: null };
}
