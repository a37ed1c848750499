import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, SampleBatch } from '../../../shared/domain/recording.ts';
import { csvText } from '../../datasets/csv-text.ts';
import { segmentRecording } from '../../datasets/segment.ts';
import { writeNewFile } from '../../recordings/new-file.ts';
import { writeDurably } from '../../vault/seal-segment.ts';
import { segmentFile } from '../../vault/segment-file.ts';

export type ExportWork = { channels: Channel[]; batches: AsyncIterable<SampleBatch>; signal: AbortSignal; onRows(rows: number): void };

async function* counted(it: ExportWork): AsyncGenerator<SampleBatch> {
  let rows = 0;
  for await (const batch of it.batches) {
    it.signal.throwIfAborted();
    yield batch;
    it.onRows((rows += batch.t.length));
  }
}

/** One file: `t [us]`, then a column for each component of each channel, named by the channel where there is more than one. */
export async function writeCsvFile(path: string, it: ExportWork): Promise<void> {
  const several = it.channels.length > 1;
  const names = it.channels.flatMap((c) => c.components.map((k) => `${c.components.length === 1 ? c.name : several ? `${c.name}_${k}` : k} [${c.unit}]`));
  const decimals = it.channels.flatMap((c) => c.components.map(() => c.decimals));
  await writeNewFile(path, async (file) => {
    await file.writeFile(`t [us],${names.join(',')}\n`);
    for await (const batch of counted(it)) for (const text of csvText(batch, decimals)) await file.writeFile(text);
  });
}

/** A folder like that of `phdex open`: a Parquet file for each segment, and what `phdex verify` holds them against. */
export async function writeParquetFolder(path: string, it: ExportWork, papers: Record<string, string>): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  for (const [name, text] of Object.entries(papers)) await writeFile(join(path, name), text, { mode: 0o600 });
  for await (const segment of segmentRecording({ channels: it.channels }, counted(it), { signal: it.signal })) {
    await writeDurably(join(path, segmentFile(segment.name).replace(/\.phdx$/, '.parquet')), segment.parquet);
  }
}
