import { z } from 'zod';
import { Digest, type ReceiptView } from '../../../shared/api/anchors.ts';
import { Id } from '../../../shared/api/common.ts';
import type { HeldRightView } from '../../../shared/api/consent.ts';
import { Rest, type RestScope } from '../../../shared/api/rest.ts';
import { PARQUET } from '../../app/consent/grantee-segment.ts';
import type { Host, ReadyApi } from '../../app/host-types.ts';
import { canonicalText } from '../../app/anchors/anchors-api.ts';
import type { RestToken } from '../../app/rest/tokens.ts';
import { part } from '../trpc.ts';
import { HttpError } from './problem.ts';

export type RestContext = {
  host: Host; ready: ReadyApi; token: RestToken;
  /** When what is posted goes to the chain at the latest. */
  batchMs: number;
  /** Jobs by the client that began them: nobody else may look at one. */
  jobs: { own(jobId: string): void; isOwn(jobId: string): boolean };
};
/** What is sent as it is: a receipt's canonical text, a segment's bytes. */
export class Sent {
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly fileName: string | null;
  constructor(type: string, body: string | Uint8Array, fileName: string | null = null) { this.type = type; this.body = body; this.fileName = fileName; }
}

export type Route = {
  method: 'GET' | 'POST' | 'DELETE';
  /** Parts in braces are parameters. */
  path: string;
  /** Null: any token. */
  scope: RestScope | null;
  id: string; summary: string;
  /** Must not be done twice: takes an Idempotency-Key. */
  once?: true;
  params: Record<string, z.ZodType>;
  body: z.ZodType | null;
  status: number;
  /** Null: no content. */
  answer: z.ZodType | null;
  /** Media type of an answer that is not JSON of ours. */
  type?: string;
  run(context: RestContext, input: { params: Record<string, never>; body: never }): Promise<unknown>;
};

type Params<P extends Record<string, z.ZodType>> = { [K in keyof P]: z.infer<P[K]> };
/** Keeps what a route takes and what its handler is given of one type. */
function route<P extends Record<string, z.ZodType>, B extends z.ZodType | null>(it: Omit<Route, 'run' | 'params' | 'body'> & {
  params: P; body: B;
  run(context: RestContext, input: { params: Params<P>; body: B extends z.ZodType ? z.infer<B> : null }): Promise<unknown> | unknown;
}): Route {
  return it as unknown as Route;
}

const Number10 = z.string().regex(/^\d{1,10}$/, 'not a number').transform(Number).pipe(Id);
/** A segment's name with dots for its slashes: `acceleration.day-000`. */
const Segment = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,119}$/);
const keyOf = (name: string) => name.replaceAll('/', '.');
const refOf = (token: RestToken, digest: string) => `${token.name}/${digest}`;

