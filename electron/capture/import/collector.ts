import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Annotation, Channel, ImportOrigin, RecordingSource, SampleBatch, SourceInfo } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_SCALED, POW10 } from './decimal.ts';
import { SortedRows } from './sorted-rows.ts';
import type { Spool } from './spool.ts';
import { emptyReport, note, skip } from './series.ts';

/** A stretch of an export has names for so many laps or stages at most. */
const MAX_ANNOTATIONS = 20_000;
/** What a file says of where a recording comes from: a clinic and a device or two. */
const MAX_ORIGINS = 20;
/** Series of one export: a watch and a phone have some dozens. */
const MAX_SERIES = 400;
/** 1900 to 2200, in microseconds: what lies outside is not the time of a measurement. */
const EARLIEST = -2_208_988_800e6;
const LATEST = 7_258_118_400e6;

export type SeriesInit = {
  title: string;
  kind: SourceInfo['kind'];
  device: string | null;
  channels: Channel[];
  zone?: string;
  times?: SourceInfo['times'];
  nominalRateHz?: number | null;
};

export type SeriesRows = {
  /** @param t microseconds since the Unix epoch @param line where it stands, for the report */
  add(t: number, values: readonly number[], line?: number): void;
  annotate(from: number, to: number, label: string): void;
  skip(reason: string, line?: number, count?: number): void;
  note(text: string): void;
  /** An offset from UTC that the source gave with a time, such as `+01:00`: kept as evidence. */
  offset(text: string): void;
  /** What the file says of where the series comes from; kept with its report. */
  origin(origin: ImportOrigin, line?: number): void;
};

export type Collector = ReturnType<typeof createCollector>;

/**
 * Takes the rows of an export whose series are mixed and in any order, and gives back one source a series, sorted, each
 * row once. Holds at most `memoryBytes` of rows; the rest is put aside, encrypted.
 */
