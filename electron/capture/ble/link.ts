import { AppError } from '../../../shared/errors.ts';
import type { DriverLink, Endpoint } from './drivers/driver.ts';
import type { Radio } from './radio.ts';
import { within } from './timeout.ts';
import type { CharacteristicLike, PeripheralLike, Timeouts } from './types.ts';
import { shortUuid } from './uuid.ts';

/** A connection with its services discovered. After `lost` is aborted nothing of it works any more. */
export type Link = DriverLink & {
  services: string[];
  lost: AbortSignal;
  canRead(endpoint: Endpoint): boolean;
  /** Asks for notifications. @throws AppError when the device does not confirm in time */
  listen(endpoint: Endpoint, onBytes: (bytes: Uint8Array) => void): Promise<void>;
  /** Disconnects, or gives up trying to after its time. Never rejects. */
  close(): Promise<void>;
};

const NEAR = 'Bring it near, see that it is on and not connected to another phone or app, and try again.';
const AGAIN = 'Switch the device off and on. If it asks to be paired, pair it in the system settings first.';
/** 23 bytes of ATT_MTU less the head of a notification. */
const LEAST_PAYLOAD = 20;

const key = ({ service, characteristic }: Endpoint) => `${service}/${characteristic}`;

/**
 * Connects and discovers the characteristics of the services for which `wanted` holds.
 * @param signal gives the attempt up; a link that stands is closed by `close`
 * @throws AppError after a timeout: noble waits for ever for what a device does not answer
 */
export async function openLink(radio: Radio, peripheral: PeripheralLike, wanted: (service: string) => boolean, timeouts: Timeouts, signal: AbortSignal): Promise<Link> {
  const lost = new AbortController();
  const onDisconnect = () => lost.abort();
  const endpoints = new Map<string, CharacteristicLike>();
  const listeners: (() => void)[] = [];
  const waiting = new Set<(at: string, bytes: Uint8Array) => void>();
  /** noble knows an answer only by its characteristic: one request at a time. */
  let queue: Promise<unknown> = Promise.resolve();

  async function close(): Promise<void> {
    for (const off of listeners) off();
    peripheral.removeListener('disconnect', onDisconnect);
    if (!lost.signal.aborted) await within(peripheral.disconnectAsync(), timeouts.disconnect, 'The device did not disconnect.', '').catch(() => undefined);
    lost.abort();
  }

  function ask<T>(request: () => Promise<T>, sentence: string): Promise<T> {
    const mine = queue.then(() => {
      if (lost.signal.aborted) throw gone();
      return within(request(), timeouts.answer, sentence, AGAIN);
    });
    queue = mine.catch(() => undefined);
    return mine;
  }

  await radio.alone(async () => {
    if (signal.aborted) throw gone();
    const giveUp = () => peripheral.cancelConnect();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await within(peripheral.connectAsync(), timeouts.connect, 'The device could not be reached.', NEAR);
      peripheral.on('disconnect', onDisconnect);
      if (peripheral.state !== 'connected') lost.abort();
    } catch (error) {
      peripheral.cancelConnect();
      if (error instanceof AppError) throw error;
      throw new AppError('invalid-argument', 'The device could not be reached.', { hint: NEAR, retryable: true, cause: error });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  });
  const leave = () => void close();
  signal.addEventListener('abort', leave, { once: true });

  let services: string[] = [];
  try {
    const sentence = 'The device does not answer.';
    const discovered = await within(peripheral.discoverServicesAsync([]), timeouts.discover, sentence, AGAIN);
    // Of services, or characteristics, that share a UUID noble knows the last, and answers on no other.
    const byUuid = new Map(discovered.map((s) => [shortUuid(s.uuid), s]));
    services = [...byUuid.keys()];
    for (const [uuid, service] of byUuid) {
      if (!wanted(uuid)) continue;
      for (const c of await within(service.discoverCharacteristicsAsync([]), timeouts.discover, sentence, AGAIN)) endpoints.set(`${uuid}/${shortUuid(c.uuid)}`, c);
    }
  } catch (error) {
    await close();
    if (error instanceof AppError) throw error;
    throw new AppError('invalid-argument', 'The device went away while it was asked what it can do.', { hint: NEAR, retryable: true, cause: error });
  } finally {
    signal.removeEventListener('abort', leave);
  }
  if (signal.aborted) { await close(); throw gone(); }

  function characteristic(endpoint: Endpoint): CharacteristicLike {
    const found = endpoints.get(key(endpoint));
    if (!found) throw new AppError('format-unknown', 'The device lacks a part that others of its kind have.', { hint: 'See whether there is an update for it.', details: { characteristic: endpoint.characteristic } });
    return found;
  }

  return {
    services,
    lost: lost.signal,
    payload: Math.max(LEAST_PAYLOAD, (peripheral.mtu ?? 0) - 3),
    close,
    has: (endpoint) => endpoints.has(key(endpoint)),
    canRead: (endpoint) => endpoints.get(key(endpoint))?.properties.includes('read') === true,
    async read(endpoint) {
      const c = characteristic(endpoint);
      return ask(() => c.readAsync(), 'The device does not answer.');
    },
    async write(endpoint, bytes, withoutResponse) {
      const c = characteristic(endpoint);
      await ask(() => c.writeAsync(Buffer.from(bytes), withoutResponse ?? !c.properties.includes('write')), 'The device did not take a command.');
    },
    next: (endpoint, wanted_, timeoutMs = timeouts.answer) => {
      const at = key(endpoint);
      let off = () => {};
      const came = new Promise<Uint8Array>((resolve, reject) => {
        const waiter = (from: string, bytes: Uint8Array) => { if (from === at && wanted_(bytes)) resolve(bytes); };
        const onLost = () => reject(gone());
        waiting.add(waiter);
        lost.signal.addEventListener('abort', onLost, { once: true });
        off = () => { waiting.delete(waiter); lost.signal.removeEventListener('abort', onLost); };
        if (lost.signal.aborted) onLost();
      });
      return within(came, timeoutMs, 'The device did not answer a command.', AGAIN).finally(() => off());
    },
    async listen(endpoint, onBytes) {
      const c = characteristic(endpoint);
      const at = key(endpoint);
      const onData = (data: Uint8Array, isNotification: boolean) => {
        if (!isNotification) return;
        for (const waiter of waiting) waiter(at, data);
        onBytes(data);
      };
      c.on('data', onData as never);
      listeners.push(() => c.removeListener('data', onData as never));
      await ask(() => c.subscribeAsync(), 'The device did not start to send.');
    },
  };
}

const gone = () => new AppError('invalid-argument', 'The connection to the device was lost.', { hint: NEAR, retryable: true });
