import { AppError, toAppError } from '../../../shared/errors.ts';
import { DEVICE_INFORMATION, TEXTS } from './drivers/device-information.ts';
import type { Decoder, Driver, Endpoint } from './drivers/driver.ts';
import { deviceLabel } from './claims.ts';
import { describe } from './found.ts';
import { identify } from './identify.ts';
import { openLink, type Link } from './link.ts';
import type { Radio } from './radio.ts';
import { createRecorder } from './recorder.ts';
import { find } from './scanner.ts';
import { pause, within } from './timeout.ts';
import type { BluetoothOptions, CaptureSession, ConnectOptions, DeviceIdentity, PeripheralLike, Timeouts } from './types.ts';

export type SessionDeps = { radio: Radio; store: BluetoothOptions['store']; now: () => number; timeouts: Timeouts };

const BATTERY: Endpoint = { service: '180f', characteristic: '2a19' };
const PROBED = [BATTERY.service, DEVICE_INFORMATION];
/** A connection that held this long was a good one: the next loss is waited for from the start again. Milliseconds. */
const HELD = 30_000;
/** A device that stopped a stream by itself is asked again after this. Milliseconds. */
const ASK_AGAIN = 15_000;

/**
 * Connects, identifies and records until it is stopped. A loss begins a gap; the device is tried for again, with longer and
 * longer waits, for as long as the session lasts.
 * @throws AppError where the first connection fails
 */
