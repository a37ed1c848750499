import { z } from 'zod';
import { VERIFY_STEPS } from '../domain/anchor-receipt.ts';
import { CATEGORIES, Operations, Scope } from '../domain/consent.ts';
import { Purpose } from '../domain/purpose.ts';
import { Digest } from './anchors.ts';
import { RequestIn } from './consent.ts';

/** What a token of the REST layer may be used for. */
export const SCOPES = ['anchor', 'request', 'fetch', 'records', 'studies:read'] as const;
export const RestScope = z.enum(SCOPES);
export type RestScope = z.infer<typeof RestScope>;

/** Who a token is for. Digests and receipts belong to that name, so that a new token finds what an old one posted. */
export const ClientName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name has lower-case letters, digits and hyphens, 32 at most');
export const MAX_TOKEN_DAYS = 366;
/** Most digests in one request. */
export const MAX_DIGESTS = 10_000;

export const TokenIn = z.object({ name: ClientName, scopes: z.array(RestScope).min(1), days: z.number().int().min(1).max(MAX_TOKEN_DAYS) });
export type TokenView = { id: string; name: string; scopes: RestScope[]; /** Unix milliseconds. */ createdAt: number; expiresAt: number; revokedAt: number | null; usedAt: number | null };

const Word = z.string().regex(/^0x[0-9a-f]{64}$/);
const Millis = z.number().int();

export const Rest = {
  /** RFC 9457. `code` is one of the app's own; it is left out where HTTP itself says all. */
  problem: z.object({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string(), code: z.string().optional(), hint: z.string().optional(), retryable: z.boolean().optional() }),
  status: z.object({ version: z.string(), network: z.object({ name: z.string(), chainId: z.number().int() }).nullable(), account: z.string().nullable(), sync: z.enum(['catching-up', 'live', 'offline']).nullable(), client: ClientName, scopes: z.array(RestScope), expiresAt: Millis }),
  digests: z.strictObject({ digests: z.array(Digest).min(1).max(MAX_DIGESTS).describe('SHA-256 of each file, computed where the file lies; nothing else of it is sent') }),
  posted: z.object({ accepted: z.number().int().describe('how many were not known with this content'), batchWithinMs: z.number().int().describe('when they go to the chain at the latest') }),
  anchor: z.object({ digest: Digest, state: z.enum(['waiting', 'sent', 'anchored']), batch: z.object({ root: Word, count: z.number().int(), sequence: z.number().int().nullable(), anchoredAt: Millis.nullable(), transaction: Word.nullable() }).nullable() }),
  /** A receipt of phdex/anchor/v1; the canonical text of it is what is verified. */
  receipt: z.record(z.string(), z.unknown()).describe('a receipt of format phdex/anchor/v1; keep its bytes as they are'),
  verify: z.strictObject({ receipt: z.union([z.string().max(600_000), z.record(z.string(), z.unknown())]).describe('the receipt, as an object or as its text'), digest: Digest, blockHash: z.string().regex(/^0x[0-9a-fA-F]{64}$/).nullable().default(null).describe('as you know it; without it this service asks its own node') }),
  verdict: z.object({ holds: z.boolean(), blockOpen: z.boolean(), findings: z.array(z.object({ step: z.enum(VERIFY_STEPS), ok: z.boolean(), detail: z.string() })), anchoredAt: z.number().int().nullable(), block: z.object({ number: z.number().int(), hash: Word }).nullable() }),
  request: RequestIn,
  requested: z.object({ rightId: z.number().int() }),
  right: z.object({
    rightId: z.number().int(), owner: z.string(), status: z.string(), category: z.enum(CATEGORIES), operations: Operations, scope: Scope.nullable(), purpose: Purpose.nullable(), label: z.string().nullable(),
    requestedAt: Millis.nullable(), expiresAt: Millis, endedAt: Millis.nullable(), problem: z.string().nullable(),
    segments: z.array(z.object({ name: z.string(), key: z.string().describe('of its address'), rows: z.number().int().nullable(), bytes: z.number().int().nullable(), deliveredAt: Millis, opened: z.boolean() })),
  }),
  job: z.object({ id: z.string(), kind: z.string(), state: z.enum(['running', 'done', 'failed', 'cancelled']), step: z.string().nullable(), done: z.number(), total: z.number().nullable(), result: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(), error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable(), retryable: z.boolean() }).nullable() }),
  started: z.object({ jobId: z.string() }),
  issue: z.strictObject({ invitation: z.string().max(4000).describe('the patient’s, as they gave it'), category: z.enum(CATEGORIES), title: z.string().min(1).max(120), mediaType: z.enum(['text/plain', 'application/fhir+json', 'application/json']), text: z.string().min(1).max(200_000), corrects: z.number().int().nonnegative().optional() }),
  issued: z.object({ records: z.array(z.object({ recordId: z.number().int(), patient: z.string(), category: z.enum(CATEGORIES), title: z.string().nullable(), issuedAt: Millis, stored: z.boolean(), corrects: z.number().int().nullable(), tx: z.string() })) }),
  studies: z.object({ studies: z.array(z.record(z.string(), z.unknown())) }),
} as const;
