import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { toFloats } from '../../electron/capture/import/decimal.ts';
import type { ImportsOptions } from '../../electron/capture/import/index.ts';
import { openOne } from '../open-one.ts';
import type { Channel, RecordingSource, SampleBatch } from '../../shared/domain/recording.ts';

const dir = mkdtempSync(join(tmpdir(), 'phdex-test-'));
let files = 0;
afterAll(() => rmSync(dir, { recursive: true, force: true }));

export const temporaryFolder = (): string => mkdtempSync(join(dir, 'd'));

export function file(text: string | Uint8Array, name = `f${files++}.csv`): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

export type Rows = { t: number[]; values: number[][] };

/** All rows of a source as plain numbers, whatever the columns' types. */
export async function drain(source: RecordingSource): Promise<Rows & { batches: SampleBatch[]; report: ReturnType<RecordingSource['finish']>['report']; channels: Channel[]; annotations: ReturnType<RecordingSource['finish']>['annotations'] }> {
  const batches: SampleBatch[] = [];
  for await (const batch of source.batches) batches.push(batch);
  const { report, channels, annotations } = source.finish();
  const decimals = source.draft.channels.flatMap((c) => c.components.map(() => c.decimals));
  const t = batches.flatMap((b) => [...b.t]);
  const values = decimals.map((d, i) => batches.flatMap((b) => [...toFloats(b.columns[i]!, d)]));
  return { t, values, batches, report, annotations, channels: channels ?? source.draft.channels };
}

export const importText = async (text: string | Uint8Array, options: ImportsOptions = {}) => drain(await openOne(file(text), options));

export const code = async (work: Promise<unknown>): Promise<{ code: string; message: string; hint?: string }> => {
  try { await work; } catch (error) { return error as { code: string; message: string; hint?: string }; }
  return { code: 'no error', message: '' };
};
