import type { Channel } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import type { ParquetColumn } from './parquet/format.ts';

/** Rows after which a row group ends, at the next minute. */
export const GROUP_ROWS = 65_536;
/** Most rows of one minute: 70 kHz. */
export const MAX_MINUTE_ROWS = (4 << 20) - GROUP_ROWS;

export const segmentName = (channel: string, day: number): string => `${channel}/day-${String(day).padStart(3, '0')}`;

export const parquetColumns = (channel: Channel): ParquetColumn[] => channel.components.map((name) => ({ name, decimals: channel.decimals }));

/** What stands in the Parquet file beside the rows. */
export function parquetMetadata(channel: Channel, day: number): Record<string, string> {
  return { 'phdex.format': 'phdex/v1', 'phdex.channel': channel.name, 'phdex.kind': channel.kind, 'phdex.unit': channel.unit, 'phdex.decimals': String(channel.decimals ?? ''), 'phdex.day': String(day), 'phdex.time': 'microseconds since the start of the recording' };
}

export function channelNamed(channels: Channel[], name: string): Channel {
  const channel = channels.find((c) => c.name === name);
  if (!channel) throw new AppError('manifest-invalid', `The manifest has a segment of the channel ${name}, which it does not describe.`, { hint: 'Ask the owner to publish the dataset again.' });
  return channel;
}
