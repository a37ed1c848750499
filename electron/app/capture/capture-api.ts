import type { CaptureApi, OwnerApi } from '../api-types.ts';
import type { Backstage } from '../backstage.ts';
import { createCaptures, type CapturesOptions } from './captures.ts';

/** Fewer rows cannot be scored. */
const LEAST_ROWS = 2;

/**
 * Live capture of an unlocked profile. What ends is scored as a job; so is, at the start, what a run recorded that did not
 * live to score it: killed in the middle, or locked while something was being recorded.
 */
export function createCaptureApi(b: Backstage, owner: Pick<OwnerApi, 'recordings' | 'score'>, options: Pick<CapturesOptions, 'openBluetooth'> = {}): CaptureApi & { close(): Promise<void> } {
  const { recordings } = b.parts;
  function score(id: string): string | null {
    // Scoring is offered again on the recording's page; that it could not begin now is no reason to lose the word that it was kept.
    try { return (owner.score(id) as { jobId: string }).jobId; } catch { return null; }
  }
  const captures = createCaptures({
    store: recordings, ...options,
    onKept(info) {
      b.changed('recordings');
      return info.rows < LEAST_ROWS ? null : score(info.id);
    },
  });
  void (async () => {
    for (const { id, rows, quality, source } of await owner.recordings()) if (quality === null && source.session !== undefined && rows >= LEAST_ROWS) score(id);
  })().catch(() => undefined);
  return captures;
}
