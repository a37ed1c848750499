import { sha256 } from '@noble/hashes/sha2.js';
import type { ErrorView } from '../../../../../shared/api/common.ts';
import { t } from '../../../i18n/index.ts';

/** Between two turns of the page's own work while much is hashed. */
const TURN_BYTES = 4 * 1024 * 1024;

/**
 * SHA-256 of a file where it lies, piece by piece: of any size, and nothing of it leaves the window.
 * @returns 64 lower-case hexadecimal digits
 * @throws ErrorView it could not be read to its end
 */
export async function hashFile(file: File, onProgress: (bytes: number) => void = () => undefined): Promise<string> {
  const hash = sha256.create();
  let [done, turn] = [0, 0];
  try {
    const reader = file.stream().getReader();
    for (;;) {
      const { value, done: ended } = await reader.read();
      if (ended) break;
      hash.update(value);
      done += value.length;
      turn += value.length;
      if (turn >= TURN_BYTES) { turn = 0; onProgress(done); await new Promise((resolve) => { setTimeout(resolve); }); }
    }
  } catch {
    throw { code: 'file-truncated', message: t('anchors.verify.unreadable', { name: file.name }), hint: t('anchors.verify.unreadable.hint'), retryable: true } satisfies ErrorView;
  }
  return [...hash.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
