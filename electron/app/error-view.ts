import type { ErrorView } from '../../shared/api/common.ts';
import { toAppError } from '../../shared/errors.ts';

/** What a person sees of an error: code, sentence and hint travel; a stack never does. */
export function errorView(error: unknown): ErrorView {
  const app = toAppError(error);
  return { code: app.code, message: app.code === 'internal' ? 'Something went wrong inside the app.' : app.message, hint: app.hint ?? null, retryable: app.retryable };
}
