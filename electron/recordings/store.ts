import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, RecordingDraft, RecordingInfo, RecordingSource, SampleBatch } from '../../shared/domain/recording.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { toFloats } from '../capture/import/decimal.ts';
import { beginCapture, recoverCaptures, runningCaptures, type Capture } from './capture-file.ts';
import type { RecordingStoreDeps } from './deps.ts';
import { damaged, decodeBatch, encodeBatch, frameHeader, frameKey, HEADER_BYTES, MAX_FRAME, openFrame, sealFrame, TAG_BYTES } from './frames.ts';

export type RecordingStore = {
  /** Reads a source to its end and keeps it. A failure, or a cancellation, leaves nothing. */
  add(source: RecordingSource, options?: {
    signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void;
    /** Lists it by `insert`, in one transaction with what must not be without it. Rows that are not listed are swept. */
    listing?: (insert: () => void, info: RecordingInfo) => void;
  }): Promise<RecordingInfo>;
  /** Puts another source in the place of a recording, under its id. A failure leaves the recording as it was. */
  replace(id: string, source: RecordingSource): Promise<RecordingInfo>;
  /** Says something else of a recording; its rows stay. */
  amend(id: string, change: Partial<Pick<RecordingInfo, 'title' | 'report' | 'source'>>): RecordingInfo;
  /** Keeps a live capture as it comes; what a kill leaves is recovered at the next start. */
  begin(draft: RecordingDraft): Promise<Capture>;
  /** Ids of the recordings that the start of this store recovered from a run that was killed. */
  recovered: readonly string[];
  list(): RecordingInfo[];
  get(id: string): RecordingInfo | undefined;
  /** Captures that are being made now; each keeps its id when it has ended. */
  running(): { id: string; draft: RecordingDraft }[];
  /**
   * Of a capture that runs: the rows that were appended until now.
   * @throws AppError `invalid-argument` for an unknown id, `database-corrupt` where the file was changed
   */
  read(id: string, options?: { /** Passes over that many batches unread, as they were stored. */ fromBatch?: number }): AsyncIterable<SampleBatch>;
  remove(id: string): Promise<void>;
};

/**
 * Keeps recordings encrypted at rest, in bounded memory and atomically: rows are written under a temporary name, synced,
 * renamed, and only then listed. What an earlier run left behind is swept at the start.
 */