export const ROUTES: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/status', scope: null, id: 'status', summary: 'Which network and account this service works for, and what the token may do.', params: {}, body: null, status: 200, answer: Rest.status,
    run({ host, token }) {
      const { version, network, address, sync } = host.state();
      return { version, network: network && { name: network.name, chainId: network.chainId }, account: address, sync: sync?.state ?? null, client: token.name, scopes: token.scopes, expiresAt: token.expiresAt };
    },
  }),

  route({
    method: 'POST', path: '/v1/anchors', scope: 'anchor', id: 'postDigests', summary: 'Posts SHA-256 digests for the next batch. The same ones again are taken once.', params: {}, body: Rest.digests, status: 202, answer: Rest.posted,
    run({ ready, token, batchMs }, { body }) {
      const accepted = part(ready.anchors).post(body.digests.map((digest) => ({ kind: 'file', ref: refOf(token, digest), digest: Buffer.from(digest, 'hex') })), batchMs);
      return { accepted, batchWithinMs: batchMs };
    },
  }),
  route({
    method: 'GET', path: '/v1/anchors/{digest}', scope: 'anchor', id: 'anchorOf', summary: 'How far a posted digest is.', params: { digest: Digest }, body: null, status: 200, answer: Rest.anchor,
    run({ ready, token }, { params }) {
      const found = part(ready.anchors).find({ kind: 'file', ref: refOf(token, params.digest) });
      if (!found) throw new HttpError(404, 'This digest was not posted by this client.');
      const { state, batch } = found;
      return { digest: params.digest, state, batch: batch && { root: batch.root, count: batch.count, sequence: batch.sequence, anchoredAt: batch.anchoredAt, transaction: batch.tx } };
    },
  }),
  route({
    method: 'GET', path: '/v1/anchors/{digest}/receipt', scope: 'anchor', id: 'receiptOf', summary: 'The receipt of a posted digest, which anybody verifies with the file and a block header.', params: { digest: Digest }, body: null, status: 200, answer: Rest.receipt, type: 'application/json',
    async run({ ready, token }, { params }) {
      const anchors = part(ready.anchors);
      const ref = { kind: 'file' as const, ref: refOf(token, params.digest) };
      const found = anchors.find(ref);
      if (!found) throw new HttpError(404, 'This digest was not posted by this client.');
      if (found.state !== 'anchored') throw new HttpError(409, 'It waits for its batch to be anchored.', { 'Retry-After': '5' });
      const { receipt }: ReceiptView = await anchors.receipt(ref);
      return new Sent('application/json', receipt, `${params.digest}.receipt.json`);
    },
  }),
  route({
    method: 'POST', path: '/v1/receipts/verify', scope: 'anchor', id: 'verifyReceipt', summary: 'Verifies a receipt. Trust this only as far as the service: `phdex verify` needs none.', params: {}, body: Rest.verify, status: 200, answer: Rest.verdict,
    run: ({ ready }, { body }) => part(ready.anchors).verify({ receipt: typeof body.receipt === 'string' ? body.receipt : canonicalText(body.receipt), digest: body.digest, blockHash: body.blockHash }),
  }),

  route({
    method: 'POST', path: '/v1/requests', scope: 'request', id: 'requestAccess', once: true, summary: 'Asks an owner for access: to an invitation, or to a listed dataset.', params: {}, body: Rest.request, status: 201, answer: Rest.requested,
    run: ({ ready }, { body }) => part(ready.grantee).request(body),
  }),
  route({
    method: 'DELETE', path: '/v1/requests/{rightId}', scope: 'request', id: 'withdrawRequest', summary: 'Takes a request back that was not answered.', params: { rightId: Number10 }, body: null, status: 204, answer: null,
    run: ({ ready }, { params }) => part(ready.grantee).withdrawRequest(params.rightId),
  }),
  route({
    method: 'GET', path: '/v1/rights', scope: 'request', id: 'rights', summary: 'All requests and rights, each with its state.', params: {}, body: null, status: 200, answer: z.object({ rights: z.array(Rest.right) }),
    run: async ({ ready }) => ({ rights: (await part(ready.grantee).held()).map(withKeys) }),
  }),
  route({
    method: 'GET', path: '/v1/rights/{rightId}', scope: 'request', id: 'right', summary: 'One request or right, and what can be fetched by it.', params: { rightId: Number10 }, body: null, status: 200, answer: Rest.right,
    run: ({ ready }, { params }) => heldRight(ready, params.rightId),
  }),
  route({
    method: 'POST', path: '/v1/rights/{rightId}/hand-back', scope: 'request', id: 'handBack', summary: 'Gives a right back before its time.', params: { rightId: Number10 }, body: null, status: 204, answer: null,
    run: ({ ready }, { params }) => part(ready.grantee).handBack(params.rightId),
  }),
  route({
    method: 'POST', path: '/v1/rights/{rightId}/open', scope: 'fetch', id: 'open', summary: 'Fetches, verifies and decrypts what the right covers; says so on the chain.', params: { rightId: Number10 }, body: null, status: 202, answer: Rest.started,
    async run({ ready, jobs }, { params }) {
      const started = await part(ready.grantee).open(params.rightId);
      jobs.own(started.jobId);
      return started;
    },
  }),
  route({
    method: 'GET', path: '/v1/rights/{rightId}/segments/{segment}', scope: 'fetch', id: 'segment', summary: 'One opened segment, by its key: rows as Parquet, a document as it is. Only while the right lives.', params: { rightId: Number10, segment: Segment }, body: null, status: 200, answer: z.string().meta({ contentMediaType: 'application/octet-stream' }), type: '*/*',
    async run({ ready }, { params }) {
      const grantee = part(ready.grantee);
      const right = await heldRight(ready, params.rightId);
      const found = right.segments.find((s) => s.key === params.segment);
      if (!found) throw new HttpError(404, 'The right covers no such segment.');
      const { mediaType, bytes } = await grantee.segment(params.rightId, found.name);
      return new Sent(mediaType, bytes, `${found.key}${mediaType === PARQUET ? '.parquet' : ''}`);
    },
  }),
  route({
    method: 'GET', path: '/v1/jobs/{jobId}', scope: null, id: 'job', summary: 'How far work is that this client began.', params: { jobId: z.uuid() }, body: null, status: 200, answer: Rest.job,
    run({ host, jobs }, { params }) {
      const job = jobs.isOwn(params.jobId) ? host.jobs().find((j) => j.id === params.jobId) : undefined;
      if (!job) throw new HttpError(404, 'This client began no such job, or it ended some time ago.');
      return job;
    },
  }),

  route({
    method: 'GET', path: '/v1/records', scope: 'records', id: 'issuedRecords', summary: 'Records that this institution issued.', params: {}, body: null, status: 200, answer: Rest.issued,
    run: async ({ ready }) => ({ records: await part(ready.records).issued() }),
  }),
  route({
    method: 'POST', path: '/v1/records', scope: 'records', id: 'issueRecord', once: true, summary: 'Issues a record to a patient: signed on the chain, its content sealed to the patient.', params: {}, body: Rest.issue, status: 202, answer: Rest.started,
    async run({ ready, jobs }, { body }) {
      const { invitation, text, ...rest } = body;
      const started = await part(ready.records).issue({ ...rest, to: { invitation }, content: { text } });
      jobs.own(started.jobId);
      return started;
    },
  }),
  route({
    method: 'GET', path: '/v1/studies', scope: 'studies:read', id: 'studies', summary: 'Calls of this researcher, each with its state.', params: {}, body: null, status: 200, answer: Rest.studies,
    run: async ({ ready }) => ({ studies: await part(ready.studies).mine() }),
  }),
];

async function heldRight(ready: ReadyApi, rightId: number) {
  const right = (await part(ready.grantee).held()).find((r) => r.rightId === rightId);
  if (!right) throw new HttpError(404, 'This service holds no such request or right.');
  return withKeys(right);
}
const withKeys = (right: HeldRightView) => ({ ...right, segments: right.segments.map((s) => ({ ...s, key: keyOf(s.name) })) });
