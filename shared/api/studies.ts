import { z } from 'zod';
import type { Hex } from '../domain/chain.ts';
import { Specification } from '../domain/specification.ts';
import { Purpose } from '../domain/purpose.ts';
import { AddressIn, CoinsIn, Id, RecordingId, type Coins } from './common.ts';
import type { PartyView } from './consent.ts';

/** Who a study is for. Coarse, as labels are; all of it is matched on the owner's machine, and by the researcher against labels. */
export const Criteria = z.object({
  v: z.literal(1),
  title: z.string().min(3).max(120), words: z.string().max(1500),
  specification: Specification,
  ageBands: z.array(z.string().max(16)).max(8), sexes: z.array(z.string().max(16)).max(4),
  /** Earliest month of recording, `YYYY-MM`. */
  since: z.string().regex(/^\d{4}-\d{2}$/).nullable(),
  purpose: Purpose,
});
export type Criteria = z.infer<typeof Criteria>;

export const OpenStudyIn = z.object({
  criteria: Criteria, kind: z.enum(['drawn', 'open']), reward: CoinsIn, places: z.number().int().min(1).max(100_000), minScore: z.number().int().min(0).max(100),
  enrolSeconds: z.number().int().positive(), screenSeconds: z.number().int().nonnegative(), answerSeconds: z.number().int().nonnegative(), fillSeconds: z.number().int().nonnegative(), releaseSeconds: z.number().int().positive(),
});
export type OpenStudyIn = z.infer<typeof OpenStudyIn>;

export type CallState = 'enrolling' | 'screening' | 'closed' | 'fixed' | 'drawn' | 'ended' | 'abandoned';
export type CallView = {
  callId: number; kind: 'drawn' | 'open'; state: CallState; researcher: PartyView; criteria: Criteria | null; problem: string | null;
  reward: Coins; places: number; approved: number; entries: number; minScore: number;
  enrolUntil: number; /** When the present state ends by itself; null: when somebody acts. */ until: number | null;
  mine: boolean;
  /** What the researcher's or any app does next by itself. */
  next: 'close' | 'fix' | 'reveal' | 'abandon' | 'draw-answers' | 'accept' | 'finish' | null;
};
/** How a call looks for an owner: which of its own datasets and recordings would meet it, and where it stands. */
export type OwnCallView = CallView & {
  meets: { datasetId: number | null; recordingId: string | null; title: string; meets: boolean; why: string[]; /** Certified and listed, so that it may enrol now. */ ready: boolean }[];
  entry: { index: number; datasetId: number; status: 'entered' | 'left' | 'struck' | 'approved' | 'compensated'; position: number | null; answerUntil: number | null; offered: boolean; /** Why it was struck, once the researcher's node has told. */ reason?: string | null } | null;
};
export type EntryView = { index: number; owner: Hex; datasetId: number; title: string | null; quality: number | null; meets: boolean; why: string[]; status: 'entered' | 'left' | 'struck' | 'approved' | 'compensated'; position: number | null; answerUntil: number | null; accessId: number | null; delivered: boolean };
/** A count and never a list; below `k` it says only that it is below. `datasets`: how many listings were looked at. */
export type Eligible = { atLeast: number; below: boolean; k: number; datasets: number };
export const EligibleIn = z.object({ criteria: Criteria, minScore: z.number().int().min(0).max(100) });
export const EnrolIn = z.object({ callId: Id, datasetId: Id });
export const PlaceIn = z.object({ callId: Id, position: Id });
export const EntryIn = z.object({ callId: Id, index: Id });
export const StrikeIn = EntryIn.extend({ reason: z.string().min(3).max(400) });

/** Matching a patient to institutions (Chen et al.): chosen fields go to a service that answers with a ranking and its reasons. */
export const MatchFields = z.object({ needs: z.array(z.string().max(40)).min(1).max(12), region: z.string().max(40).nullable(), languages: z.array(z.string().max(8)).max(8), recordings: z.array(RecordingId).max(20) });
export type MatchFields = z.infer<typeof MatchFields>;
/** Who ranks: left out, this machine, and nothing leaves it. A service is somebody's account and https address. */
export const MatchIn = MatchFields.extend({ service: z.object({ url: z.string().max(400), account: AddressIn }).optional() });
export type MatchIn = z.infer<typeof MatchIn>;
export type MatchRow = { institution: PartyView; score: number; reasons: { words: string; points: number }[]; unknown: string[] };
