import { randomUUID } from 'node:crypto';
import type { Channel } from '../../../shared/domain/recording.ts';
import { ref, type bundleWriter } from '../../fhir/bundle-writer.ts';
import { sampledObservations, type WhenOf } from '../../fhir/sampled-data.ts';
import type { ExportWork } from './export-table.ts';

export type ObservationsSay = { rateHzOf(channel: Channel): number; when: WhenOf; /** That stands in each: its subject, its device. */ all: object };

/** The rows of an export as Observations, each channel's from its own columns. @returns references to them, in the order they were written */
export async function writeObservations(out: ReturnType<typeof bundleWriter>, { channels, batches, signal, onRows }: ExportWork, { rateHzOf, when, all }: ObservationsSay): Promise<{ reference: string }[]> {
  const written: { reference: string }[] = [];
  let column = 0;
  const series = channels.map((channel) => {
    const from = column;
    column += channel.components.length;
    const writer = sampledObservations(channel, rateHzOf(channel), when, async (observation) => {
      const uuid = randomUUID();
      written.push(ref(uuid));
      await out.entry(uuid, { resourceType: 'Observation', id: uuid, ...all, ...observation });
    });
    return { ...writer, from, to: column };
  });
  let rows = 0;
  for await (const { t, columns } of batches) {
    signal.throwIfAborted();
    for (const s of series) await s.append(t, columns.slice(s.from, s.to));
    onRows((rows += t.length));
  }
  for (const s of series) await s.end();
  return written;
}
