import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { ManifestSegment } from '../../shared/domain/manifest.ts';
import { MISSING_INT32 } from '../../shared/domain/missing.ts';
import type { Channel, Column } from '../../shared/domain/recording.ts';
import { readSegment } from './read-segment.ts';
import { channelNamed } from './segment-format.ts';

const ROWS = 8192;

/**
 * Writes a segment as CSV: `t [us],x [m/s2],…`, times since the start of the recording, values with the decimals
 * that they were recorded with, empty where missing. Atomic.
 */
export async function writeCsv({ parquet, segment, channels, path }: { parquet: Uint8Array; segment: Pick<ManifestSegment, 'name' | 'channel' | 'day'>; channels: Channel[]; path: string }): Promise<void> {
  const channel = channelNamed(channels, segment.channel);
  const { batches } = await readSegment({ parquet, segment, channels });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`t [us],${channel.components.map((c) => `${channel.components.length === 1 ? channel.name : c} [${channel.unit}]`).join(',')}\n`);
    for (const { t, columns } of batches()) {
      for (let from = 0; from < t.length; from += ROWS) {
        let text = '';
        for (let i = from; i < Math.min(t.length, from + ROWS); i++) {
          text += t[i];
          for (const c of columns) text += `,${valueText(c, i, channel.decimals)}`;
          text += '\n';
        }
        await file.writeFile(text);
      }
    }
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

function valueText(column: Column, i: number, decimals: number | null): string {
  const value = column[i]!;
  if (decimals === null) return Number.isNaN(value) ? '' : String(value);
  if (value === MISSING_INT32) return '';
  if (decimals === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
