import { createHash } from 'node:crypto';
import type { Annotation, ImportReport, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError, type ErrorCode } from '../../../shared/errors.ts';
import { countSkipped, type CsvOptions } from './csv.ts';
import { readLineBlock, type ByteFile } from './file-blocks.ts';
import { shapeOf } from './shape-of.ts';

/** Nominal: the files carry no usable times. */
export const WISDM_RATE_HZ = 20;
/** Activities were recorded apart; the rows must not look continuous across them. */
const GAP = 60e6;

/** Letters of the WISDM activity recognition data set (Weiss 2019, UCI 507). */
const ACTIVITIES: Record<string, string> = {
  A: 'walking', B: 'jogging', C: 'stairs', D: 'sitting', E: 'standing', F: 'typing', G: 'brushing teeth', H: 'eating soup', I: 'eating chips', J: 'eating pasta',
  K: 'drinking', L: 'eating a sandwich', M: 'kicking', O: 'catching', P: 'dribbling', Q: 'writing', R: 'clapping', S: 'folding clothes',
};

const LINE = /^(\d{1,6}),([A-Z])(?:,\d+)?,([^,]+),([^,]+),([^,;]+)(;?)\s*$/;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const NOT_FINITE = /^\s*[+-]?(nan|inf|infinity)\s*$/i;
/** A stretch may be held back to see whether it repeats another; above this it is not. */
const MAX_HELD = 1 << 20;

type Stretch = { activity: string; x: number[]; y: number[]; z: number[]; firstLine: number };

/**
 * Reads lines of WISDM, `subject,activity,x,y,z;` at 20 Hz nominal. Each activity is a stretch of its own with an
 * annotation and a pause of 60 s before the next. A stretch that repeats an earlier one exactly is left out and
 * counted. The subject's number is not kept.
 */
export function openWisdm(path: string, file: ByteFile, size: number, options: CsvOptions): RecordingSource {
  const rateHz = options.rateHz ?? WISDM_RATE_HZ;
  const step = 1e6 / rateHz;
  const report: ImportReport = { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [`The file has no times; ${rateHz} Hz nominal was assumed, with a pause of 60 s between activities.`], sourceBytes: size };
  const annotations: Annotation[] = [];
  const seen = new Set<string>();
  let next = 0;

  function problem(code: ErrorCode, line: number, sentence: string, hint: string): void {
    if (!options.skipBad) throw new AppError(code, sentence, { hint, details: { line } });
    countSkipped(report.skipped, code, line);
    report.rowsSkipped++;
  }

  function close(stretch: Stretch): SampleBatch | null {
    const rows = stretch.x.length;
    const columns = [stretch.x, stretch.y, stretch.z].map((c) => Float64Array.from(c));
    const hash = createHash('sha256').update(stretch.activity);
    for (const c of columns) hash.update(new Uint8Array(c.buffer));
    const print = hash.digest('hex');
    if (rows > 1 && seen.has(print)) {
      report.notes.push(`${rows} rows of ${name(stretch.activity)} from line ${stretch.firstLine} on repeat an earlier stretch exactly and were left out.`);
      const known = report.skipped.find((s) => s.reason === 'repeated');
      if (known) known.count += rows;
      else report.skipped.push({ reason: 'repeated', count: rows, firstLine: stretch.firstLine });
      report.rowsSkipped += rows;
      return null;
    }
    seen.add(print);
    const start = next;
    const t = Float64Array.from({ length: rows }, (_, i) => start + Math.round(i * step));
    annotations.push({ from: start, to: start + Math.round(rows * step), label: name(stretch.activity) });
    next = start + Math.round(rows * step) + GAP;
    report.rowsRead += rows;
    return { t, columns };
  }

  async function* batches(): AsyncGenerator<SampleBatch> {
    let line = 0;
    let subject: string | undefined;
    let stretch: Stretch | undefined;
    let others = 0;
    try {
      for (let index = 0; ; index++) {
        if (options.signal?.aborted) throw new AppError('cancelled', 'The import was cancelled.', { hint: 'Nothing was kept.' });
        const block = await readLineBlock(file, size, 0, index, options.blockBytes ?? 1 << 20);
        if (!block) break;
        const lines = new TextDecoder().decode(block.bytes).split('\n');
        const unfinished = lines.pop() ?? '';
        if (unfinished !== '') lines.push(unfinished);
        for (let i = 0; i < lines.length; i++) {
          line++;
          const text = lines[i]!;
          if (text.trim() === '') continue;
          const m = LINE.exec(text);
          const cut = block.atEnd && i === lines.length - 1 && unfinished !== '' && (!m || m[6] === '');
          if (cut) { problem('file-truncated', line, `The file ends within line ${line}: «${shapeOf(text)}».`, 'Copy the file again, or import with --skip-malformed to leave the last row out.'); continue; }
          const values = m ? [m[3]!, m[4]!, m[5]!] : [];
          if (!m || !values.every((v) => NUMBER.test(v) && Number.isFinite(Number(v)))) {
            const infinite = values.some((v) => NOT_FINITE.test(v) || (NUMBER.test(v) && !Number.isFinite(Number(v))));
            problem(infinite ? 'value-not-finite' : 'row-malformed', line, infinite ? `Line ${line} holds a value that is not a finite number: «${shapeOf(text)}».` : `Line ${line} is not «subject,activity,x,y,z;»: «${shapeOf(text)}».`, 'Correct the line, or import with --skip-malformed to leave such rows out and have them counted.');
            continue;
          }
          if (options.subject !== undefined && m[1] !== options.subject) {
            others += 1;
            const batch = stretch && close(stretch);
            stretch = undefined;
            if (batch) yield batch;
            continue;
          }
          subject ??= m[1]!;
          if (m[1] !== subject) throw new AppError('format-unknown', `Line ${line} begins the rows of another person; a recording is of one.`, { hint: 'Say whose rows to read, by the number in the first column.', details: { line } });
          if (!stretch || stretch.activity !== m[2] || stretch.x.length >= MAX_HELD) {
            const batch = stretch && close(stretch);
            if (batch) yield batch;
            // A stretch that was cut for its length goes on without a pause.
            if (stretch && stretch.activity === m[2] && batch) next -= GAP;
            stretch = { activity: m[2]!, x: [], y: [], z: [], firstLine: line };
          }
          stretch.x.push(Number(values[0]));
          stretch.y.push(Number(values[1]));
          stretch.z.push(Number(values[2]));
        }
        options.onProgress?.(Math.min(size, (index + 1) * (options.blockBytes ?? 1 << 20)), size);
      }
      const batch = stretch && close(stretch);
      if (batch) yield batch;
      if (others > 0) report.notes.push(`${others} rows of other people were not read.`);
      if (report.rowsRead < 2) throw new AppError('too-few-samples', report.rowsRead === 0 ? 'The file has no sample.' : 'The file has a single sample.', { hint: 'A recording needs at least two samples; check the file.' });
    } finally {
      await file.close();
    }
  }

  return {
    draft: {
      title: options.title ?? 'WISDM recording',
      source: { kind: 'wisdm', device: options.device ?? null, simulated: options.simulated ?? false, times: 'nominal' },
      channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: null }],
      nominalRateHz: rateHz,
    },
    batches: batches(),
    finish: () => ({ report, annotations }),
  };
}

const name = (letter: string) => ACTIVITIES[letter] ?? `activity ${letter}`;