export function createRecordingStore({ dir, key, index }: RecordingStoreDeps): RecordingStore {
  if (key.length !== 32) throw new RangeError(`createRecordingStore: the key has ${key.length} bytes, not 32.`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Before the sweep: a capture that was renamed but not yet listed is listed here.
  const recovered = recoverCaptures({ dir, key, index });
  for (const name of readdirSync(dir)) {
    // A file that was renamed but not listed, when a run ended in between, is swept as well.
    const id = /^([0-9a-f]{16})\.rows$/.exec(name)?.[1];
    if (name.endsWith('.tmp') || (id !== undefined && !index.get(id))) rmSync(join(dir, name), { force: true });
  }
  const fileOf = (id: string) => join(dir, `${id}.rows`);

  const missing = (id: string) => new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: 'See `phdex list --recordings`.' });

  type Long = Parameters<RecordingStore['add']>[1];
  async function write(id: string, createdAt: number, source: RecordingSource, { signal, onProgress, listing = (insert: () => void) => insert() }: Long = {}): Promise<RecordingInfo> {
    const replaced = index.get(id) !== undefined;
    const temporary = join(dir, `${id}.tmp`);
    const header = frameHeader(randomBytes(32));
    const own = frameKey(key, header, id);
    let file: FileHandle | undefined;
    let renamed = false;
    try {
      file = await open(temporary, 'wx', 0o600);
      await writeAll(file, [header]);
      const decimals = source.draft.channels.flatMap((c) => c.components.map(() => c.decimals));
      let counter = 0;
      let rows = 0;
      let startTime = 0;
      let endTime = 0;
      for await (const batch of source.batches) {
        if (signal?.aborted) throw new AppError('cancelled', 'Storing the recording was cancelled.', { hint: 'Nothing was kept.' });
        if (batch.t.length === 0) continue;
        if (rows === 0) startTime = batch.t[0]!;
        endTime = batch.t.at(-1)!;
        rows += batch.t.length;
        await writeAll(file, sealFrame(own, header, counter++, encodeBatch(batch, decimals), false));
        onProgress?.(rows, null);
      }
      if (rows === 0) throw new AppError('too-few-samples', 'The source has no sample.', { hint: 'Check the device or the file.' });
      await writeAll(file, sealFrame(own, header, counter, new Uint8Array(0), true));
      await file.sync();
      await file.close();
      file = undefined;
      const { report, annotations, channels } = source.finish();
      const info: RecordingInfo = { ...source.draft, channels: channels ?? source.draft.channels, id, startTime, endTime, rows, annotations, report, createdAt };
      // Told by the index so that a crash between the two leaves a file without an entry, which the next start sweeps.
      await rename(temporary, fileOf(id));
      renamed = true;
      await syncFolder(dir);
      listing(() => index.insert(info), info);
      return info;
    } catch (error) {
      await file?.close().catch(() => undefined);
      await rm(temporary, { force: true });
      if (renamed && !replaced) await rm(fileOf(id), { force: true });
      throw toAppError(error);
    } finally {
      own.fill(0);
    }
  }

  async function* read(id: string, { fromBatch = 0 }: { fromBatch?: number } = {}): AsyncGenerator<SampleBatch> {
    const info = index.get(id);
    const capture = info ? undefined : runningCaptures(dir).find((c) => c.id === id);
    const channels = info?.channels ?? capture?.draft.channels;
    if (!channels) throw missing(id);
    let file: FileHandle;
    try { file = await open(capture?.path ?? fileOf(id), 'r'); } catch (cause) { throw damaged(id, cause); }
    let own: Buffer | undefined;
    try {
      const header = await readExactly(file, HEADER_BYTES, 0);
      // One that has just begun has nothing yet.
      if (!header && capture) return;
      if (!header) throw damaged(id);
      own = frameKey(key, header, id);
      let at = HEADER_BYTES;
      for (let counter = 0; ; counter++) {
        const length = (await readExactly(file, 4, at))?.readUInt32LE(0);
        if (length === undefined && capture) return;
        if (length === undefined || length > MAX_FRAME) throw damaged(id);
        if (counter < fromBatch && length > 0) { at += 4 + length + TAG_BYTES; continue; }
        const frame = await readExactly(file, length + TAG_BYTES, at + 4);
        // The frame that is being written.
        if (!frame && capture) return;
        if (!frame) throw damaged(id);
        at += 4 + length + TAG_BYTES;
        const last = length === 0;
        const plain = openFrame(own, header, counter, frame.subarray(0, length), frame.subarray(length), last, id);
        if (last) return;
        yield asChannels(decodeBatch(plain), channels);
      }
    } finally {
      own?.fill(0);
      await file.close();
    }
  }

  return {
    add: (source, options) => write(randomBytes(8).toString('hex'), Date.now(), source, options),
    async replace(id, source) {
      const info = index.get(id);
      if (!info) throw missing(id);
      return write(id, info.createdAt, source);
    },
    amend(id, change) {
      const info = index.get(id);
      if (!info) throw missing(id);
      const amended = { ...info, ...change };
      index.insert(amended);
      return amended;
    },
    read, recovered,
    begin: (draft) => beginCapture({ dir, key, index }, draft),
    list: () => index.list(),
    get: (id) => index.get(id),
    running: () => runningCaptures(dir).map(({ id, draft }) => ({ id, draft })),
    async remove(id) {
      index.remove(id);
      await rm(fileOf(id), { force: true });
    },
  };
}

/** Brings Int32 columns to Float64 where a later value did not fit and the channel ended as such. */
function asChannels({ t, columns, decimals }: ReturnType<typeof decodeBatch>, channels: Channel[]): SampleBatch {
  const final = channels.flatMap((c) => c.components.map(() => c.decimals));
  return { t, columns: columns.map((c, i) => (final[i] === null ? toFloats(c, decimals[i]!) : c)) };
}

async function writeAll(file: FileHandle, parts: Uint8Array[]): Promise<void> {
  let rest = parts.filter((p) => p.length > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest);
    while (rest.length > 0 && bytesWritten >= rest[0]!.length) { bytesWritten -= rest[0]!.length; rest = rest.slice(1); }
    if (bytesWritten > 0) rest = [rest[0]!.subarray(bytesWritten), ...rest.slice(1)];
  }
}

async function readExactly(file: FileHandle, length: number, position: number): Promise<Buffer | null> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let got = 0; got < length;) {
    const { bytesRead } = await file.read(bytes, got, length - got, position + got);
    if (bytesRead === 0) return null;
    got += bytesRead;
  }
  return bytes;
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
