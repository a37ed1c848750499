import type { Hex } from './chain.ts';

/** Rows of the event cache: a call for a study, its entries and the positions of its draw. Coins are bigint; times are seconds. */
export type CallStatus = 'enrolling' | 'closed' | 'fixed' | 'drawn' | 'ended' | 'abandoned';
export type EntryStatus = 'entered' | 'left' | 'struck' | 'approved' | 'compensated';

export type CallRow = {
  id: number; researcher: Hex; status: CallStatus; /** No draw: the researcher takes whom it likes. */ open: boolean;
  reward: bigint; places: number; enrolUntil: number; screenPeriod: number; answerPeriod: number; fillPeriod: number; releasePeriod: number; minScore: number;
  commitment: Hex; px: Hex; py: Hex; purpose: Hex; criteriaHash: Hex; criteria: Uint8Array; openedBlock: number; openedAt: number;
  drawBlock: number | null; revealUntil: number | null; seed: Hex | null;
  /** All that ever enrolled; `live` without those that left or were struck. */
  entries: number; live: number; approved: number;
  /** Of the draw: how many entries it ordered, how many first positions it offered, and until when they may answer. */
  drawnEntries: number | null; firstOffers: number | null; answerUntil: number | null; drawnAt: number | null;
  returned: bigint | null;
};
export type EntryRow = { callId: number; index: number; owner: Hex; datasetId: number; status: EntryStatus; accessId: number | null; reasonHash: Hex | null; /** Of a lost bond. */ share: bigint | null };
/** What is stored of a position: it was offered after another passed, or passed on itself. */
export type PositionRow = { position: number; status: 'offered' | 'passed'; answerUntil: number };
