import type { CsvPreview, ImportPreview, ImportQuestion, PreviewedRecording } from '../../../shared/api/imports.ts';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { CsvMapping, MappingProposal, TimeFormat } from '../../../shared/domain/csv-mapping.ts';
import type { Channel, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { isAppError, toAppError, type AppError } from '../../../shared/errors.ts';
import { headOf, openContainer } from './container.ts';
import { guessMapping } from './csv-mapping.ts';
import { detectFormat } from './detect.ts';
import type { ImportFile } from './file-blocks.ts';
import type { FormatId } from './formats/format.ts';
import { FIRST_CLOCK, formatOf, openImports, type Imports } from './imports.ts';
import type { ImportsOptions } from './series.ts';
import { zoneClock } from './zones.ts';

const HEAD = 256 << 10;
const EXAMPLE_ROWS = 8;
const MOST_BYTES = 64 << 20;
const MOST_MS = 8000;
/** What leaving rows out would help. */
const OF_ROWS = ['row-malformed', 'value-not-finite', 'file-truncated', 'clock-backwards'];
/** Formats whose times may be those of a clock on a wall. */
const MAY_BE_LOCAL: FormatId[] = ['fitbit', 'actigraph-csv', 'axivity-csv', 'gt3x', 'edf'];

export type PreviewOptions = ImportsOptions & {
  /** Expanded bytes and milliseconds that reading it through may take; beyond, `recordings` is null. */
  maxBytes?: number; milliseconds?: number;
};

type Read = { imports: Imports | null; recordings: PreviewedRecording[] | null; report: ImportPreview['report']; files: ImportPreview['files']; error: AppError | null };

/**
 * What importing a file would give, and what must be asked before. Reads small exports through and keeps nothing.
 * @throws AppError `file-not-found`, `file-empty`, `cancelled`, and those of an archive that cannot be opened
 */
export async function previewImport(from: ImportFile, options: PreviewOptions = {}): Promise<ImportPreview> {
  const container = await openContainer(from, options.maxExpandedBytes);
  const { name, kind, size } = container;
  const expanded = container.entries.reduce((n, e) => n + e.size, 0);
  let head: Uint8Array | null = null;
  let plain = false;
  try {
    const only = kind === 'file' ? container.entries[0]! : null;
    if (only) { head = await headOf(only, HEAD); plain = (await formatOf(only)) === null; }
  } finally {
    await container.close();
  }
  const wisdm = plain && isWisdm(head!, name);
  let proposal: MappingProposal | null = null;
  if (plain && !wisdm) try { proposal = guessMapping(head!); } catch { /* no table of numbers */ }

  const questions: ImportQuestion[] = [];
  const ask = (field: ImportQuestion['field'], required: boolean, message: string) => { questions.push({ field, required, message }); };
  let read = await readThrough(from, options, expanded, plain);
  let problem = read.error;
  let required = false;

  if (problem && proposal && !options.mapping && problem.code === 'format-unknown') {
    // The header may only lack a time, which the rate makes up for.
    const { channels } = proposal.mapping;
    const rated = options.rateHz === undefined && channels.every((c) => c.kind !== 'other') ? await readThrough(from, { ...options, rateHz: 1 }, expanded, plain) : null;
    if (rated && !rated.error) { read = { ...rated, recordings: null, report: null }; ask('rateHz', true, 'The file has no times: how many rows are there in a second?'); }
    else { required = true; ask('mapping', true, ['The columns are not all known; say what they measure.', ...proposal.doubts].join(' ')); }
  } else if (problem && wisdm && problem.code === 'format-unknown') {
    ask('subject', true, 'The file holds rows of several people: whose are to be read?');
  }
  const { time, rateHz } = options.mapping ?? { time: undefined, rateHz: undefined };
  if (time === null && rateHz === undefined && options.rateHz === undefined) ask('rateHz', true, 'The rows have no times: how many are there in a second?');
  if (problem && plain && OF_ROWS.includes(problem.code) && !options.skipBad) {
    const lenient = await readThrough(from, { ...options, skipBad: true }, expanded, plain);
    if (!lenient.error) { ask('skipMalformed', true, `${problem.message} Such rows can be left out and counted.`); read = lenient; }
  }
  const mayBeLocal = plain ? isLocal((options.mapping ?? proposal?.mapping)?.time?.format) : (read.imports?.formats ?? []).some((f) => MAY_BE_LOCAL.includes(f));
  const assumed = assumedZone(read, options, mayBeLocal);
  if (assumed !== null && options.zone === undefined) ask('zone', false, 'Some times name no zone. Where was the clock set? UTC is assumed otherwise.');
  return {
    name, bytes: size, source: kind, formats: read.imports?.formats ?? (proposal && required ? ['csv'] : []),
    recordings: read.recordings, report: read.report, files: read.files, zone: { assumed },
    csv: proposal && await csvPreview(head!, name, proposal, required, options), questions,
    problem: problem && { code: problem.code, message: problem.message, hint: problem.hint ?? null, retryable: problem.retryable },
  };
}

function isWisdm(head: Uint8Array, name: string): boolean {
  try { return detectFormat(head, name) === 'wisdm'; } catch { return false; }
}

/** Follows the recordings of an export that is small; of a large plain file, its beginning. */
async function readThrough(from: ImportFile, options: PreviewOptions, expanded: number, plain: boolean): Promise<Read> {
  const time = AbortSignal.timeout(options.milliseconds ?? MOST_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, time]) : time;
  const small = expanded <= (options.maxBytes ?? MOST_BYTES);
  const out: Read = { imports: null, recordings: null, report: null, files: [], error: null };
  try {
    const imports = out.imports = await openImports(from, { ...options, lend: true, signal, onProgress: undefined });
    out.files = imports.report().files;
    if (!small) {
      // Errors of its header are told when the first rows are asked for.
      if (plain) for await (const source of imports.recordings) { await source.batches[Symbol.asyncIterator]().return?.(undefined); break; }
      await imports.close();
      return out;
    }
    const recordings: PreviewedRecording[] = [];
    for await (const source of imports.recordings) recordings.push(await follow(source));
    const { total, files } = imports.report();
    return { ...out, recordings, report: total, files };
  } catch (cause) {
    await out.imports?.close();
    const error = toAppError(cause);
    if (error.code === 'cancelled') {
      if (options.signal?.aborted) throw error;
      return out;
    }
    if (error.code === 'internal' || error.code === 'disk-full') throw error;
    return { ...out, error };
  }
}

