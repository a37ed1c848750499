import { randomBytes } from 'node:crypto';
import type { CaptureStore } from '../ble/capture-writer.ts';
import { createHostClock } from '../ble/clock.ts';
import { noInformation } from '../ble/drivers/device-information.ts';
import { createRecorder } from '../ble/recorder.ts';
import type { CaptureSession } from '../ble/types.ts';
import { createWatch, watchStreams } from './watch.ts';

export const SIMULATED_WATCH = 'Simulated watch';
export const SIMULATED_ID = 'simulated';

export type LiveSimulatorOptions = {
  store: CaptureStore;
  /** Of the acceleration, 25–200 Hz. */
  rateHz?: number;
  seed?: number;
  /** Of the recordings. */
  title?: string | undefined;
  /** Microseconds since the Unix epoch that never step back. */
  now?: () => number;
};

const TICK_MS = 100;
/** The machine slept: what a watch would have sent meanwhile is a gap and not made up afterwards. */
const SLEPT = 5e6;

/** A watch for people without one, recorded by the code that records real ones; what it makes is marked as simulated. */
export function startSimulatedWatch({ store, rateHz = 50, seed = randomBytes(4).readUInt32LE(0), title = SIMULATED_WATCH, now = createHostClock() }: LiveSimulatorOptions): CaptureSession {
  if (!Number.isInteger(rateHz) || rateHz < 25 || rateHz > 200) throw new RangeError(`startSimulatedWatch: ${rateHz} Hz.`);
  const watch = createWatch({ seed, rateHz });
  const recorder = createRecorder({
    store, kind: 'simulator', simulated: true, deviceId: SIMULATED_ID, title, streams: watchStreams(rateHz), now,
    device: { ...noInformation(), model: SIMULATED_WATCH, name: SIMULATED_WATCH, companyId: null, services: [], drivers: [] },
    close: async () => { clearInterval(timer); advance(); },
  });
  recorder.note('Made by a simulator: nobody wore this.');
  recorder.state('live');
  const start = now();
  let last = start;
  /** Microseconds that the watch's own time is behind, by gaps. */
  let skipped = 0;

  function advance(): void {
    const time = now();
    if (time - last > SLEPT) {
      skipped += time - last;
      recorder.state('lost');
      recorder.state('live');
    }
    last = time;
    for (const { stream, t, columns, intervals } of watch.advance((time - start - skipped) / 1e6)) {
      recorder.packet({
        blocks: [{ stream, rows: t.length, columns, ...(intervals ? { intervals } : { deviceTimes: t.map((s) => Math.round(s * 1e6) + skipped) }) }],
        refused: null, contact: true,
      }, time);
    }
  }
  const timer = setInterval(advance, TICK_MS);
  return recorder.session;
}
