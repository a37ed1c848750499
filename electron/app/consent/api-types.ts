import type { z } from 'zod';
import type { PlotLevels } from '../../../shared/api/common.ts';
import type { AppendIn, ApproveIn, ConsentOverview, ConsentTrace, ConsentTraceQuery, GrantDraft, GrantIn, GrantView, HealthLinkIn, HealthLinkView, HeldExportIn, HeldRightView, InvitationView, InviteIn, ReceiptView, RequestIn, RequestView, RevokedAll } from '../../../shared/api/consent.ts';
import type { ContestIn, EmergencyIn, EmergencyView, IssuedView, IssueIn, RecordContent, RecordView } from '../../../shared/api/records.ts';
import type { CallView, Eligible, EligibleIn, EnrolIn, EntryIn, EntryView, MatchFields, MatchIn, MatchRow, OpenStudyIn, OwnCallView, PlaceIn, StrikeIn } from '../../../shared/api/studies.ts';
import type { MatchQuestion } from '../../../shared/domain/matching.ts';
import type { Enough, Started } from '../api-types.ts';

/** The owner's side of consent. Taking back is never a longer way than giving. */
export type ConsentApi = {
  overview(): Promise<ConsentOverview>;
  invitations(): Enough<InvitationView[]>;
  /** Makes a fresh account for one grantee. */
  invite(input: z.infer<typeof InviteIn>): Enough<InvitationView>;
  requests(): Promise<RequestView[]>;
  /** Seals, sends and hands over; the job's result: `rightId`, `delivered`. */
  approve(input: ApproveIn): Enough<Started>;
  reject(rightId: number): Promise<void>;
  grant(input: GrantIn): Enough<Started>;
  /** Newest first; live ones before ended ones. */
  grants(): Enough<GrantView[]>;
  revoke(rightId: number): Promise<void>;
  revokeAll(): Promise<RevokedAll>;
  trace(query: ConsentTraceQuery): Enough<ConsentTrace>;
  receipt(rightId: number): Promise<ReceiptView>;
  /** What a FHIR Consent asks, as a draft; gives nothing. */
  readConsent(text: string): Enough<GrantDraft>;
  setEmergencyReadable(datasetId: number, readable: boolean): Promise<void>;
  emergencies(): Enough<EmergencyView[]>;
  contest(input: z.infer<typeof ContestIn>): Promise<void>;
  /** Everything that the system holds about me: FHIR bundle, Parquet, receipts, trace. The job's result: `path`, `bytes`. */
  exportAll(folder?: string): Enough<Started>;
  healthLinks(): Enough<HealthLinkView[]>;
  makeHealthLink(input: HealthLinkIn): Promise<HealthLinkView>;
  revokeHealthLink(id: string): Promise<void>;
  /** Everything that would be told to who ranks. */
  matchQuestion(fields: MatchFields): MatchQuestion;
  match(input: MatchIn): Promise<MatchRow[]>;
};

/** What a provider, insurer, researcher or agency does with rights that were given to it. */
export type GranteeApi = {
  held(): Enough<HeldRightView[]>;
  request(input: RequestIn): Promise<{ rightId: number }>;
  withdrawRequest(rightId: number): Promise<void>;
  handBack(rightId: number): Promise<void>;
  /** Fetches, verifies and opens what is in scope; says so on chain (`use`). The job's result: `segments`, `rows`. */
  open(rightId: number): Enough<Started>;
  exportAs(input: HeldExportIn): Enough<Started>;
  /** Reads one segment's rows as plot levels; needs `open` before. */
  plot(rightId: number, segment: string, range: { from: number; to: number; pixels: number }): Promise<PlotLevels>;
  append(input: AppendIn): Enough<Started>;
  /** One opened segment, for who hands it on without a file (REST): rows as Parquet, a document as it is. Needs `open` before, and a live right. */
  segment(rightId: number, name: string): Promise<{ mediaType: string; bytes: Uint8Array }>;
};

export type RecordsApi = {
  /** The owner's. */
  records(): Promise<RecordView[]>;
  /** Fetches, verifies signature and hashes, re-encrypts under a new key, stores, and says so on chain. */
  accept(recordId: number): Enough<Started>;
  content(recordId: number): Promise<RecordContent>;
  /** Shares a stored record with a grantee's right: part of `grant`/`approve` by category `history` or `insurance`. */
  /** The institution's. */
  issue(input: IssueIn): Enough<Started>;
  issued(): Enough<IssuedView[]>;
  /** The institution's: opens at once on a dataset that its owner marked; the job's result: `accessId`. */
  emergency(input: z.infer<typeof EmergencyIn>): Enough<Started>;
  /** Datasets that are readable in an emergency. */
  emergencyReadable(): Enough<{ datasetId: number; title: string | null }[]>;
  opened(): Enough<EmergencyView[]>;
};

export type StudiesApi = {
  /** For owners: calls that are on, each with which of mine meet it. */
  calls(): Promise<OwnCallView[]>;
  enrol(input: z.infer<typeof EnrolIn>): Promise<void>;
  leave(input: z.infer<typeof EntryIn>): Promise<void>;
  approvePlace(input: z.infer<typeof PlaceIn>): Promise<{ accessId: number }>;
  refusePlace(input: z.infer<typeof PlaceIn>): Promise<void>;
  /** For researchers. */
  eligible(input: z.infer<typeof EligibleIn>): Promise<Eligible>;
  open(input: OpenStudyIn): Enough<Started>;
  mine(): Enough<CallView[]>;
  entries(callId: number): Promise<EntryView[]>;
  strike(input: z.infer<typeof StrikeIn>): Promise<void>;
  accept(input: z.infer<typeof EntryIn>): Promise<{ accessId: number }>;
  finish(callId: number): Promise<void>;
};
