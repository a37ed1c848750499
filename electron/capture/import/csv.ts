import { basename } from 'node:path';
import type { Annotation, Channel, ImportReport, RecordingSource, SampleBatch, SkippedRows } from '../../../shared/domain/recording.ts';
import type { ByteFile } from './file-blocks.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { csvBlocks } from './csv-blocks.ts';
import type { CsvBlock } from './csv-block.ts';
import { toFloats } from './decimal.ts';
import { readHeader, type TimeUnit } from './csv-plan.ts';
import { probeCsv } from './probe-csv.ts';
import { createRateCheck } from './row-checks.ts';
import { shapeOf } from './shape-of.ts';
import { zoneClock } from './zones.ts';

export type CsvOptions = {
  /** Rows in a second, for a file without times. */
  rateHz?: number;
  /** Of a WISDM file of several people: whose rows to read. */
  subject?: string;
  unit?: string; timeUnit?: TimeUnit; title?: string; device?: string; simulated?: boolean; skipBad?: boolean;
  signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void;
  /** Batches are only there until the next one is asked for: for a reader that keeps none, such as the store. */
  lend?: boolean;
  /** IANA name of the zone in which clocks without one were set, such as `Europe/Berlin`. Without it, UTC is assumed and said. */
  zone?: string;
  /** For tests: where blocks begin must not matter. */
  blockBytes?: number; threads?: number;
};

const HINT: Record<string, string> = {
  'row-malformed': 'Correct the line, or import with --skip-malformed to leave such rows out and have them counted.',
  'value-not-finite': 'Leave the field empty where a value is missing, or import with --skip-malformed.',
  'file-truncated': 'Copy or export the file again, or import with --skip-malformed to leave the last row out.',
  'clock-backwards': 'Split the file there, or import with --skip-malformed to leave the rows out that go back.',
};

/** Reads a CSV file with a header as a recording. @param head at least its first line */
export async function openCsv(path: string, file: ByteFile, size: number, head: Uint8Array, options: CsvOptions): Promise<RecordingSource> {
  const { text, from, line: headerLine } = headerLineOf(head);
  const header = readHeader(text, options);
  const probe = await probeCsv({ file, size, from, header, timeUnit: options.timeUnit });
  const channels = probe.channels;
  const report: ImportReport = { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [...header.notes, ...probe.notes], sourceBytes: size };
  const clock = probe.local ? zoneClock(options.zone) : null;
  if (clock) report.notes.push(clock.evidence);
  const step = header.roles.includes(-1) ? null : 1e6 / options.rateHz!;
  const promoted = new Set<string>();
  const channelOf = channels.flatMap((c) => c.components.map(() => c.name));

  function problem(code: ErrorCode, line: number, sentence: string): void {
    if (!options.skipBad) throw new AppError(code, sentence, { hint: HINT[code], details: { line } });
    countSkipped(report.skipped, code, line);
    report.rowsSkipped++;
  }

  async function* batches(): AsyncGenerator<SampleBatch> {
    let lineBase = headerLine + 1;
    let last = -Infinity;
    let rows = 0;
    let done = from;
    const rate = createRateCheck((row) => lineBase + Math.max(0, row - rows));
    try {
      for await (const block of csvBlocks({ path, file, size, from, plan: probe.plan, blockBytes: options.blockBytes, threads: options.threads, lend: options.lend, signal: options.signal })) {
        for (const p of block.problems) problem(p.code, lineBase + p.line, sentenceOf(p.code, lineBase + p.line, p.text, header.names.length));
        report.rowsSkipped += block.problemCount - block.problems.length;
        if (step !== null) for (let i = 0; i < block.t.length; i++) block.t[i] = Math.round((rows + i) * step);
        // Before their order is looked at: a clock that was put back an hour goes on in UTC.
        if (clock && options.zone !== undefined) for (let i = 0; i < block.t.length; i++) block.t[i] = clock.toUtc(block.t[i]!);
        const batch = inOrder(block, last, (row, was) => {
          const line = lineBase + lineOfRow(block, row);
          problem('clock-backwards', line, `The clock goes back on line ${line}, by ${((was - block.t[row]!) / 1e6).toFixed(6)} s.`);
        });
        block.columns.forEach((column, i) => { if (column instanceof Float64Array && probe.plan.decimals[i]! >= 0) promoted.add(channelOf[i]!); });
        harmonise(batch, channels, promoted);
        if (batch.t.length > 0) {
          rate.push(batch.t, rows);
          last = batch.t.at(-1)!;
          rows += batch.t.length;
        }
        lineBase += block.lines;
        done += block.bytes;
        options.onProgress?.(Math.min(done, size), size);
        if (batch.t.length > 0) yield batch;
      }
      if (rows < 2) throw new AppError('too-few-samples', rows === 0 ? `The file ${basename(path)} has a header and no sample.` : `The file ${basename(path)} has a single sample.`, { hint: 'A recording needs at least two samples; check the export.' });
      report.rowsRead = rows;
    } finally {
      await file.close();
    }
  }

  return {
    draft: {
      title: options.title ?? basename(path).replace(/\.[^.]+$/, ''),
      source: { kind: 'csv', device: options.device ?? null, simulated: options.simulated ?? false, times: step === null ? 'source' : 'nominal', ...(clock ? { zone: clock.evidence } : {}) },
      channels,
      nominalRateHz: step === null ? probe.nominalRateHz : options.rateHz!,
    },
    batches: batches(),
    finish: () => {
      const final = channels.map((c): Channel => (promoted.has(c.name) ? { ...c, decimals: null } : c));
      return { report, annotations: [] as Annotation[], ...(promoted.size > 0 ? { channels: final } : {}) };
    },
  };
}

