import { z } from 'zod';
import type { Hex } from '../domain/chain.ts';
import { Category } from '../domain/consent.ts';
import { AddressIn, Id } from './common.ts';
import type { PartyView } from './consent.ts';

/** A record that an institution issued to me. Times are Unix milliseconds, here and below. */
export type RecordView = {
  recordId: number; issuer: PartyView; category: Category; issuedAt: number; corrects: number | null; correctedBy: number | null;
  /** `issued`: not opened yet; `stored`: verified, and kept under a key of my own; `refused`: it does not verify, `problem` says why. */
  state: 'issued' | 'stored' | 'refused'; problem: string | null;
  title: string | null; /** `text/plain`, `application/fhir+json`, `application/pdf`… */ mediaType: string | null; bytes: number | null;
  digest: Hex; storedAt: number | null;
};
/** The content of a stored record, for the owner's eyes. Text only where it is text. */
export type RecordContent = { recordId: number; title: string; mediaType: string; text: string | null; bytes: number };
export const IssueIn = z.object({
  /** An invitation of the patient, or an account of theirs whose right I hold. */
  to: z.union([z.object({ invitation: z.string().max(4000) }), z.object({ address: AddressIn })]),
  category: Category, title: z.string().min(1).max(120), mediaType: z.string().max(80), corrects: Id.optional(),
  content: z.union([z.object({ text: z.string().min(1).max(200_000) }), z.object({ path: z.string().max(4096) }), z.object({ upload: z.string() })]),
});
export type IssueIn = z.infer<typeof IssueIn>;
export type IssuedView = { recordId: number; patient: Hex; category: Category; title: string | null; issuedAt: number; stored: boolean; corrects: number | null; tx: Hex };

export type EmergencyView = { accessId: number; datasetId: number; datasetTitle: string | null; institution: PartyView; reason: string | null; at: number; status: 'open' | 'settled' | 'refunded' | 'closed'; contestedAt: number | null; released: number; threshold: number };
export const EmergencyIn = z.object({ datasetId: Id, reason: z.string().min(10, 'a reason takes at least 10 characters').max(400) });
export const ContestIn = z.object({ accessId: Id, reason: z.string().min(3).max(400) });
