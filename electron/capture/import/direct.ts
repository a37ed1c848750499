import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Annotation, ImportReport, RecordingDraft, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { MAX_SCALED, POW10 } from './decimal.ts';
import { emptyReport, skip } from './series.ts';

const ROWS = 16384;
const EARLIEST = -2_208_988_800e6;
const LATEST = 7_258_118_400e6;

export type RowSink = {
  /** @returns true when a batch is full: then yield `take()` */
  add(t: number, values: ArrayLike<number>, line?: number): boolean;
  take(): SampleBatch;
  readonly size: number;
  report: ImportReport;
  annotations: Annotation[];
};

/**
 * A source that reads its file while it is followed: for a regular signal, whose rows are in order and need no sorting.
 * Rows whose clock goes back, and values that do not fit the channel, are left out and counted.
 */
export function directSource(draft: RecordingDraft, sourceBytes: number, read: (sink: RowSink) => AsyncGenerator<SampleBatch>): RecordingSource {
  const report = emptyReport(sourceBytes);
  const annotations: Annotation[] = [];
  const decimals = draft.channels.flatMap((c) => c.components.map(() => c.decimals));
  let t = new Float64Array(ROWS);
  let columns = decimals.map((d) => (d === null ? new Float64Array(ROWS) : new Int32Array(ROWS)));
  let n = 0;
  let last = -Infinity;
  const sink: RowSink = {
    report, annotations,
    get size() { return n; },
    add(at, values, line = 0) {
      const time = Math.round(at);
      if (!(time >= EARLIEST && time <= LATEST)) { skip(report, 'time-not-plausible', line); return false; }
      if (time < last) { skip(report, 'clock-backwards', line); return false; }
      for (let i = 0; i < decimals.length; i++) {
        const v = values[i]!;
        const d = decimals[i]!;
        if (v === Infinity || v === -Infinity || (d !== null && Math.abs(v * POW10[d]!) > MAX_SCALED)) { skip(report, 'value-not-finite', line); return false; }
        columns[i]![n] = d === null ? v : v === v ? Math.round(v * POW10[d]!) : MISSING_INT32;
      }
      t[n++] = last = time;
      return n === ROWS;
    },
    take() {
      const batch = { t: t.subarray(0, n), columns: columns.map((c) => c.subarray(0, n)) };
      report.rowsRead += n;
      t = new Float64Array(ROWS);
      columns = decimals.map((d) => (d === null ? new Float64Array(ROWS) : new Int32Array(ROWS)));
      n = 0;
      return batch as SampleBatch;
    },
  };
  async function* batches(): AsyncGenerator<SampleBatch> {
    yield* read(sink);
    if (n > 0) yield sink.take();
  }
  return { draft, batches: batches(), finish: () => ({ report, annotations }) };
}
