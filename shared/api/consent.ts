import { z } from 'zod';
import type { Hex } from '../domain/chain.ts';
import { Category, Operations, Scope, type RightStatus } from '../domain/consent.ts';
import { Purpose } from '../domain/purpose.ts';
import type { RoleName } from '../domain/chain.ts';
import { AddressIn, Id, RecordingId, type GasCost, type Page } from './common.ts';

// Instants in views and queries are Unix milliseconds, as in every other view of the API; durations are seconds.

/** Somebody an owner shares with, as the owner's app knows them. The name is what they call themselves and the owner confirmed; accreditation is the chain's. */
export type PartyView = { address: Hex; name: string | null; roles: RoleName[]; accredited: boolean; suspended: boolean };

/** What somebody asked an owner for, in plain words and in parts. */
export type RequestView = {
  rightId: number;
  from: PartyView;
  /** Index of the owner's account that it went to. */
  account: number | null;
  /** As the asker wrote it; null where the details could not be opened (`problem` says why). */
  words: string | null; problem: string | null;
  datasetId: number | null; datasetTitle: string | null;
  category: Category; operations: Operations; scope: Scope | null; purpose: Purpose | null;
  /** Seconds asked for. */
  duration: number; requestedAt: number;
  /** Recordings and datasets of mine that meet it, each with what of it the scope covers. */
  candidates: { recordingId: string | null; datasetId: number | null; /** A stored record, for `history` and `insurance`. */ recordId?: number | null; title: string; from: number | null; to: number | null; channels: string[]; days: string[] }[];
};
export const ApproveIn = z.object({
  rightId: Id,
  /** At most what was asked: fewer channels, fewer days, a shorter time. */
  scope: Scope, operations: Operations, seconds: z.number().int().positive(),
  /** Which of the candidates; empty is allowed for a purely continuous or append right. */
  recordings: z.array(RecordingId).max(200), datasets: z.array(Id).max(200), /** Stored records, where the category is `history` or `insurance`. */ records: z.array(Id).max(200).optional(),
});
export type ApproveIn = z.infer<typeof ApproveIn>;
export const GrantIn = ApproveIn.omit({ rightId: true }).extend({ grantee: AddressIn, /** X25519 key of theirs; left out: the one in the registry. */ key: z.string().regex(/^0x[0-9a-f]{64}$/).optional(), category: Category, purpose: Purpose });
export type GrantIn = z.infer<typeof GrantIn>;
/** Characters of a FHIR Consent that a page hands over. */
export const MOST_CONSENT_TEXT = 200_000;
export const ReadConsentIn = z.object({ text: z.string().max(MOST_CONSENT_TEXT) });
/**
 * What a FHIR Consent asks of a person, for them to look at: nothing is given by reading one. What PHDex cannot tell from it
 * is null and stands in `open`, as sentences.
 */
export type GrantDraft = { grantee: Hex | null; granteeName: string | null; category: Category; operations: Operations; scope: Scope; purpose: Purpose | null; /** From now. */ seconds: number | null; open: string[] };

/** A right that an owner gave, live or ended. */
export type GrantView = {
  rightId: number; to: PartyView; account: number | null; status: RightStatus;
  category: Category; operations: Operations; scope: Scope | null; purpose: Purpose | null;
  givenAt: number; expiresAt: number; endedAt: number | null;
  /** What it opens now, in the owner's titles. */
  what: { recordingId: string | null; datasetId: number | null; title: string; segments: number }[];
  /** Continuous: deliveries so far, when the last was made, and whether the next one will be. */
  live: { deliveries: number; lastAt: number | null; next: boolean } | null;
  uses: number; lastUseAt: number | null;
  /** Whether the first packet has reached the grantee. */
  delivered: boolean;
  /** Whether its owner took it back and the chain does not know yet: nothing more is sent by it. */
  takingBack: boolean;
};
export const ConsentTraceQuery = z.object({
  who: AddressIn.optional(), datasetId: Id.optional(), purpose: z.string().max(64).optional(), kinds: z.array(z.string().max(40)).max(40).optional(),
  from: z.number().int().optional(), to: z.number().int().optional(), limit: z.number().int().min(1).max(500).default(100), offset: z.number().int().nonnegative().default(0),
});
export type ConsentTraceQuery = z.infer<typeof ConsentTraceQuery>;
/** One line of the consent history: Liang et al.'s tuple with what the owner's app knows. */
export type ConsentTraceRow = {
  at: number; block: number; logIndex: number; tx: Hex; event: string;
  who: PartyView | null; mine: boolean; rightId: number | null; recordId: number | null; accessId: number | null; datasetId: number | null; callId: number | null;
  what: string | null; purpose: Purpose | null; expiresAt: number | null; recordHash: Hex | null; place: Hex | null;
};
export type InvitationView = { account: number; address: Hex; label: string; createdAt: number; text: string; used: boolean };
export const InviteIn = z.object({ label: z.string().min(1).max(80) });
/** A receipt by the fields of ISO/IEC TS 27560:2023, signed by the account that gave the right. `json` is what is downloaded. */
export type ReceiptView = { rightId: number; receiptId: string; json: string; signer: Hex };

