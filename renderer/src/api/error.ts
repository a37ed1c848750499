import { TRPCClientError } from '@trpc/client';
import type { ErrorView } from '../../../shared/api/common.ts';
import { t } from '../i18n/index.ts';

const isView = (it: unknown): it is ErrorView => typeof it === 'object' && it !== null && typeof (it as ErrorView).message === 'string' && typeof (it as ErrorView).code === 'string';

/** What a page shows of anything that was thrown. The server's errors are sentences already; the rest is the connection, or us. */
export function errorOf(error: unknown): ErrorView {
  if (isView(error) && !(error instanceof Error)) return error;
  if (error instanceof TRPCClientError) {
    const view = (error.data as { error?: unknown } | null | undefined)?.error;
    if (isView(view)) return view;
    return { code: 'internal', message: t('shell.error.connection'), hint: t('shell.error.connection.hint'), retryable: true };
  }
  return { code: 'internal', message: t('shell.error.page'), hint: t('shell.error.page.hint'), retryable: false };
}
