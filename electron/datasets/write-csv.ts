import type { ManifestSegment } from '../../shared/domain/manifest.ts';
import type { Channel } from '../../shared/domain/recording.ts';
import { writeWholeFile } from '../recordings/new-file.ts';
import { csvText } from './csv-text.ts';
import { readSegment } from './read-segment.ts';
import { channelNamed } from './segment-format.ts';

/**
 * Writes a segment as CSV: `t [us],x [m/s2],…`, times since the start of the recording, values with the decimals
 * that they were recorded with, empty where missing. Atomic.
 */
export async function writeCsv({ parquet, segment, channels, path }: { parquet: Uint8Array; segment: Pick<ManifestSegment, 'name' | 'channel' | 'day'>; channels: Channel[]; path: string }): Promise<void> {
  const channel = channelNamed(channels, segment.channel);
  const { batches } = await readSegment({ parquet, segment, channels });
  await writeWholeFile(path, async (file) => {
    await file.writeFile(`t [us],${channel.components.map((c) => `${channel.components.length === 1 ? channel.name : c} [${channel.unit}]`).join(',')}\n`);
    const decimals = channel.components.map(() => channel.decimals);
    for (const batch of batches()) for (const text of csvText(batch, decimals)) await file.writeFile(text);
  });
}
