import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Channel, Column, SampleBatch } from '../../../shared/domain/recording.ts';
import { segmentRecording } from '../../datasets/segment.ts';
import { segmentFile } from '../../vault/segment-file.ts';

export type ExportWork = { channels: Channel[]; batches: AsyncIterable<SampleBatch>; signal: AbortSignal; onRows(rows: number): void };

/** A value of a column with the decimals that it was recorded with; empty where missing. */
export function valueText(column: Column, i: number, decimals: number | null): string {
  const value = column[i]!;
  if (decimals === null || column instanceof Float64Array) return Number.isNaN(value) ? '' : String(value);
  if (value === MISSING_INT32) return '';
  if (decimals === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

async function* counted(it: ExportWork): AsyncGenerator<SampleBatch> {
  let rows = 0;
  for await (const batch of it.batches) {
    it.signal.throwIfAborted();
    yield batch;
    it.onRows((rows += batch.t.length));
  }
}

const ROWS = 8192;

/** One file: `t [us]`, then a column for each component of each channel, named by the channel where there is more than one. */
export async function writeCsvFile(path: string, it: ExportWork): Promise<void> {
  const several = it.channels.length > 1;
  const names = it.channels.flatMap((c) => c.components.map((k) => `${c.components.length === 1 ? c.name : several ? `${c.name}_${k}` : k} [${c.unit}]`));
  const decimals = it.channels.flatMap((c) => c.components.map(() => c.decimals));
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`t [us],${names.join(',')}\n`);
    for await (const { t, columns } of counted(it)) {
      for (let from = 0; from < t.length; from += ROWS) {
        let text = '';
        for (let i = from; i < Math.min(t.length, from + ROWS); i++) {
          text += t[i];
          for (let c = 0; c < columns.length; c++) text += `,${valueText(columns[c]!, i, decimals[c]!)}`;
          text += '\n';
        }
        await file.writeFile(text);
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A folder like that of `phdex open`: a Parquet file for each segment, and what `phdex verify` holds them against. */
export async function writeParquetFolder(path: string, it: ExportWork, papers: Record<string, string>): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  for (const [name, text] of Object.entries(papers)) await writeFile(join(path, name), text, { mode: 0o600 });
  for await (const segment of segmentRecording({ channels: it.channels }, counted(it), { signal: it.signal })) {
    const file = await open(join(path, segmentFile(segment.name).replace(/\.phdx$/, '.parquet')), 'wx', 0o600);
    try {
      for await (const chunk of segment.parquet) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
