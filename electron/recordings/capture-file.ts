import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Channel, SourceInfo, type Annotation, type ImportReport, type RecordingDraft, type RecordingInfo, type SampleBatch } from '../../shared/domain/recording.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { RecordingStoreDeps } from './deps.ts';
import { damaged, decodeBatch, encodeBatch, frameHeader, frameKey, HEADER_BYTES, MAX_FRAME, openFrame, sealFrame, TAG_BYTES } from './frames.ts';
import { writeNewFile } from './new-file.ts';

/**
 * A recording that is still being made. Two files: `<id>.capture`, the rows in the frames of any recording (frames.ts), and
 * `<id>.draft`, one frame with the draft as JSON under a key of its own. Each append is a whole frame, synced before it
 * returns; so a kill loses at most what was not appended. At the end, or at the next start, the last frame is added, the
 * file is renamed to `<id>.rows`, and it is listed.
 */
export type CaptureFinish = {
  report: ImportReport;
  annotations: Annotation[];
  /** What was only known at the end: how the clock did, the rate. */
  draft?: Partial<Pick<RecordingDraft, 'source' | 'nominalRateHz' | 'title'>>;
};

export type Capture = {
  readonly id: string;
  readonly rows: number;
  /** On disk and synced when it resolves. Appends run one after the other, in the order of the calls. @throws AppError `disk-full`, … */
  append(batch: SampleBatch): Promise<void>;
  /** @throws AppError `too-few-samples` when nothing was appended; then nothing is kept */
  finish(end: CaptureFinish): Promise<RecordingInfo>;
  /** Leaves nothing. */
  abandon(): Promise<void>;
};

const Draft = z.object({ title: z.string(), source: SourceInfo, channels: z.array(Channel).min(1), nominalRateHz: z.number().nullable() });
const CAPTURE = /^([0-9a-f]{16})\.capture$/;
/** Files of captures that run in this process, which a second store over the same folder must not recover. */
const running = new Map<string, RunningCapture>();

/** A capture that runs now: what is known of it, and the file that its rows are appended to. */
export type RunningCapture = { id: string; draft: RecordingDraft; path: string };
export const runningCaptures = (dir: string): RunningCapture[] => [...running.values()].filter((c) => c.path === paths(dir, c.id).capture);

const paths = (dir: string, id: string) => ({ rows: join(dir, `${id}.rows`), capture: join(dir, `${id}.capture`), draft: join(dir, `${id}.draft`) });

