import { AppError } from '../../shared/errors.ts';
import type { Waiting } from './blob-store.ts';

export const DEFAULT_TIMEOUT_MS = 20_000;

/** Names that a dataset's directory may hold; anything else in a stranger's directory is refused. */
export const FILE_NAME = /^[a-z0-9][a-z0-9.-]{0,79}$/;

export const within = (options: Waiting | undefined): AbortSignal => {
  const limit = AbortSignal.timeout(options?.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return options?.signal ? AbortSignal.any([limit, options.signal]) : limit;
};

/** @throws AppError `blob-not-found` */
export function checkFileName(name: string): void {
  if (!FILE_NAME.test(name)) throw new AppError('blob-not-found', `${JSON.stringify(name)} is no name of a file in a dataset.`, { hint: 'Names hold small letters, digits, dots and hyphens.' });
}

/** Of what has come of a file so far. @throws AppError `quota-exceeded` */
export function checkLength(bytes: number, file: string, maxBytes: number | undefined): void {
  if (maxBytes !== undefined && bytes > maxBytes) throw new AppError('quota-exceeded', `${file} is longer than the ${maxBytes} bytes that were announced.`, { hint: 'Do not trust it: it is not the file that was listed.' });
}

/** Of a whole directory. @throws AppError `quota-exceeded` */
export function checkQuota(bytes: number, cid: string, maxBytes: number | undefined): void {
  if (maxBytes !== undefined && bytes > maxBytes) throw new AppError('quota-exceeded', `${cid} has ${bytes} bytes; ${maxBytes} are left of the quota.`, { hint: 'Raise the quota, or withdraw from other datasets first.' });
}
