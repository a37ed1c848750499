import { AppError } from '../../../shared/errors.ts';
import { adapterProblem } from './adapter.ts';
import { createHostClock } from './clock.ts';
import { createRadio } from './radio.ts';
import { startScan } from './scanner.ts';
import { startSession } from './session.ts';
import type { Bluetooth, BluetoothOptions, CaptureSession, NobleLike, Timeouts } from './types.ts';

const TIMEOUTS: Timeouts = {
  adapter: 5000, connect: 15_000, discover: 20_000, answer: 5000, disconnect: 3000, start: 20_000, silence: 30_000, retryFirst: 1000, retryMost: 60_000,
};

/** Bluetooth LE as the app needs it, over @stoprocent/noble. The adapter is asked for at once, and used when something is scanned or connected. */
export function createBluetooth({ store, noble, now = createHostClock(), timeouts: given = {} }: BluetoothOptions): Bluetooth {
  const timeouts = { ...TIMEOUTS, ...given };
  const radio = createRadio(async () => noble ?? await systemNoble(), timeouts);
  const sessions = new Map<string, CaptureSession>();
  /** Devices that are being connected or recorded: noble has one connection for each. */
  const taken = new Set<string>();
  const scans = new Set<{ stop(): void }>();
  const pending = new Set<Promise<unknown>>();
  const over = new AbortController();

  return {
    state: radio.state,
    problem: () => adapterProblem(radio.state()),
    onState: radio.onState,
    scan(onFound, options) {
      const scan = startScan(radio, now, onFound, options);
      scans.add(scan);
      return { stop() { scans.delete(scan); scan.stop(); } };
    },
    async connect(deviceId, options = {}) {
      if (over.signal.aborted) throw new AppError('cancelled', 'Bluetooth is being switched off by the app.', { hint: 'Start the app again.' });
      if (taken.has(deviceId)) throw new AppError('invalid-argument', 'This device is being recorded already.', { hint: 'Stop that recording first.' });
      taken.add(deviceId);
      try {
        const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
        const starting = startSession({ radio, store, now, timeouts }, deviceId, { ...options, signal });
        pending.add(starting);
        const session = await starting.finally(() => pending.delete(starting));
        sessions.set(deviceId, session);
        void session.ended.then(() => { sessions.delete(deviceId); taken.delete(deviceId); });
        return session;
      } catch (error) {
        taken.delete(deviceId);
        throw error;
      }
    },
    sessions: () => [...sessions.values()],
    async stop() {
      over.abort();
      for (const scan of scans) scan.stop();
      scans.clear();
      await Promise.allSettled(pending);
      await Promise.all([...sessions.values()].map((s) => s.stop()));
      await radio.stop();
    },
  };
}

/** An instance of its own each time: noble's default one cannot be started again after it was stopped. */
async function systemNoble(): Promise<NobleLike> {
  const { default: noble } = await import('@stoprocent/noble') as unknown as { default: { withBindings(): NobleLike } };
  return noble.withBindings();
}
