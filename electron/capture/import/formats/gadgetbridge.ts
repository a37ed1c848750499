import type Database from 'better-sqlite3';
import type { Channel } from '../../../../shared/domain/recording.ts';
import { AppError } from '../../../../shared/errors.ts';
import { headOf, wholeOf } from '../container.ts';
import { CHANNELS, whole } from '../kinds.ts';
import { seriesName, skip } from '../series.ts';
import type { Format } from './format.ts';

/** A database that is not a file of this disk, or keeps a log beside itself, is read from memory. */
const LARGEST = 1 << 30;

type Measure = { column: string; kind: string; title: string; channel: Channel; ok(v: number): boolean };
/** Tables are one a device family, with columns of the same names: they are found, not listed. */
const MEASURES: Measure[] = [
  { column: 'HEART_RATE', kind: 'heart-rate', title: 'Heart rate', channel: whole(CHANNELS.heartRate), ok: (v) => v > 0 && v < 255 },
  { column: 'STEPS', kind: 'steps', title: 'Steps', channel: whole(CHANNELS.steps), ok: (v) => v >= 0 },
  { column: 'RAW_INTENSITY', kind: 'activity-intensity', title: 'Activity intensity', channel: whole(CHANNELS.intensity), ok: (v) => v >= 0 && v < 255 },
  { column: 'SPO2', kind: 'spo2', title: 'Oxygen saturation', channel: whole(CHANNELS.spo2), ok: (v) => v > 0 && v <= 100 },
  { column: 'STRESS', kind: 'stress', title: 'Stress level', channel: whole(CHANNELS.stress), ok: (v) => v >= 0 && v <= 100 },
  { column: 'TEMPERATURE', kind: 'temperature', title: 'Temperature', channel: CHANNELS.temperature, ok: (v) => v > 0 && v < 60 },
];
const IN_TABLE: Record<string, Partial<Measure>> = {
  HRV_VALUE: { column: 'VALUE', kind: 'hrv-rmssd', title: 'Heart rate variability', channel: whole(CHANNELS.rmssd), ok: (v) => v > 0 },
  RESPIRATORY_RATE: { column: 'RATE', kind: 'respiratory-rate', title: 'Respiratory rate', channel: CHANNELS.respiration, ok: (v) => v > 0 },
};
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Gadgetbridge's SQLite export. Only plain tables are read; nothing in the file is run. */
export const gadgetbridge: Format = {
  id: 'gadgetbridge',
  matches: ({ text }) => text.startsWith('SQLite format 3\0'),
  async read(entry, { collector, pause }) {
    // Readers of whole formats are loaded when a file of theirs comes: a plain CSV file does not wait for them.
    const { default: Sqlite } = await import('better-sqlite3');
    const head = await headOf(entry, 100);
    let db: Database.Database;
    try {
      // In WAL mode SQLite would make files beside it: then from memory, with the mode set to the plain one (offsets 18 and 19).
      if (entry.path && head[18] === 1) db = new Sqlite(entry.path, { readonly: true, fileMustExist: true });
      else {
        const bytes = await wholeOf(entry, LARGEST);
        bytes[18] = bytes[19] = 1;
        db = new Sqlite(bytes, { readonly: true });
      }
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('format-unknown', `The file ${entry.name} is no database that can be read.`, { hint: 'Export it from Gadgetbridge again.', cause });
    }
    try {
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      const tables = (db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name LIKE '%\\_SAMPLE' ESCAPE '\\' LIMIT 500`).pluck().all() as string[]);
      if (tables.length === 0) throw new AppError('format-unknown', `The database ${entry.name} has no table of Gadgetbridge's samples.`, { hint: 'Choose the database that Gadgetbridge exported.' });
      const devices = devicesOf(db);
      // Pages of a database that was changed may point at each other: no honest row takes less than this.
      const most = Math.ceil(entry.size / 4);
      for (const table of tables) {
        const columns = (db.prepare(`SELECT name FROM pragma_table_info(?)`).pluck().all(table) as string[]).map((c) => c.toUpperCase());
        if (!columns.includes('TIMESTAMP')) { skip(collector.overall, `table-not-read: ${table.slice(0, 60)}`); continue; }
        const special = Object.entries(IN_TABLE).find(([part]) => table.includes(part))?.[1] as Measure | undefined;
        const measures = [...MEASURES, ...(special ? [special] : [])].filter((m) => columns.includes(m.column));
        if (measures.length === 0) { skip(collector.overall, `table-not-read: ${table.slice(0, 60)}`); continue; }
        const own = columns.includes('DEVICE_ID');
        let n = 0;
        for (const row of db.prepare(`SELECT TIMESTAMP, ${own ? 'DEVICE_ID' : '0'}, ${measures.map((m) => quoted(m.column)).join(', ')} FROM ${quoted(table)}`).raw().iterate() as Iterable<unknown[]>) {
          if (++n > most) throw new Error('more rows than fit');
          if (n % 4096 === 0) await pause();
          const stamp = row[0];
          if (typeof stamp !== 'number') { skip(collector.overall, 'time-malformed', n); continue; }
          // Seconds in the tables of activity, milliseconds in those of single measures.
          const t = stamp > 1e11 ? stamp * 1e3 : stamp * 1e6;
          const device = devices.get(Number(row[1]));
          measures.forEach((m, i) => {
            const v = row[i + 2];
            const rows = collector.open(seriesName('gadgetbridge', m.kind, table, device?.identity ?? String(row[1])), () => ({ title: `${m.title} (Gadgetbridge)`, kind: 'gadgetbridge', device: device?.model ?? null, channels: [m.channel], zone: 'UTC, as Gadgetbridge stores times.' }));
            if (typeof v === 'number' && m.ok(v)) rows.add(t, [v], n);
            else rows.skip('not-measured', n);
          });
        }
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('file-truncated', `The database ${entry.name} is damaged: ${error instanceof Error ? error.message.slice(0, 100) : 'it cannot be read'}.`, { hint: 'Export it from Gadgetbridge again.', cause: error });
    } finally {
      db.close();
    }
  },
};

/** Maker and model of each device; its address, which is unique, only goes into the digest of a series. */
function devicesOf(db: Database.Database): Map<number, { model: string; identity: string }> {
  const out = new Map<number, { model: string; identity: string }>();
  try {
    for (const row of db.prepare('SELECT _id AS id, NAME AS name, MANUFACTURER AS maker, IDENTIFIER AS identifier FROM DEVICE LIMIT 1000').all() as Record<string, unknown>[]) {
      const text = (key: string) => (typeof row[key] === 'string' ? row[key] : '');
      out.set(Number(row['id']), { model: `${text('maker')} ${text('name')}`.trim().slice(0, 80), identity: text('identifier') });
    }
  } catch { /* An export without the table still has its samples. */ }
  return out;
}
