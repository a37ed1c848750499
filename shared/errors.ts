/**
 * Reason codes travel; sentences for people are made where the error is thrown, once.
 * The list is closed so that the command line, the API and the tests can be exhaustive.
 */
export type ErrorCode =
  // input
  | 'invalid-argument' | 'file-not-found' | 'file-empty' | 'file-truncated' | 'format-unknown' | 'row-malformed' | 'value-not-finite'
  | 'clock-backwards' | 'rate-mixed' | 'too-few-samples' | 'personal-data'
  // profile and wallet
  | 'profile-in-use' | 'profile-missing' | 'profile-exists' | 'passphrase-wrong' | 'passphrase-missing' | 'mnemonic-invalid' | 'keystore-corrupt'
  // vault
  | 'seal-key-wrong' | 'seal-truncated' | 'seal-tampered' | 'seal-format' | 'share-mismatch' | 'shares-too-few' | 'threshold-invalid'
  | 'keeper-duplicate' | 'envelope-unreadable' | 'proof-invalid' | 'hash-mismatch' | 'root-mismatch' | 'manifest-invalid'
  // storage
  | 'blob-not-found' | 'blob-corrupt' | 'storage-unreachable' | 'storage-timeout' | 'quota-exceeded' | 'disk-full' | 'port-taken'
  // chain
  | 'chain-unreachable' | 'chain-wrong' | 'chain-reverted' | 'chain-reorg-too-deep' | 'funds-too-low' | 'coins-too-few' | 'transaction-lost'
  // market
  | 'dataset-unknown' | 'dataset-not-for-sale' | 'dataset-owned' | 'price-invalid' | 'price-changed' | 'rule-invalid' | 'keepers-too-few'
  | 'keeper-unreachable' | 'blob-unreachable' | 'access-unknown' | 'access-not-ready' | 'access-expired' | 'not-a-keeper' | 'not-a-validator' | 'not-yours'
  | 'quality-mismatch' | 'simulated-refused' | 'device-unknown' | 'devices-refused'
  // database and lifecycle
  | 'database-corrupt' | 'migration-failed' | 'locked' | 'backup-invalid' | 'job-unknown' | 'cancelled' | 'internal';

export type AppErrorOptions = {
  /** What to do, in one sentence. */
  hint?: string;
  /** Whether the same call may succeed later without anybody changing anything. Jobs read this; no caller guesses. */
  retryable?: boolean;
  /** Facts for machines; never keys, shares, mnemonics or health data. */
  details?: Record<string, string | number | boolean | null>;
  cause?: unknown;
};

/** An error that a person can act on: a sentence that says what and where, and a hint that says what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly details: Record<string, string | number | boolean | null>;

  constructor(code: ErrorCode, sentence: string, options: AppErrorOptions = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);

/** Turns anything thrown into an AppError, keeping it as the cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const node = error as NodeJS.ErrnoException | undefined;
  // SQLite's own word for it, where the database is what did not fit.
  if (node?.code === 'ENOSPC' || node?.code === 'SQLITE_FULL') return new AppError('disk-full', 'The disk is full.', { hint: 'Free some space and run the same command again; nothing was half-written.', cause: error });
  return new AppError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}
