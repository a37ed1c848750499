import { toAppError } from '../../../shared/errors.ts';
import { adapterProblem } from './adapter.ts';
import { describe } from './found.ts';
import type { Radio } from './radio.ts';
import type { FoundDevice, PeripheralLike, ScanOptions } from './types.ts';
import { shortUuid } from './uuid.ts';

/** Milliseconds between two reports of one device. */
const EVERY = 1000;
/** So many devices are remembered between reports; the oldest go first. */
const MAX_DEVICES = 2048;

/** @param now microseconds since the Unix epoch */
export function startScan(radio: Radio, now: () => number, onFound: (device: FoundDevice) => void, options: ScanOptions = {}): { stop(): void } {
  const services = options.services?.map(shortUuid);
  const reported = new Map<string, { at: number; said: string }>();
  let stopped = false;
  let end = () => {};

  function onAdvertisement(peripheral: PeripheralLike): void {
    const at = now() / 1000;
    const device = describe(peripheral, at);
    if (services && !services.some((s) => device.services.includes(s))) return;
    // A scan response that brings the name or the services is told at once.
    const said = `${device.name}/${device.services.join()}/${device.companyId}`;
    const before = reported.get(device.id);
    if (before && before.said === said && at - before.at < EVERY) return;
    reported.delete(device.id);
    reported.set(device.id, { at, said });
    if (reported.size > MAX_DEVICES) reported.delete(reported.keys().next().value!);
    onFound(device);
  }

  void (async () => {
    try {
      await radio.ready();
    } catch (error) {
      if (!stopped) options.onError?.(toAppError(error));
      return;
    }
    if (stopped) return;
    const unlisten = radio.listen(onAdvertisement);
    const unwatch = radio.onState((state) => {
      const problem = adapterProblem(state);
      if (!problem) return;
      stop();
      options.onError?.(problem);
    });
    end = () => { unlisten(); unwatch(); };
  })();

  function stop(): void {
    stopped = true;
    end();
  }
  return { stop };
}

/** The device with that id, from what was seen or as soon as it is seen. Null after `ms`, or when `signal` is aborted. */
export function find(radio: Radio, deviceId: string, ms: number, signal: AbortSignal): Promise<PeripheralLike | null> {
  const known = radio.seen(deviceId);
  if (known) return Promise.resolve(known);
  return new Promise((resolve) => {
    const done = (found: PeripheralLike | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      unlisten();
      resolve(found);
    };
    const onAbort = () => done(null);
    const timer = setTimeout(() => done(null), ms);
    signal.addEventListener('abort', onAbort, { once: true });
    const unlisten = radio.listen((peripheral) => { if (peripheral.id === deviceId) done(peripheral); });
    if (signal.aborted) done(null);
  });
}
