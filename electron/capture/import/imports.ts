import { createHash } from 'node:crypto';
import type { FileOutcome, ImportReport, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import { createCollector } from './collector.ts';
import { headOf, openContainer, type Container, type Entry } from './container.ts';
import { openMappedCsv } from './csv-mapping.ts';
import { openCsv } from './csv.ts';
import { withoutKnown } from './dedupe.ts';
import { detectFormat } from './detect.ts';
import { openFile, readAt, type ImportFile, type LentFolder } from './file-blocks.ts';
import { actigraph } from './formats/actigraph.ts';
import { appleHealth } from './formats/apple-health.ts';
import { axivity } from './formats/axivity.ts';
import { edf } from './formats/edf.ts';
import { empatica } from './formats/empatica.ts';
import { fhir } from './formats/fhir.ts';
import { fit } from './formats/fit.ts';
import { fitbit } from './formats/fitbit.ts';
import type { Format, FormatContext, FormatId } from './formats/format.ts';
import { gadgetbridge } from './formats/gadgetbridge.ts';
import { gt3x } from './formats/gt3x.ts';
import { oura } from './formats/oura.ts';
import { samsung } from './formats/samsung.ts';
import { gpx, tcx } from './formats/tracks.ts';
import { cancelledIf, emptyReport, note, seriesName, skip, type ImportsOptions, type ImportsReport, type KnownRows } from './series.ts';
import { createSpool } from './spool.ts';
import { headText } from './text.ts';
import { openWisdm } from './wisdm.ts';
import { zoneClock } from './zones.ts';

/** The most telling first. */
const FORMATS: Format[] = [fit, gadgetbridge, edf, appleHealth, tcx, gpx, gt3x, empatica, actigraph, axivity, samsung, fhir, fitbit, oura];
const MEMORY = 128 << 20;
/** Times before this are counted from a start, not from 1970. */
export const FIRST_CLOCK = 631_152_000e6;

export type Imports = {
  name: string;
  kind: Container['kind'];
  /** Bytes of the file, the archive or all files of the folder. */
  size: number;
  formats: FormatId[];
  /** Each recording must be followed to its end, or left, before the next is asked for. */
  recordings: AsyncIterable<RecordingSource>;
  /** Complete once `recordings` has ended. */
  report(): ImportsReport;
  /** Lets go of the file and of what was put aside; `recordings` does so itself when it ends. */
  close(): Promise<void>;
};

/** Which format a file has; null for none of those that have several series or a container. */
export async function formatOf(entry: Entry): Promise<Format | null> {
  const bytes = await headOf(entry);
  const head = { bytes, text: headText(bytes), name: entry.name };
  return FORMATS.find((f) => f.matches(head)) ?? null;
}

/**
 * Opens an export (a file, a zip, a folder by its path) as the recordings that it holds: one for each series that has a
 * clock of its own. The file is read in one pass when the first is asked for; what is known already is left out and counted.
 * Bad rows are always left out and counted, except of plain CSV and WISDM, which are strict unless `skipBad`.
 * @throws AppError `file-not-found`, `file-empty`, `format-unknown`, `invalid-argument`; while reading also
 * `row-malformed`, `file-truncated`, `too-few-samples`, `cancelled`
 */
export async function openImports(from: ImportFile, options: ImportsOptions = {}): Promise<Imports> {
  cancelledIf(options.signal);
  zoneClock(options.zone);
  const container = await openContainer(from, options.maxExpandedBytes);
  const files: FileOutcome[] = [];
  const outcome = (name: string, format: string | null, reason?: string) => { if (files.length < 1000) files.push({ name, format, ...(reason ? { reason } : {}) }); };
  const found: { entry: Entry; format: Format }[] = [];
  let plain: 'csv' | 'wisdm' | 'mapped' | null = null;
  const overall = emptyReport(container.size);
  try {
    for (const { name, reason } of container.refused) { outcome(name, null, reason); skip(overall, `file-${reason}`); }
    for (const entry of container.entries) {
      cancelledIf(options.signal);
      if (options.mapping && container.entries.length === 1) { plain = 'mapped'; break; }
      if (entry.size === 0) { outcome(entry.name, null, 'empty'); continue; }
      let format: Format | null = null;
      try { format = await formatOf(entry); } catch (error) {
        if (container.kind === 'file' || isAppError(error, 'cancelled')) throw error;
        outcome(entry.name, null, toAppError(error).message);
        skip(overall, `file-${toAppError(error).code}`);
        continue;
      }
      if (format) found.push({ entry, format });
      else if (container.kind !== 'file') outcome(entry.name, null, 'format-unknown');
    }
    if (found.length === 0 && !plain) {
      if (container.kind !== 'file') throw new AppError('format-unknown', `${container.name} holds no file of a format that is known${overall.rowsSkipped > 0 ? `; ${overall.rowsSkipped} could not be opened` : ''}.`, { hint: 'Choose the export of a watch or an app, or a CSV file.' });
      plain = detectFormat(await headOf(container.entries[0]!, 64 << 10), container.name) as 'csv' | 'wisdm';
    }
  } catch (error) {
    await container.close();
    throw error;
  }

  let done = 0;
  let open = true;
  const spool = createSpool(options.spoolDir);
  const collector = createCollector({ spool, memoryBytes: options.memoryBytes ?? MEMORY, simulated: options.simulated ?? false, deviceOf: (device) => options.device ?? device });
  let breath = performance.now();
  async function pause(): Promise<void> {
    cancelledIf(options.signal);
    await collector.settle();
    if (performance.now() - breath < 20) return;
    await new Promise((resolve) => setImmediate(resolve));
    breath = performance.now();
  }
  /** Counts the progress, and lets a cancellation in, wherever a file is read. */
  const watched = (entry: Entry): Entry => ({
    ...entry,
    async *stream() {
      const share = entry.size > 0 ? entry.weight / entry.size : 0;
      for await (const chunk of entry.stream()) {
        cancelledIf(options.signal);
        done += chunk.length * share;
        options.onProgress?.(Math.min(Math.round(done), container.size), container.size);
        yield chunk;
      }
    },
  });

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await spool.close();
    await container.close();
  }
  const total = emptyReport(container.size);
  let recordings = 0;

  /** Leaves out what is known, and the whole recording where nothing is left. */
  async function prepared(source: RecordingSource, fingerprint: () => Promise<string>): Promise<RecordingSource | null> {
    const own = source.batches[Symbol.asyncIterator]();
    const first = await own.next();
    async function* rest(): AsyncGenerator<SampleBatch> {
      if (!first.done) yield first.value;
      for (let step = await own.next(); !step.done; step = await own.next()) yield step.value;
    }
    const draft = { ...source.draft, source: { ...source.draft.source, device: options.device ?? source.draft.source.device, simulated: options.simulated ?? source.draft.source.simulated } };
    // Times that count from a start say nothing of when: only the same file is known again.
    if (draft.source.series === undefined || (!first.done && first.value.t[0]! < FIRST_CLOCK)) {
      draft.source.series = !first.done && first.value.t[0]! >= FIRST_CLOCK
        ? seriesName(draft.source.kind, 'rows', ...draft.channels.map((c) => `${c.name} ${c.unit}`), draft.source.device)
        : seriesName(draft.source.kind, 'file', await fingerprint());
    }
    let left = 0;
    const known: KnownRows[] = await options.known?.(draft.source.series) ?? [];
    const fresh = withoutKnown(rest(), draft.channels, known, (count) => { left += count; })[Symbol.asyncIterator]();
    let head = await fresh.next();
    let [from, to] = [head.done ? Infinity : head.value.t[0]!, -Infinity];
    let report: ImportReport | undefined;
    const finish: RecordingSource['finish'] = () => {
      const end = source.finish();
      report ??= { ...end.report, rowsRead: Math.max(0, end.report.rowsRead - left), rowsSkipped: end.report.rowsSkipped, skipped: end.report.skipped.map((s) => ({ ...s })), notes: [...end.report.notes], sourceBytes: container.size };
      if (left > 0 && !report.skipped.some((s) => s.reason === 'already-there')) skip(report, 'already-there', 0, left);
      const annotations = left === 0 ? end.annotations : end.annotations.filter((a) => a.to > from && a.from <= to);
      return { ...end, report, annotations };
    };
    const count = () => {
      const { report: r } = finish();
      total.rowsRead += r.rowsRead;
      for (const s of r.skipped) skip(total, s.reason, s.firstLine, s.count);
      for (const n of r.notes) note(total, n);
    };
    if (head.done) { count(); return null; }
    return {
      draft, finish,
      batches: (async function* () {
        for (; !head.done; head = await fresh.next()) { to = head.value.t.at(-1)!; yield head.value; }
        recordings++;
        count();
      })(),
    };
  }

  async function* all(): AsyncGenerator<RecordingSource> {
    try {
      if (plain) {
        const source = await plainSource();
        const ready = await prepared(source, () => fingerprintOf(container.entries[0]!));
        outcome(container.name, plain === 'wisdm' ? 'wisdm' : 'csv');
        if (ready) yield ready;
        return;
      }
      const context: FormatContext = { collector, container: { ...container, entries: container.entries.map(watched) } as Container, options, clock: () => zoneClock(options.zone), shared: new Map(), pause };
      const direct: { entry: Entry; source: RecordingSource }[] = [];
      let failed: AppError | undefined;
      let well = 0;
      for (const { entry, format } of found) {
        cancelledIf(options.signal);
        try {
          for (const source of await format.read(watched(entry), context) ?? []) direct.push({ entry, source });
          outcome(entry.name, format.id);
          well++;
        } catch (error) {
          const known = toAppError(error);
          if (known.code === 'cancelled' || known.code === 'disk-full' || known.code === 'internal' || container.kind === 'file') throw known;
          failed ??= known;
          outcome(entry.name, format.id, known.message);
          skip(overall, `file-${known.code}`);
        }
      }
      if (well === 0 && failed) throw failed;
      let some = 0;
      for (const source of collector.sources()) {
        const ready = await prepared(source, async () => '');
        if (ready) { some++; yield ready; }
      }
      for (const { entry, source } of direct) {
        let ready: RecordingSource | null = null;
        try { ready = await prepared(source, () => fingerprintOf(entry)); } catch (error) {
          const known = toAppError(error);
          if (known.code === 'cancelled' || container.kind === 'file' || direct.length === 1) throw known;
          outcome(entry.name, null, known.message);
          skip(overall, `file-${known.code}`);
        }
        if (ready) { some++; yield ready; }
      }
      const there = total.skipped.find((s) => s.reason === 'already-there')?.count ?? 0;
      if (some === 0 && there === 0) throw new AppError('too-few-samples', `${container.name} holds no sample that can be read.`, { hint: 'Check that the export holds what you expect.', details: { skipped: overall.rowsSkipped + collector.overall.rowsSkipped + total.rowsSkipped } });
    } catch (error) {
      await close();
      throw error;
    } finally {
      await close();
    }
  }

  async function plainSource(): Promise<RecordingSource> {
    if (plain === 'mapped') return openMappedCsv(watched(container.entries[0]!), { ...options.mapping!, rateHz: options.mapping!.rateHz ?? options.rateHz }, { ...options, pause });
    const only = from as Exclude<ImportFile, LentFolder>;
    const path = typeof only === 'string' ? only : only.name;
    const { file, size } = await openFile(only);
    try {
      return plain === 'wisdm' ? openWisdm(path, file, size, options) : await openCsv(path, file, size, await readAt(file, 0, Math.min(size, 64 << 10)), { ...options, ...(typeof only === 'string' ? {} : { threads: 0 }) });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  return {
    name: container.name, kind: container.kind, size: container.size,
    formats: plain ? [plain === 'wisdm' ? 'wisdm' : 'csv'] : [...new Set(found.map((f) => f.format.id))],
    recordings: all(),
    report() {
      const sum: ImportReport = { ...total, skipped: total.skipped.map((s) => ({ ...s })), notes: [...total.notes] };
      for (const part of [overall, collector.overall]) for (const s of part.skipped) skip(sum, s.reason, s.firstLine, s.count);
      return { recordings, total: sum, files: [...files] };
    },
    close,
  };
}

async function fingerprintOf(entry: Entry): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of entry.stream()) hash.update(chunk);
  return hash.digest('hex');
}