export async function startSession({ radio, store, now, timeouts }: SessionDeps, deviceId: string, options: ConnectOptions = {}): Promise<CaptureSession> {
  const over = new AbortController();
  const given = options.signal;
  const onAbort = () => over.abort();
  given?.addEventListener('abort', onAbort, { once: true });
  if (given?.aborted) over.abort();

  let lastPacket = now();
  let askingAgain = false;
  let watching: Promise<void> = Promise.resolve();
  let link: Link;
  let device: DeviceIdentity;
  let active: Driver[];
  try {
    const first = await reachFirst();
    link = first.link;
    try {
      ({ device, active } = await identify(link, describe(first.peripheral, now() / 1000)));
    } catch (error) {
      await link.close();
      throw over.signal.aborted ? cancelled() : error;
    }
  } finally {
    given?.removeEventListener('abort', onAbort);
  }

  const keep = options.streams;
  const recorder = createRecorder({
    store, kind: 'ble', simulated: false, deviceId, device, now, close,
    title: options.title ?? deviceLabel(device) ?? active[0]!.name,
    streams: active.flatMap((d) => d.streams).filter((s) => !keep || keep.includes(s.name)),
  });
  try {
    await attach(link);
  } catch (error) {
    await recorder.session.stop();
    throw error;
  }
  recorder.state('live');
  watching = watch();
  return recorder.session;

  /** A first connection often breaks before it stands (HCI 0x3e), and succeeds the next time. */
  async function reachFirst(): Promise<{ link: Link; peripheral: PeripheralLike }> {
    for (let left = 2; ; left--) {
      try {
        return await reach(() => true);
      } catch (error) {
        if (over.signal.aborted) throw cancelled();
        if (left === 0 || !(error instanceof AppError) || error.cause === undefined) throw error;
        await pause(timeouts.retryFirst, over.signal);
      }
    }
  }

  /** The device connected, from what was seen of it or by scanning. */
  async function reach(wanted: (service: string) => boolean): Promise<{ link: Link; peripheral: PeripheralLike }> {
    await radio.ready();
    const found = await find(radio, deviceId, timeouts.connect, over.signal);
    if (over.signal.aborted) throw cancelled();
    if (!found) throw new AppError('invalid-argument', 'The device was not seen.', { hint: 'Bring it near, switch it on and try again.', retryable: true });
    return { link: await openLink(radio, found, wanted, timeouts, over.signal), peripheral: found };
  }

  /** Asks for notifications and gives the drivers' commands. @throws AppError when not one stream could be had */
  async function attach(to: Link): Promise<void> {
    let heard = 0;
    for (const driver of active) {
      const decoder = driver.open();
      let listening = 0;
      for (const endpoint of driver.listen) {
        if (!to.has(endpoint)) continue;
        try {
          await to.listen(endpoint, (bytes) => recorder.packet(decoded(decoder, endpoint, bytes, driver, to), now()));
          listening++;
        } catch (error) {
          if (to.lost.aborted) throw error;
          recorder.note(`${driver.name}: ${toAppError(error).message}`);
        }
      }
      if (listening > 0 && driver.streams.length > 0) heard++;
      if (listening > 0) await start(driver, to);
    }
    if (heard === 0) throw new AppError('invalid-argument', 'The device sends nothing.', { hint: 'Switch it off and on. If it asks to be paired, pair it in the system settings first.', retryable: true });
    if (to.canRead(BATTERY)) {
      const bytes = await to.read(BATTERY).catch(() => new Uint8Array());
      if (bytes.length === 1 && bytes[0]! <= 100) recorder.packet({ blocks: [], refused: null, battery: bytes[0]! }, now());
    }
  }

  async function start(driver: Driver, to: Link): Promise<void> {
    if (!driver.start) return;
    try {
      const { notes } = await within(driver.start(to), timeouts.start, 'The device did not take its commands in time.', '');
      for (const note of notes) recorder.note(note);
    } catch (error) {
      if (to.lost.aborted) throw error;
      recorder.note(`${driver.name}: ${toAppError(error).message}`);
    }
  }

  function decoded(decoder: Decoder, endpoint: Endpoint, bytes: Uint8Array, driver: Driver, from: Link) {
    lastPacket = now();
    const made = decoder.decode(endpoint.characteristic, bytes);
    if (made.stopped && !askingAgain) {
      askingAgain = true;
      recorder.note(`${driver.name}: the device stopped a stream by itself.`);
      void pause(ASK_AGAIN, from.lost).then(async () => {
        if (!from.lost.aborted) await start(driver, from).catch(() => undefined);
        askingAgain = false;
      });
    }
    return made;
  }

  /** From one loss to the next, until the session is stopped. */
  async function watch(): Promise<void> {
    let failures = 0;
    for (;;) {
      const since = now();
      await holds(link);
      if (over.signal.aborted) return;
      await link.close();
      if ((now() - since) / 1000 > HELD) failures = 0;
      recorder.state('lost');
      for (;;) {
        const wait = Math.min(timeouts.retryMost, timeouts.retryFirst * 2 ** failures++);
        recorder.state('lost', { retryAt: now() / 1000 + wait });
        await waitOrAdapter(wait);
        if (over.signal.aborted) return;
        recorder.state('connecting');
        let next: Link | null = null;
        try {
          next = (await reach((service) => PROBED.includes(service) || active.some((d) => d.service === service))).link;
          link = next;
          await attach(next);
          if (over.signal.aborted) { await next.close(); return; }
          break;
        } catch (error) {
          await next?.close();
          if (over.signal.aborted) return;
          recorder.state('lost', { problem: toAppError(error) });
        }
      }
      recorder.state('live');
    }
  }

  /** Until the connection breaks, or nothing comes over it and the device does not answer either. */
  async function holds(current: Link): Promise<void> {
    lastPacket = now();
    while (!current.lost.aborted && !over.signal.aborted) {
      await pause(timeouts.silence, AbortSignal.any([current.lost, over.signal]));
      if ((now() - lastPacket) / 1000 < timeouts.silence || current.lost.aborted || over.signal.aborted) continue;
      const probe = [BATTERY, { service: DEVICE_INFORMATION, characteristic: TEXTS.manufacturer }].find((e) => current.canRead(e));
      // Some devices only send what changed: silence alone says nothing.
      if (!probe) continue;
      try { await current.read(probe); lastPacket = now(); } catch { return; }
    }
  }

  /** The wait is over at once when the adapter comes back on. */
  async function waitOrAdapter(ms: number): Promise<void> {
    const on = new AbortController();
    const off = radio.onState((state) => { if (state === 'poweredOn') on.abort(); });
    await pause(ms, AbortSignal.any([on.signal, over.signal]));
    off();
  }

  /** Stops the device's streams, so that it does not send into the void until its battery is empty, and lets go. */
  async function close(): Promise<void> {
    over.abort();
    if (!link.lost.aborted) {
      for (const driver of active) if (driver.stop) await within(driver.stop(link), timeouts.start, 'The device did not stop.', '').catch(() => undefined);
    }
    await link.close();
    // An attempt that is under way ends with the signal.
    await watching;
  }
}

const cancelled = () => new AppError('cancelled', 'Connecting was cancelled.', { hint: 'Nothing was kept.' });
