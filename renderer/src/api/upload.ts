import type { ErrorView } from '../../../shared/api/common.ts';
import { t } from '../i18n/index.ts';
import { token } from './token.ts';

/** What a failed upload throws: a view, as the server's errors are. */
const broken = (): ErrorView => ({ code: 'internal', message: t('shell.upload.failed'), hint: t('shell.upload.failed.hint'), retryable: true });

export type SentFile = { path: string } | { upload: string };

/**
 * A file that was dropped or chosen, as the API wants it. In the window the main process reads it where it lies; in the
 * browser its bytes are sent first. fetch tells nothing of what has been sent, so this is XMLHttpRequest.
 * @throws ErrorView
 */
export function fileRefOf(file: File, onProgress: (done: number, total: number) => void = () => undefined, signal?: AbortSignal): Promise<SentFile> {
  if (window.phdex) return Promise.resolve({ path: window.phdex.pathOf(file) });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Authorization', `Bearer ${token ?? ''}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.addEventListener('progress', (e) => onProgress(e.loaded, file.size));
    request.addEventListener('load', () => {
      const answer = request.response as { upload?: string; error?: ErrorView } | null;
      if (request.status === 200 && answer?.upload) resolve({ upload: answer.upload });
      else reject(answer?.error ?? broken());
    });
    request.addEventListener('error', () => reject(broken()));
    request.addEventListener('abort', () => reject({ code: 'cancelled', message: t('shell.upload.cancelled'), hint: null, retryable: false } satisfies ErrorView));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