export function createCollector(options: { spool: Spool; memoryBytes: number; simulated: boolean; deviceOf(device: string | null): string | null }) {
  type Held = { id: string; init: SeriesInit; rows: SortedRows; report: ReturnType<typeof emptyReport>; annotations: Annotation[]; offsets: Set<string>; origins: Map<string, ImportOrigin>; exact: boolean[]; out: SeriesRows };
  const series = new Map<string, Held>();
  const overall = emptyReport();
  const none: SeriesRows = { add: (_t, _v, line) => skip(overall, 'too-many-series', line), annotate: () => undefined, skip: (reason, line, count) => skip(overall, reason, line, count), note: () => undefined, offset: () => undefined, origin: () => undefined };
  let since = 0;

  function open(id: string, init: () => SeriesInit): SeriesRows {
    const known = series.get(id);
    if (known) return known.out;
    if (series.size >= MAX_SERIES) return none;
    const it = init();
    const report = emptyReport();
    const width = it.channels.reduce((n, c) => n + c.components.length, 0);
    const held: Held = {
      id, init: it, report, annotations: [], offsets: new Set(), origins: new Map(), exact: new Array<boolean>(width).fill(true),
      rows: new SortedRows(width, options.spool, (count) => skip(report, 'repeated', 0, count)),
      out: {
        add(t, values, line = 0) {
          const at = Math.round(t);
          if (!(at >= EARLIEST && at <= LATEST)) { skip(report, 'time-not-plausible', line); return; }
          let some = false;
          for (let i = 0; i < width; i++) {
            const v = values[i]!;
            if (v === Infinity || v === -Infinity) { skip(report, 'value-not-finite', line); return; }
            if (v === v) some = true;
          }
          if (!some) { skip(report, 'value-missing', line); return; }
          for (let i = 0, c = 0, k = 0; i < width; i++) {
            const channel = it.channels[c]!;
            const v = values[i]!;
            if (channel.decimals !== null && v === v) {
              const scaled = v * POW10[channel.decimals]!;
              if (Math.abs(scaled - Math.round(scaled)) > 1e-6 || Math.abs(scaled) > MAX_SCALED) held.exact[i] = false;
            }
            if (++k === channel.components.length) { c++; k = 0; }
          }
          held.rows.push(at, values);
          since++;
        },
        annotate(from, to, label) {
          const [a, b] = [Math.round(from), Math.round(to)];
          if (!(a >= EARLIEST && b <= LATEST && a < b)) { skip(report, 'time-not-plausible'); return; }
          if (held.annotations.length >= MAX_ANNOTATIONS) { skip(report, 'too-many-annotations'); return; }
          // The same stage may stand in two files of an export.
          held.annotations.push({ from: a, to: b, label: label.slice(0, 40) });
        },
        skip: (reason, line, count) => skip(report, reason, line, count),
        note: (text) => note(report, text),
        offset: (text) => { if (held.offsets.size < 12) held.offsets.add(text); },
        origin(origin, line = 0) {
          const key = JSON.stringify(origin);
          if (held.origins.has(key)) return;
          if (held.origins.size >= MAX_ORIGINS) { skip(report, 'provenance-too-many', line); return; }
          held.origins.set(key, origin);
        },
      },
    };
    series.set(id, held);
    return held.out;
  }

  /** Puts rows aside where too many are held. To be awaited now and then while reading. */
  async function settle(): Promise<void> {
    if (since < 16384) return;
    since = 0;
    let bytes = 0;
    for (const s of series.values()) bytes += s.rows.heldBytes;
    if (bytes <= options.memoryBytes) return;
    for (const s of [...series.values()].sort((a, b) => b.rows.heldBytes - a.rows.heldBytes)) {
      if (bytes <= options.memoryBytes / 2) break;
      bytes -= s.rows.heldBytes;
      await s.rows.putAside();
    }
  }

  function source(s: Held): RecordingSource {
    let at = 0;
    const channels = s.init.channels.map((c): Channel => {
      const own = s.exact.slice(at, at += c.components.length);
      return c.decimals !== null && own.every(Boolean) ? c : { ...c, decimals: null };
    });
    const decimals = channels.flatMap((c) => c.components.map(() => c.decimals));
    const zone = s.init.zone ?? (s.offsets.size > 0 ? `Offsets given with the times: ${[...s.offsets].sort().join(', ')}.` : undefined);
    let rows = 0;
    async function* batches(): AsyncGenerator<SampleBatch> {
      for await (const block of s.rows.read()) {
        const width = decimals.length + 1;
        const count = block.length / width;
        const t = new Float64Array(count);
        for (let i = 0; i < count; i++) t[i] = block[i * width]!;
        const columns = decimals.map((d, c) => {
          if (d === null) { const out = new Float64Array(count); for (let i = 0; i < count; i++) out[i] = block[i * width + c + 1]!; return out; }
          const out = new Int32Array(count);
          for (let i = 0; i < count; i++) { const v = block[i * width + c + 1]!; out[i] = v === v ? Math.round(v * POW10[d]!) : MISSING_INT32; }
          return out;
        });
        rows += count;
        yield { t, columns };
      }
    }
    return {
      draft: {
        title: s.init.title.slice(0, 120),
        source: { kind: s.init.kind, device: options.deviceOf(s.init.device), simulated: options.simulated, times: s.init.times ?? 'source', series: s.id, ...(zone ? { zone: zone.slice(0, 120) } : {}) },
        channels, nominalRateHz: s.init.nominalRateHz ?? null,
      },
      batches: batches(),
      finish: () => ({ report: { ...s.report, rowsRead: rows, ...(s.origins.size > 0 ? { origins: [...s.origins.values()] } : {}) }, annotations: once(s.annotations) }),
    };
  }

  return {
    open, settle, overall,
    /** For a source that reads its rows itself, such as the one of a regular signal. */
    * sources(): Generator<RecordingSource> {
      for (const s of series.values()) {
        if (!s.rows.empty) yield source(s);
        else for (const r of s.report.skipped) skip(overall, r.reason, r.firstLine, r.count);
      }
    },
  };
}

function once(annotations: Annotation[]): Annotation[] {
  const seen = new Set<string>();
  return annotations.sort((a, b) => a.from - b.from || a.to - b.to).filter((a) => { const key = `${a.from} ${a.to} ${a.label}`; return !seen.has(key) && seen.add(key); });
}

/** A number of a text file; NaN for an empty field. @returns undefined for what is no number */
export function numberOf(text: string | undefined): number | undefined {
  const plain = (text ?? '').trim();
  if (plain === '') return NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

export const notThisFormat = (name: string, what: string, hint = 'Export it again, or choose another file.') => new AppError('format-unknown', `The file ${name} ${what}.`, { hint });
