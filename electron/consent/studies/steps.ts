import type { CallRow, EntryRow, PositionRow } from '../../../shared/domain/studies.ts';
import type { StudyReads } from '../../db/queries/study-reads.ts';
import { fillEnd, offersOf, phaseOf, shuffleOf, type ChainTime, type Offer, type Phase } from './phase.ts';

export type Acts = 'close' | 'fixBlock' | 'reveal' | 'abandon' | 'pass' | 'finish' | 'shareBond';
/** Something that a call waits for and that this profile can do. */
export type Step = {
  /** Names it for ever: it is done once. */
  key: string; method: Acts;
  /** What follows the call's id; a reveal's secret is put in where it is sent. */
  args: readonly number[];
  /** Whether it is the researcher's own business, or anybody's: others wait a while, so that not all pay for the same. */
  turn: 'researcher' | 'anybody';
  /** Whose account does it; null: the researcher's. */
  entry: EntryRow | null;
};
/** A call with all of its draw that says where it stands: of entries only those that were offered a place, however many there are. */
export type Facts = { call: CallRow; entries: EntryRow[]; positions: PositionRow[] };
export function factsOf(studies: Pick<StudyReads, 'entry' | 'positions'>, call: CallRow): Facts {
  const positions = call.status === 'drawn' || call.status === 'ended' ? studies.positions(call.id) : [];
  const shuffle = call.status === 'drawn' || call.status === 'ended' ? shuffleOf(call) : null;
  if (!shuffle) return { call, entries: [], positions };
  const offered = new Set([...Array.from({ length: call.firstOffers ?? 0 }, (_, i) => i), ...positions.map((p) => p.position)]);
  return { call, positions, entries: [...offered].flatMap((position) => studies.entry(call.id, shuffle.entryAt(position)) ?? []) };
}

export type Standing = { phase: Phase; offers: Offer[]; /** Offers that wait for an answer. */ waiting: Offer[] };

export function standingOf(call: CallRow, entries: readonly EntryRow[], positions: readonly PositionRow[], now: ChainTime): Standing {
  const offers = call.status === 'drawn' || call.status === 'ended' ? offersOf(call, entries, positions) : [];
  const waiting = offers.filter((o) => o.status === 'offered');
  return { phase: phaseOf(call, now, waiting.length), offers, waiting };
}

/**
 * What is next of a call, for its researcher or for one whose entry is in it. Everything follows from the chain, so a
 * profile that was away or killed goes on from here.
 */
export function stepsOf(call: CallRow, entries: readonly EntryRow[], positions: readonly PositionRow[], now: ChainTime, who: { researcher: boolean; entry: EntryRow | null }): Step[] {
  const { phase, waiting } = standingOf(call, entries, positions, now);
  const { researcher, entry } = who;
  const candidate = entry !== null && entry.status === 'entered';
  const step = (method: Acts, key: string, args: readonly number[] = []): Step => ({ key: `study:${call.id}:${key}`, method, args, turn: researcher ? 'researcher' : 'anybody', entry: researcher ? null : entry });
  if (call.status === 'abandoned') return candidate ? [{ ...step('shareBond', `share:${entry.index}`, [entry.index]), turn: 'anybody', entry }] : [];
  if (!researcher && !candidate) return [];
  switch (phase.next) {
    case 'close': return [step('close', `close:${call.drawBlock ?? 0}`)];
    case 'fix': return [step('fixBlock', `fix:${call.drawBlock}`)];
    case 'reveal': return researcher ? [step('reveal', 'reveal')] : [];
    case 'abandon': return [step('abandon', 'abandon')];
    // Its rewards come back: nobody else's business.
    case 'finish': return researcher ? [step('finish', 'finish')] : [];
    case 'draw-answers': {
      const status = new Map(entries.map((e) => [e.index, e.status]));
      return now.at > fillEnd(call) ? [] : waiting.filter((o) => now.at > o.answerUntil || status.get(o.index) !== 'entered').map((o) => step('pass', `pass:${o.position}`, [o.position]));
    }
    default: return [];
  }
}

/** When the chain's clock makes something new possible; null where nothing waits for it. */
export function nextTime(call: CallRow, entries: readonly EntryRow[], positions: readonly PositionRow[], now: ChainTime): number | null {
  const { phase, waiting } = standingOf(call, entries, positions, now);
  const times = [phase.until, ...waiting.map((o) => o.answerUntil)].filter((t): t is number => t !== null && t >= now.at);
  return times.length === 0 ? null : Math.min(...times);
}