async function follow(source: RecordingSource): Promise<PreviewedRecording> {
  let rows = 0;
  let [first, last] = [NaN, NaN];
  for await (const { t } of source.batches) {
    if (t.length === 0) continue;
    if (rows === 0) first = t[0]!;
    rows += t.length;
    last = t.at(-1)!;
  }
  const { draft } = source;
  const { report } = source.finish();
  const alreadyThere = report.skipped.find((s) => s.reason === 'already-there')?.count ?? 0;
  const clock = draft.source.times === 'source' && first >= FIRST_CLOCK;
  return {
    title: draft.title, format: draft.source.kind as FormatId, device: draft.source.device, zone: draft.source.zone ?? null,
    channels: draft.channels.map(({ name, kind, unit, components, loinc }) => ({ name, kind, unit, components, loinc: loinc ?? null })),
    rows, alreadyThere, skipped: report.rowsSkipped - alreadyThere,
    from: clock ? Math.round(first / 1000) : null, to: clock ? Math.round(last / 1000) : null, durationSeconds: rows > 0 ? (last - first) / 1e6 : 0,
  };
}

const isLocal = (format: TimeFormat | undefined): boolean => format !== undefined && !['s', 'ms', 'us', 'ns'].includes(format);

function assumedZone(read: Read, { zone }: PreviewOptions, mayBeLocal: boolean): string | null {
  const said = (read.recordings ?? []).map((r) => r.zone);
  const spoken = (of: string | undefined) => said.includes(zoneClock(of).evidence);
  if (spoken(undefined)) return 'UTC';
  if (zone !== undefined && spoken(zone)) return zone;
  // Not read through: it may be.
  return read.recordings === null && mayBeLocal ? zone ?? 'UTC' : null;
}

async function csvPreview(head: Uint8Array, name: string, proposal: MappingProposal, required: boolean, options: PreviewOptions): Promise<CsvPreview> {
  const mapping = options.mapping ?? proposal.mapping;
  const rateHz = mapping.rateHz ?? options.rateHz ?? 1;
  const example = await firstRows(head, name, { ...mapping, rateHz }, options.zone);
  const clock = mapping.time !== null && example.some((r) => r.t !== null && r.t * 1000 >= FIRST_CLOCK);
  return { ...proposal, required, example, clock };
}

/** The first rows as a mapping reads them; none where it cannot. */
async function firstRows(head: Uint8Array, name: string, mapping: CsvMapping, zone: string | undefined): Promise<CsvPreview['example']> {
  const file = { name, size: head.length, read: async (offset: number, length: number) => head.slice(offset, offset + length) };
  const rows: CsvPreview['example'] = [];
  try {
    const imports = await openImports(file, { mapping, zone });
    try {
      for await (const source of imports.recordings) for await (const batch of source.batches) {
        for (let i = 0; i < batch.t.length && rows.length < EXAMPLE_ROWS; i++) rows.push({ t: batch.t[i]! / 1000, values: valuesAt(batch, source.draft.channels, i) });
        if (rows.length >= EXAMPLE_ROWS) return rows;
      }
    } finally {
      await imports.close();
    }
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
  return rows;
}

function valuesAt({ columns }: SampleBatch, channels: Channel[], i: number): (number | null)[] {
  const decimals = channels.flatMap((c) => c.components.map(() => c.decimals));
  return columns.map((column, c) => {
    const v = column[i]!;
    if (column instanceof Float64Array) return v === v ? v : null;
    return v === MISSING_INT32 ? null : v / 10 ** (decimals[c] ?? 0);
  });
}
