import type { RecordingInfo } from '../../shared/domain/recording.ts';

/** What the store keeps of recordings besides their rows; electron/db has one in SQLite. */
export type RecordingIndex = { /** In the place of one of the same id. */ insert(info: RecordingInfo): void; list(): RecordingInfo[]; get(id: string): RecordingInfo | undefined; remove(id: string): void };

export type RecordingStoreDeps = {
  /** Folder of the rows, one file a recording, encrypted. */
  dir: string;
  /** 32 bytes; stays the caller's, to wipe. */
  key: Uint8Array;
  index: RecordingIndex;
};
