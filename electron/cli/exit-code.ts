import type { AppError, ErrorCode } from '../../shared/errors.ts';

/** What a script can trust: 0 done, 2 wrong usage, 3 input refused, 4 try again later, 5 profile or passphrase, 6 integrity, 130 interrupted, 1 anything else. */
export const ExitCode = { ok: 0, failure: 1, usage: 2, input: 3, retry: 4, profile: 5, integrity: 6, interrupted: 130 } as const;

const byCode: Partial<Record<ErrorCode, number>> = {
  'invalid-argument': ExitCode.usage,
  cancelled: ExitCode.interrupted,
};
const input = new Set<ErrorCode>([
  'file-not-found', 'file-empty', 'file-truncated', 'format-unknown', 'row-malformed', 'value-not-finite', 'clock-backwards', 'rate-mixed', 'too-few-samples', 'personal-data',
  'threshold-invalid', 'keeper-duplicate', 'price-invalid', 'rule-invalid', 'dataset-unknown', 'access-unknown', 'dataset-owned', 'dataset-not-for-sale', 'coins-too-few', 'funds-too-low',
  'not-a-keeper', 'not-a-validator', 'not-yours', 'price-changed', 'simulated-refused', 'device-unknown', 'mnemonic-invalid', 'job-unknown',
]);
const profile = new Set<ErrorCode>(['profile-in-use', 'profile-missing', 'profile-exists', 'passphrase-wrong', 'passphrase-missing', 'keystore-corrupt', 'database-corrupt', 'migration-failed', 'locked']);
const integrity = new Set<ErrorCode>(['seal-key-wrong', 'seal-truncated', 'seal-tampered', 'seal-format', 'share-mismatch', 'hash-mismatch', 'root-mismatch', 'manifest-invalid', 'blob-corrupt', 'proof-invalid', 'quality-mismatch', 'envelope-unreadable', 'backup-invalid', 'devices-refused']);

export function exitCodeOf(error: AppError): number {
  const fixed = byCode[error.code];
  if (fixed !== undefined) return fixed;
  if (input.has(error.code)) return ExitCode.input;
  if (profile.has(error.code)) return ExitCode.profile;
  if (integrity.has(error.code)) return ExitCode.integrity;
  return error.retryable ? ExitCode.retry : ExitCode.failure;
}
