import { MISSING_INT32, type Channel, type ClockInfo, type ImportReport, type RecordingDraft, type RecordingInfo, type SampleBatch, type SourceInfo, type Annotation } from '../../../shared/domain/recording.ts';
import { toAppError, type AppError } from '../../../shared/errors.ts';
import type { StreamSpec } from './drivers/driver.ts';

/** What a capture needs of the recording store (electron/recordings/store.ts has it). */
export type CaptureStore = {
  begin(draft: RecordingDraft): Promise<{
    readonly id: string;
    append(batch: SampleBatch): Promise<void>;
    finish(end: { report: ImportReport; annotations: Annotation[]; draft?: Partial<Pick<RecordingDraft, 'source' | 'nominalRateHz' | 'title'>> }): Promise<RecordingInfo>;
    abandon(): Promise<void>;
  }>;
};

/** Microseconds. No stream whose rate is measured is slower than 1 Hz. */
const GAP = 1e6;

export type WriterOptions = { store: CaptureStore; stream: StreamSpec; title: string; source: SourceInfo; onError(error: AppError): void };

export type StreamWriter = {
  readonly rows: number;
  /** Rows in the order of their times. Never waits: they are handed to the disk by `flush`. */
  push(t: ArrayLike<number>, columns: ArrayLike<number>[]): void;
  /** Call each second; what was pushed is synced when it resolves. */
  flush(): Promise<void>;
  /** Null when nothing came. */
  finish(end: { report: ImportReport; clock: ClockInfo }): Promise<RecordingInfo | null>;
};

/** Rows held while the disk is slow: ten seconds of the fastest stream; then rows are refused, not memory filled. */
const MAX_ROWS = 8192;

/**
 * One stream of a live capture on its way to the store: rows gather in arrays of fixed size and leave as one frame a
 * second. The recording begins with the first row, so a stream that never spoke leaves nothing.
 */
export function createStreamWriter({ store, stream, title, source, onError }: WriterOptions): StreamWriter {
  const width = stream.channels.reduce((n, c) => n + c.components.length, 0);
  let t = new Float64Array(256);
  let columns = Array.from({ length: width }, () => new Int32Array(256));
  let held = 0;
  let rows = 0;
  let refused = 0;
  let stored = 0;
  /** Of the steps between rows that are no gaps, to tell the rate. */
  let steps = 0;
  let stepped = 0;
  let lastTime = Infinity;
  let capture: Awaited<ReturnType<CaptureStore['begin']>> | null = null;
  let failed: AppError | null = null;
  let queue: Promise<void> = Promise.resolve();

  function room(more: number): boolean {
    if (held + more > MAX_ROWS) return false;
    if (held + more <= t.length) return true;
    const size = Math.min(MAX_ROWS, Math.max(t.length * 2, held + more));
    const grown = new Float64Array(size);
    grown.set(t.subarray(0, held));
    t = grown;
    columns = columns.map((c) => { const g = new Int32Array(size); g.set(c.subarray(0, held)); return g; });
    return true;
  }

  async function write(batch: SampleBatch): Promise<void> {
    if (failed) return;
    try {
      capture ??= await store.begin({ title, source, channels: stream.channels as Channel[], nominalRateHz: stream.nominalRateHz });
      await capture.append(batch);
      stored += batch.t.length;
    } catch (error) {
      failed = toAppError(error);
      onError(failed);
    }
  }

  function flush(): Promise<void> {
    if (held > 0) {
      const batch = { t: t.slice(0, held), columns: columns.map((c) => c.slice(0, held)) };
      held = 0;
      queue = queue.then(() => write(batch));
    }
    return queue;
  }

  let waiting = 0;
  return {
    get rows() { return rows; },
    push(times, values) {
      const n = times.length;
      if (failed || !room(n)) { refused += n; return; }
      for (let i = 0; i < n; i++) {
        t[held + i] = times[i]!;
        for (let c = 0; c < width; c++) columns[c]![held + i] = values[c]?.[i] ?? MISSING_INT32;
        const step = times[i]! - lastTime;
        if (step >= 0 && step < GAP) { steps++; stepped += step; }
        lastTime = times[i]!;
      }
      held += n;
      rows += n;
    },
    async flush() {
      // While a slow disk has two frames before it, rows gather in the arrays, which have an end.
      if (waiting >= 2) return;
      waiting++;
      try { await flush(); } finally { waiting--; }
    },
    async finish({ report, clock }) {
      await flush();
      if (!capture) return null;
      const unsaved = refused + rows - stored;
      const skipped = unsaved > 0 ? [...report.skipped, { reason: failed ? failed.message : 'The disk was too slow.', count: unsaved, firstLine: 0 }] : report.skipped;
      const measured = stream.timing === 'device' && !stream.sparse && stepped > 1e6 ? Math.round((steps / stepped) * 1e8) / 100 : null;
      try {
        return await capture.finish({
          report: { ...report, rowsRead: stored, rowsSkipped: report.rowsSkipped + unsaved, skipped },
          annotations: [],
          draft: { source: { ...source, clock }, nominalRateHz: stream.nominalRateHz ?? measured },
        });
      } catch (error) {
        const known = toAppError(error);
        onError(known);
        return null;
      }
    },
  };
}
