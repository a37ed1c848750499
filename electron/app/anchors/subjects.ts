import { createHash } from 'node:crypto';
import type { ManualEntry } from '../../../shared/domain/manual-entry.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { relativeBatches, segmentRecording } from '../../datasets/segment.ts';
import type { RecordingStore } from '../../recordings/store.ts';
import { canonicalText } from '../../vault/manifest.ts';

/** The file that a receipt of the profile's own is of. Its owner keeps it beside the receipt; nobody else ever has it. */
export type SubjectFile = { name: string; text: string; /** SHA-256 of the text. */ digest: Uint8Array };

const fileOf = (name: string, value: unknown): SubjectFile => {
  const text = canonicalText(value);
  return { name, text, digest: createHash('sha256').update(text).digest() };
};

/**
 * What a recording is, in canonical JSON: its channels, its clock, and of each segment the Merkle root of its records
 * (docs/protocol.md, Records), by which any minute of it can be shown alone. It names nobody.
 */
export async function recordingFile(store: RecordingStore, info: RecordingInfo, signal?: AbortSignal): Promise<SubjectFile> {
  const segments: { name: string; rows: number; records: number; recordRoot: string }[] = [];
  for await (const segment of segmentRecording({ channels: info.channels }, relativeBatches(info, store.read(info.id)), { signal })) {
    for await (const _ of segment.parquet) void _;
    segments.push({ name: segment.name, ...segment.finish() });
  }
  const { kind, device, simulated, times } = info.source;
  return fileOf(`recording-${info.id}.json`, { format: 'phdex/recording-digest/v1', id: info.id, source: { kind, device, simulated, times }, startTime: info.startTime, endTime: info.endTime, rows: info.rows, channels: info.channels, segments });
}

/** What a person wrote down, in canonical JSON. */
export function entryFile(id: string, entry: ManualEntry | undefined): SubjectFile {
  if (!entry) throw new AppError('invalid-argument', `There is no entry ${id} in this profile.`, { hint: '`phdex note list` shows what is there.' });
  return fileOf(`entry-${id}.json`, { format: 'phdex/entry-digest/v1', id, entry });
}

/** A line of the REST layer's trace, in canonical JSON. */
export const accessFile = (id: string, line: object): SubjectFile => fileOf(`access-${id}.json`, { format: 'phdex/access-digest/v1', id, line });