export async function beginCapture({ dir, key, index }: RecordingStoreDeps, draft: RecordingDraft): Promise<Capture> {
  const id = randomBytes(8).toString('hex');
  const path = paths(dir, id);
  const header = frameHeader(randomBytes(32));
  const own = frameKey(key, header, id);
  const decimals = draft.channels.flatMap((c) => c.components.map(() => c.decimals));
  running.set(path.capture, { id, draft, path: path.capture });
  let file: FileHandle;
  try {
    // The draft first: rows without it could not be told apart.
    await writeNewFile(path.draft, (file) => file.writeFile(draftFrame(key, id, draft)));
    file = await open(path.capture, 'wx', 0o600);
    await file.writev([header]);
    await file.sync();
  } catch (error) {
    running.delete(path.capture);
    own.fill(0);
    await remove();
    throw toAppError(error);
  }
  let counter = 0;
  let position = HEADER_BYTES;
  let rows = 0;
  let startTime = 0;
  let endTime = -Infinity;
  let ended = false;
  /** A write failed part-way. Nothing follows it: another frame under the same nonce would give the key of the tags away. */
  let broken: unknown;
  let queue: Promise<unknown> = Promise.resolve();

  async function remove() {
    for (const p of [path.capture, path.draft]) await rm(p, { force: true });
  }

  async function write(plain: Uint8Array, last: boolean): Promise<void> {
    const frame = Buffer.concat(sealFrame(own, header, counter, plain, last));
    if (broken !== undefined) throw broken;
    try {
      for (let done = 0; done < frame.length;) done += (await file.write(frame, done, frame.length - done, position + done)).bytesWritten;
      await file.datasync();
    } catch (error) {
      broken = error;
      throw error;
    }
    counter++;
    position += frame.length;
  }

  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const next = queue.then(work);
    queue = next.catch(() => undefined);
    return next.catch((error: unknown) => { throw toAppError(error); });
  }

  async function close() {
    ended = true;
    running.delete(path.capture);
    own.fill(0);
    await file.close();
  }

  return {
    id,
    get rows() { return rows; },
    append: (batch) => inOrder(async () => {
      if (ended) throw new AppError('invalid-argument', 'This capture has ended.', { hint: 'Start a new one.' });
      if (batch.t.length === 0) return;
      if (batch.t[0]! < endTime) throw new AppError('clock-backwards', 'A row is older than the one before it.', { hint: 'This is a fault of the app; please report it.' });
      await write(encodeBatch(batch, decimals), false);
      if (rows === 0) startTime = batch.t[0]!;
      rows += batch.t.length;
      endTime = batch.t.at(-1)!;
    }),
    finish: (end) => inOrder(async () => {
      if (ended) throw new AppError('invalid-argument', 'This capture has ended.', { hint: 'Start a new one.' });
      if (rows === 0) {
        await close();
        await remove();
        throw new AppError('too-few-samples', 'The device sent no sample.', { hint: 'Check that it is worn and switched on.' });
      }
      if (broken === undefined) await write(new Uint8Array(0), true);
      await close();
      // Up to the last frame that was whole.
      if (broken !== undefined && recoverOne(path, key, id) === null) throw broken;
      const info: RecordingInfo = { ...draft, ...end.draft, id, startTime, endTime, rows, annotations: end.annotations, report: end.report, createdAt: Date.now() };
      // Listed before the rename: a crash in between leaves an entry whose file the next start renames.
      index.insert(info);
      try { await rename(path.capture, path.rows); } catch (error) { index.remove(id); throw error; }
      await rm(path.draft, { force: true });
      return info;
    }),
    abandon: () => inOrder(async () => {
      if (ended) return;
      await close();
      await remove();
    }),
  };
}

/**
 * Turns what killed runs left into recordings, up to their last whole frame. Reads each file once, frame by frame, with
 * no more than a frame in memory. One without a row is removed; one that cannot be read now stays for another start.
 * @returns the recordings' ids
 */
export function recoverCaptures({ dir, key, index }: RecordingStoreDeps): string[] {
  const names = readdirSync(dir);
  const recovered: string[] = [];
  for (const name of names) {
    const id = CAPTURE.exec(name)?.[1];
    if (id === undefined || running.has(join(dir, name))) continue;
    const path = paths(dir, id);
    if (index.get(id)) renameSync(path.capture, path.rows);
    else {
      let info: RecordingInfo | null;
      try { info = recoverOne(path, key, id); } catch { continue; }
      if (info) {
        index.insert(info);
        renameSync(path.capture, path.rows);
        recovered.push(id);
      } else rmSync(path.capture, { force: true });
    }
    rmSync(path.draft, { force: true });
  }
  // A draft whose capture was never begun, or was renamed.
  for (const name of names) {
    const id = /^([0-9a-f]{16})\.draft$/.exec(name)?.[1];
    if (id !== undefined && !names.includes(`${id}.capture`) && !running.has(paths(dir, id).capture)) rmSync(join(dir, name), { force: true });
  }
  return recovered;
}

