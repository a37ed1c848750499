import type { CallState } from '../../../shared/api/studies.ts';
import type { CallRow, EntryRow, PositionRow } from '../../../shared/domain/studies.ts';
import { createShuffle, type Shuffle } from './shuffle.ts';

/** The EVM knows the hashes of that many blocks. */
const KNOWN_BLOCKS = 256;

/** The chain's own clock: seconds of its newest block. The machine's may be wrong. */
export type ChainTime = { at: number; block: number };
export type Phase = {
  state: CallState;
  /** When it ends by itself; null: when somebody acts. */
  until: number | null;
  /** What may be done now, by anybody unless it is the researcher's (reveal, accept). */
  next: 'close' | 'fix' | 'reveal' | 'abandon' | 'draw-answers' | 'accept' | 'finish' | null;
};

export type Offer = { position: number; index: number; status: 'offered' | 'approved' | 'passed'; answerUntil: number };

/** Draws that were looked at last, each place of them worked out once: a page asks for the same ones again and again. */
const drawn = new Map<string, Shuffle>();
const DRAWN = 16;

/** The draw of a call, once its seed is known. */
export function shuffleOf(call: CallRow): Shuffle | null {
  if (call.seed === null || !call.drawnEntries) return null;
  const key = `${call.seed}/${call.drawnEntries}`;
  let found = drawn.get(key);
  if (!found) {
    const { entryAt, positionOf } = createShuffle(call.drawnEntries, call.seed);
    const known = new Map<number, number>();
    found = { positionOf, entryAt(position) { let entry = known.get(position); if (entry === undefined) known.set(position, (entry = entryAt(position))); return entry; } };
    if (drawn.size >= DRAWN) drawn.delete(drawn.keys().next().value!);
    drawn.set(key, found);
  }
  return found;
}

export const fillEnd = (call: CallRow): number => (call.drawnAt ?? 0) + call.fillPeriod;

/** Positions that were offered a place, and what became of each; in order of position. */
export function offersOf(call: CallRow, entries: readonly Pick<EntryRow, 'index' | 'status'>[], positions: readonly PositionRow[]): Offer[] {
  const shuffle = shuffleOf(call);
  if (!shuffle) return [];
  const stored = new Map(positions.map((p) => [p.position, p]));
  const status = new Map(entries.map((e) => [e.index, e.status]));
  const offered = new Set(Array.from({ length: call.firstOffers ?? 0 }, (_, i) => i));
  for (const { position } of positions) offered.add(position);
  return [...offered].sort((a, b) => a - b).map((position) => {
    const index = shuffle.entryAt(position);
    const row = stored.get(position);
    const passed = row?.status === 'passed';
    return { position, index, status: passed ? 'passed' : status.get(index) === 'approved' ? 'approved' : 'offered', answerUntil: row && !passed ? row.answerUntil : (call.answerUntil ?? 0) };
  });
}

/** Where a call stands at a time of the chain, and what comes next. Times as the contract compares them. */
export function phaseOf(call: CallRow, now: ChainTime, waiting: number): Phase {
  const screened = call.enrolUntil + call.screenPeriod;
  switch (call.status) {
    case 'enrolling': {
      const state = now.at <= call.enrolUntil ? 'enrolling' : 'screening';
      if (call.open) {
        if (call.approved >= call.places || now.at > screened) return { state, until: null, next: 'finish' };
        return { state, until: state === 'enrolling' ? call.enrolUntil : screened, next: call.live > call.approved ? 'accept' : null };
      }
      if (now.at <= call.enrolUntil) return { state, until: call.enrolUntil, next: null };
      return now.at <= screened ? { state, until: screened, next: null } : { state, until: null, next: 'close' };
    }
    // One block to spare on either side: endpoints estimate in the newest block or in the one after it.
    case 'closed': return { state: 'closed', until: null, next: now.block > call.drawBlock! + KNOWN_BLOCKS ? 'close' : now.block > call.drawBlock! && now.block < call.drawBlock! + KNOWN_BLOCKS ? 'fix' : null };
    case 'fixed': return now.at <= call.revealUntil! ? { state: 'fixed', until: call.revealUntil, next: 'reveal' } : { state: 'fixed', until: null, next: 'abandon' };
    case 'drawn': {
      const over = waiting === 0 || now.at > fillEnd(call);
      return over ? { state: 'drawn', until: null, next: 'finish' } : { state: 'drawn', until: fillEnd(call), next: 'draw-answers' };
    }
    case 'ended': return { state: 'ended', until: null, next: null };
    case 'abandoned': return { state: 'abandoned', until: null, next: null };
  }
}
