import { AppError } from '../../../shared/errors.ts';
import { DAY_US, leafName } from '../../consent/scope.ts';
import { segmentRecording } from '../../datasets/segment.ts';
import { selectRows } from '../../datasets/select-rows.ts';
import { collectBytes } from '../../vault/collect-bytes.ts';
import type { HeldStore } from './held.ts';

export type OpenedSegment = { mediaType: string; bytes: Uint8Array };
export const PARQUET = 'application/vnd.apache.parquet';

/**
 * One segment of what was opened by a right: its rows as Parquet, or a document as it is. In memory: it leaves the profile
 * without a file that would stay.
 * @param name as the view of the right has it @throws AppError `access-not-ready`, `disk-full`
 */
export async function openedSegment(store: HeldStore, rightId: number, name: string, signal?: AbortSignal): Promise<OpenedSegment> {
  for (const { seq, recordingId, facts } of store.opened(rightId)) {
    const found = facts.segments.find((s) => leafName(seq, s.name) === name);
    if (!found) continue;
    const document = facts.documents.find((d) => d.name === found.name);
    if (document) return { mediaType: document.mediaType, bytes: Buffer.from(document.base64, 'base64') };
    if (recordingId === null) break;
    // A recording may keep several deliveries, whose days count from midnights of their own.
    const { from = 0, to = Infinity } = found;
    const origin = (Math.floor(from / DAY_US) - Number(found.name.split('/day-')[1])) * DAY_US;
    const rows = selectRows(store.recordings.read(recordingId), { channels: facts.channels, keep: facts.channels.map((c) => c.name), from, to: to + 1, origin });
    for await (const segment of segmentRecording({ channels: facts.channels }, rows, { signal })) {
      if (segment.name !== found.name) continue;
      const bytes = await collectBytes(segment.parquet);
      segment.finish();
      return { mediaType: PARQUET, bytes };
    }
  }
  throw new AppError('access-not-ready', 'That was not opened yet.', { hint: 'Open it first.' });
}