/** @returns null when it has no whole row. @throws where it cannot be read at all */
function recoverOne(path: { capture: string; draft: string }, key: Uint8Array, id: string): RecordingInfo | null {
  let file: number | undefined;
  let own: Buffer | undefined;
  try {
    file = openSync(path.capture, 'r+');
    const header = take(file, HEADER_BYTES, 0);
    if (!header) return null;
    const draft = readDraft(path.draft, key, id);
    own = frameKey(key, header, id);
    let at = HEADER_BYTES;
    let counter = 0;
    let rows = 0;
    let startTime = 0;
    let endTime = 0;
    for (; ; counter++) {
      const length = take(file, 4, at)?.readUInt32LE(0);
      // Length 0: the last frame had been written already and is written again below.
      if (length === undefined || length === 0 || length > MAX_FRAME) break;
      const frame = take(file, length + TAG_BYTES, at + 4);
      if (!frame) break;
      let t: Float64Array;
      try {
        t = decodeBatch(openFrame(own, header, counter, frame.subarray(0, length), frame.subarray(length), false, id)).t;
      } catch {
        // The tail that a loss of power left unwritten; what came before it is whole.
        break;
      }
      if (rows === 0) startTime = t[0]!;
      rows += t.length;
      endTime = t.at(-1)!;
      at += 4 + length + TAG_BYTES;
    }
    if (rows === 0) return null;
    const size = fstatSync(file).size;
    // A last frame, or nothing, follows: the same words under the same nonce, or the first under it.
    if (size === at || size === at + 4 + TAG_BYTES) writeAt(file, Buffer.concat(sealFrame(own, header, counter, new Uint8Array(0), true)), at);
    // A torn frame has used its nonce already, so the rows go into a file with a salt, and so a key, of its own.
    else { rewrite(path.capture, file, key, id, own, header, at); return describe(draft, id, rows, startTime, endTime); }
    fsyncSync(file);
    return describe(draft, id, rows, startTime, endTime);
  } finally {
    own?.fill(0);
    if (file !== undefined) closeSync(file);
  }
}

function rewrite(path: string, from: number, key: Uint8Array, id: string, own: Buffer, header: Buffer, end: number): void {
  const newHeader = frameHeader(randomBytes(32));
  const newKey = frameKey(key, newHeader, id);
  const temporary = path.replace(/capture$/, 'tmp');
  const to = openSync(temporary, 'w', 0o600);
  try {
    writeAt(to, newHeader, 0);
    let at = HEADER_BYTES;
    let counter = 0;
    for (; at < end; counter++) {
      const length = take(from, 4, at)!.readUInt32LE(0);
      const frame = take(from, length + TAG_BYTES, at + 4)!;
      const plain = openFrame(own, header, counter, frame.subarray(0, length), frame.subarray(length), false, id);
      writeAt(to, Buffer.concat(sealFrame(newKey, newHeader, counter, plain, false)), at);
      at += 4 + length + TAG_BYTES;
    }
    writeAt(to, Buffer.concat(sealFrame(newKey, newHeader, counter, new Uint8Array(0), true)), at);
    fsyncSync(to);
  } finally {
    newKey.fill(0);
    closeSync(to);
  }
  renameSync(temporary, path);
}

function describe(draft: RecordingDraft, id: string, rows: number, startTime: number, endTime: number): RecordingInfo {
  const report: ImportReport = { rowsRead: rows, rowsSkipped: 0, skipped: [], notes: ['The app ended before this recording did; it was recovered up to its last whole second.'], sourceBytes: 0 };
  return { ...draft, id, startTime, endTime, rows, annotations: [], report, createdAt: Date.now() };
}

function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/** The draft under a key and a nonce that its rows do not use: its salt is its own. */
function draftFrame(key: Uint8Array, id: string, draft: RecordingDraft): Buffer {
  const header = frameHeader(randomBytes(32));
  const own = frameKey(key, header, `${id}/draft`);
  try {
    return Buffer.concat([header, ...sealFrame(own, header, 0, Buffer.from(JSON.stringify(draft)), true)]);
  } finally {
    own.fill(0);
  }
}

function readDraft(path: string, key: Uint8Array, id: string): RecordingDraft {
  const file = openSync(path, 'r');
  let own: Buffer | undefined;
  try {
    const header = take(file, HEADER_BYTES, 0);
    const length = take(file, 4, HEADER_BYTES)?.readUInt32LE(0);
    if (!header || length === undefined || length > 1 << 20) throw damaged(id);
    const frame = take(file, length + TAG_BYTES, HEADER_BYTES + 4);
    if (!frame) throw damaged(id);
    own = frameKey(key, header, `${id}/draft`);
    return Draft.parse(JSON.parse(openFrame(own, header, 0, frame.subarray(0, length), frame.subarray(length), true, id).toString('utf8')));
  } finally {
    own?.fill(0);
    closeSync(file);
  }
}

function take(file: number, length: number, position: number): Buffer | null {
  const bytes = Buffer.alloc(length);
  for (let got = 0; got < length;) {
    const read = readSync(file, bytes, got, length - got, position + got);
    if (read === 0) return null;
    got += read;
  }
  return bytes;
}
