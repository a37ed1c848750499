import type { z } from 'zod';
import type { Rest } from '../../../shared/api/rest.ts';
import { toAppError, type AppError, type ErrorCode } from '../../../shared/errors.ts';
import { errorView } from '../../app/error-view.ts';

/** A problem as HTTP tells it (RFC 9457). */
export type Problem = z.infer<typeof Rest.problem>;

/** Refused by HTTP itself, before the app was asked. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict', 410: 'Gone', 413: 'Content too large', 414: 'URI too long', 415: 'Unsupported media type',
  422: 'Unprocessable content', 429: 'Too many requests', 500: 'Internal server error', 502: 'Bad gateway', 503: 'Service unavailable', 504: 'Gateway timeout', 507: 'Insufficient storage',
};
/** Those that are not a 400. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'file-not-found': 404, 'dataset-unknown': 404, 'access-unknown': 404, 'job-unknown': 404, 'blob-not-found': 404,
  'not-yours': 403, 'not-a-keeper': 403, 'not-a-validator': 403, 'access-expired': 410, 'access-not-ready': 409, 'chain-reverted': 409, 'price-changed': 409, 'dataset-not-for-sale': 409, 'transaction-lost': 409,
  'hash-mismatch': 409, 'proof-invalid': 422, 'envelope-unreadable': 422, 'quota-exceeded': 413, 'disk-full': 507, 'funds-too-low': 503, 'coins-too-few': 503,
  locked: 503, 'chain-unreachable': 503, 'chain-wrong': 503, 'storage-unreachable': 503, 'keeper-unreachable': 503, 'blob-unreachable': 503, cancelled: 503, 'storage-timeout': 504,
  'database-corrupt': 500, 'migration-failed': 500, 'keystore-corrupt': 500, internal: 500,
};
/** A name, not a place to look: RFC 9457 allows any URI. */
const NAMES = 'urn:phdex:problem';

export const statusOf = (error: AppError): number => STATUS[error.code] ?? 400;

/** Never a stack, never more of an error of our own than that there was one. */
export function problemOf(error: unknown): { problem: Problem; headers: Record<string, string> } {
  if (error instanceof HttpError) return { problem: { type: 'about:blank', title: TITLES[error.status] ?? 'Error', status: error.status, detail: error.message }, headers: error.headers };
  const app = toAppError(error);
  const view = errorView(app);
  const status = statusOf(app);
  return {
    problem: { type: `${NAMES}:${view.code}`, title: TITLES[status] ?? 'Error', status, detail: view.message, code: view.code, ...(view.hint === null ? {} : { hint: view.hint }), retryable: view.retryable },
    headers: status === 503 && view.retryable ? { 'Retry-After': '5' } : {},
  };
}
