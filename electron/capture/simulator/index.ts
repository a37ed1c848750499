import type { RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { createWrist } from './wrist.ts';

export type SimulatorOptions = { rows: number; seed: number; rateHz?: number; /** Microseconds since the Unix epoch. */ startTime?: number; signal?: AbortSignal };

/** A recording of the simulated wrist, always marked as simulated. */
export function openSimulator({ rows, seed, rateHz = 100, startTime = 0, signal }: SimulatorOptions): RecordingSource {
  async function* batches(): AsyncGenerator<SampleBatch> {
    const wrist = createWrist({ seed, rateHz });
    for (let done = 0; done < rows; done += 32768) {
      if (signal?.aborted) throw new AppError('cancelled', 'The simulation was cancelled.', { hint: 'Nothing was kept.' });
      const count = Math.min(32768, rows - done);
      const columns = [new Int32Array(count), new Int32Array(count), new Int32Array(count)] as const;
      wrist.fill(...columns);
      yield { t: Float64Array.from({ length: count }, (_, i) => startTime + Math.round(((done + i) * 1e6) / rateHz)), columns: [...columns] };
    }
  }
  return {
    draft: {
      title: 'Simulated wrist',
      source: { kind: 'simulator', device: null, simulated: true, times: 'source' },
      channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: 3 }],
      nominalRateHz: rateHz,
    },
    batches: batches(),
    finish: () => ({ report: { rowsRead: rows, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
  };
}