/** First line that is neither blank nor a `#` comment, and where the rows begin. */
function headerLineOf(head: Uint8Array): { text: string; from: number; line: number } {
  let from = 0;
  for (let line = 1; ; line++) {
    const end = head.indexOf(10, from);
    const text = new TextDecoder().decode(head.subarray(from, end < 0 ? head.length : end)).replace(/\r$/, '');
    const next = end < 0 ? head.length : end + 1;
    if (text.trim() !== '' && !text.startsWith('#')) return { text, from: next, line };
    if (end < 0) throw new AppError('format-unknown', 'The file has no header line.', { hint: 'Put a header such as `t,x,y,z` on the first line.' });
    from = next;
  }
}

function sentenceOf(code: ErrorCode, line: number, text: string, width: number): string {
  const fields = `Line ${line}`;
  if (code === 'value-not-finite') return `${fields} holds a value that is not a finite number: «${shapeOf(text, 80)}».`;
  if (code === 'file-truncated') return `The file ends within line ${line}: «${shapeOf(text, 80)}».`;
  return `${fields} is not a row of ${width} fields that can be read: «${shapeOf(text, 80)}».`;
}

export function countSkipped(skipped: SkippedRows[], reason: string, line: number): void {
  const known = skipped.find((s) => s.reason === reason);
  if (known) known.count++;
  else skipped.push({ reason, count: 1, firstLine: line });
}

/** The line of a block's row, counted from the block's start. */
function lineOfRow(block: CsvBlock, row: number): number {
  let line = row;
  for (const skipped of block.skippedLines) { if (skipped > line) break; line++; }
  return line;
}

/** The block's rows whose times do not go back; `back` is told of each that does. */
function inOrder(block: CsvBlock, last: number, back: (row: number, was: number) => void): SampleBatch {
  const { t } = block;
  let sorted = true;
  for (let i = 0, was = last; i < t.length; i++) { if (t[i]! < was) { sorted = false; break; } was = t[i]!; }
  if (sorted) return { t, columns: block.columns };
  const keep: number[] = [];
  let was = last;
  for (let i = 0; i < t.length; i++) {
    if (t[i]! < was) back(i, was);
    else { was = t[i]!; keep.push(i); }
  }
  const pick = (column: Float64Array | Int32Array) => column.constructor === Float64Array ? Float64Array.from(keep, (i) => column[i]!) : Int32Array.from(keep, (i) => column[i]!);
  return { t: Float64Array.from(keep, (i) => t[i]!), columns: block.columns.map(pick) };
}

/** All components of a channel have one type: where one became Float64, its neighbours do too. */
function harmonise(batch: SampleBatch, channels: Channel[], promoted: Set<string>): void {
  if (promoted.size === 0) return;
  let at = 0;
  for (const channel of channels) {
    for (let i = 0; i < channel.components.length; i++, at++) if (promoted.has(channel.name)) batch.columns[at] = toFloats(batch.columns[at]!, channel.decimals);
  }
}
