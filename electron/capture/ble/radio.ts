import { adapterProblem, type AdapterState } from './adapter.ts';
import { guardNoble } from './noble-guard.ts';
import { within } from './timeout.ts';
import type { NobleLike, PeripheralLike, Timeouts } from './types.ts';

/** The one adapter, shared by scans and connections. Most adapters cannot do both at once, nor open two connections at once. */
export type Radio = {
  state(): AdapterState;
  onState(listener: (state: AdapterState) => void): () => void;
  /** @throws AppError with what to do when the adapter is not on, or does not say within its time */
  ready(): Promise<void>;
  /** Every advertisement while anybody listens and nobody connects. @returns how to stop listening */
  listen(onAdvertisement: (peripheral: PeripheralLike) => void): () => void;
  /** A device that was seen since the adapter was last switched on. */
  seen(deviceId: string): PeripheralLike | undefined;
  /** Runs `work` when no other runs and the scan rests. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
};

const ADAPTER_SLOW = 'The Bluetooth adapter does not answer.';
/** noble keeps them all itself; this only bounds what a scan of days in a crowd holds here. */
const MAX_SEEN = 4096;

export function createRadio(load: () => Promise<NobleLike>, timeouts: Timeouts): Radio {
  let noble: NobleLike | null = null;
  let state: AdapterState = 'unknown';
  let scanning = false;
  let working = 0;
  let stopped = false;
  let turn: Promise<unknown> = Promise.resolve();
  let settling: Promise<void> = Promise.resolve();
  const stateListeners = new Set<(state: AdapterState) => void>();
  const advertisementListeners = new Set<(peripheral: PeripheralLike) => void>();
  const peripherals = new Map<string, PeripheralLike>();

  const onState = (next: AdapterState) => {
    if (state === next) return;
    state = next;
    // noble forgets its peripherals with the adapter, and so do we: they would never answer again.
    if (next !== 'poweredOn') { peripherals.clear(); scanning = false; }
    for (const listener of stateListeners) listener(next);
    settle();
  };
  const onDiscover = (peripheral: PeripheralLike) => {
    peripherals.delete(peripheral.id);
    peripherals.set(peripheral.id, peripheral);
    if (peripherals.size > MAX_SEEN) peripherals.delete(peripherals.keys().next().value!);
    for (const listener of advertisementListeners) listener(peripheral);
  };
  const onScanStart = () => { scanning = true; };
  const onScanStop = () => {
    scanning = false;
    // noble stops a scan by itself for a connection, and does not take it up again.
    if (wanted()) setTimeout(settle, 100);
  };

  const loaded = (async () => {
    guardNoble();
    try {
      noble = await load();
      // Asking starts the adapter here, where what it throws is caught; a listener would start it by itself, out of reach.
      void noble.state;
    } catch {
      noble = null;
      onState('unsupported');
      return;
    }
    noble.on('discover', onDiscover as never);
    noble.on('scanStart', onScanStart);
    noble.on('scanStop', onScanStop);
    noble.on('stateChange', onState as never);
    onState(noble.state as AdapterState);
  })();

  const wanted = () => advertisementListeners.size > 0 && working === 0 && state === 'poweredOn' && !stopped;

  /** Brings the scan to what is wanted, one step after the other. */
  function settle(): void {
    settling = settling.then(async () => {
      if (!noble || wanted() === scanning) return;
      try {
        if (wanted()) await within(noble.startScanningAsync([], true), timeouts.adapter, ADAPTER_SLOW, '');
        else if (state === 'poweredOn') await within(noble.stopScanningAsync(), timeouts.adapter, ADAPTER_SLOW, '');
      } catch {
        // noble takes a scan that was refused for one that is starting, until it is told to stop.
        await within(noble.stopScanningAsync(), timeouts.adapter, ADAPTER_SLOW, '').catch(() => undefined);
        if (wanted()) setTimeout(settle, 1000);
      }
    });
  }

  function onStateChange(listener: (state: AdapterState) => void): () => void {
    stateListeners.add(listener);
    return () => void stateListeners.delete(listener);
  }

  return {
    state: () => state,
    onState: onStateChange,
    async ready() {
      await loaded;
      if (state === 'unknown' || state === 'resetting') {
        let done = () => {};
        const changed = new Promise<void>((resolve) => { done = onStateChange((next) => { if (next !== 'unknown' && next !== 'resetting') resolve(); }); });
        await within(changed, timeouts.adapter, ADAPTER_SLOW, '').catch(() => undefined).finally(() => done());
      }
      const problem = adapterProblem(state);
      if (problem) throw problem;
    },
    listen(onAdvertisement) {
      // A listener of its own, so that the same function may listen twice.
      const listener = (peripheral: PeripheralLike) => onAdvertisement(peripheral);
      advertisementListeners.add(listener);
      settle();
      return () => { advertisementListeners.delete(listener); settle(); };
    },
    seen: (deviceId) => peripherals.get(deviceId),
    alone(work) {
      working++;
      const mine = turn.then(async () => {
        settle();
        await settling;
        try { return await work(); } finally { working--; settle(); }
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    async stop() {
      stopped = true;
      advertisementListeners.clear();
      stateListeners.clear();
      await loaded;
      settle();
      await settling;
      if (!noble) return;
      noble.removeListener('discover', onDiscover as never);
      noble.removeListener('scanStart', onScanStart);
      noble.removeListener('scanStop', onScanStop);
      noble.removeListener('stateChange', onState as never);
      try { noble.stop(); } catch { /* it never started */ }
    },
  };
}