/** What a grantee may read, and until when. */
export type HeldRightView = {
  rightId: number; owner: Hex; status: RightStatus; category: Category; operations: Operations; scope: Scope | null; purpose: Purpose | null;
  label: string | null; requestedAt: number | null; expiresAt: number; endedAt: number | null;
  segments: { name: string; rows: number | null; bytes: number | null; deliveredAt: number; opened: boolean; /** Once opened: what a plot needs; absent where it is no series. */ plot?: { kind: string; unit: string; components: string[]; seconds: number } }[];
  /** What keeps it from being opened now; null when nothing does. */
  problem: string | null;
};
export const RequestIn = z.object({
  /** An invitation, or a listed dataset. */
  to: z.union([z.object({ invitation: z.string().max(4000) }), z.object({ datasetId: Id })]),
  name: z.string().min(1).max(80), words: z.string().max(400), label: z.string().max(80),
  category: Category, operations: Operations, scope: Scope, purpose: Purpose, seconds: z.number().int().positive(),
});
export type RequestIn = z.infer<typeof RequestIn>;
export const AppendIn = z.object({ rightId: Id, source: z.union([z.object({ path: z.string().max(4096) }), z.object({ upload: z.string() })]), title: z.string().min(1).max(80) });
export type AppendIn = z.infer<typeof AppendIn>;
export const HeldExportIn = z.object({ rightId: Id, format: z.enum(['parquet', 'csv', 'fhir']), folder: z.string().max(4096).optional() });
export type HeldExportIn = z.infer<typeof HeldExportIn>;

export type ConsentOverview = { pending: number; live: number; records: number; emergencies: number; cost: { approve: GasCost; revoke: GasCost; revokeAll: GasCost } };
/** What «take everything back» did: one transaction for each account that gave something. `failed`: not yet; it is kept, and tried again by itself. */
export type RevokedAll = { accounts: number; rights: number; failed: { account: number | null; message: string }[] };
export type ConsentTrace = Page<ConsentTraceRow>;

/** A SMART Health Link: an International Patient Summary for a doctor without the app. */
export const HealthLinkIn = z.object({
  label: z.string().min(1).max(80), passcode: z.string().min(4).max(80).optional(), /** Unix milliseconds; a year ahead at most. */ expiresAt: z.number().int().positive(),
  recordings: z.array(RecordingId).max(200), entries: z.boolean(), records: z.array(Id).max(200),
  /** Flag U: the link leads to the summary itself, without a manifest and without a passcode. */ direct: z.boolean().optional(),
});
export type HealthLinkIn = z.infer<typeof HealthLinkIn>;
export type HealthLinkView = { id: string; label: string; /** `shlink:/…`; empty once it has ended: its key is gone. */ link: string; createdAt: number; expiresAt: number; revokedAt: number | null; /** A row a reader and day, newest first; the last 200. */ opened: { /** The last time that day. */ at: number; recipient: string; times: number }[]; /** All openings there ever were. */ times: number; passcode: boolean; /** Whether the app serves it now; null: yes. */ problem: string | null };
