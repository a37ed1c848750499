import { createRequire } from 'node:module';
import type { NobleLike } from '../../../../electron/capture/ble/types.ts';
import type { Air } from './air.ts';
import { VirtualController, type ControllerOptions } from './controller.ts';

const require = createRequire(import.meta.url);

// Both stacks ask this module for their driver; the real one opens the system's radio when it is loaded. A class is taken
// as it is, as the module would if it knew more drivers than its own four.
function NoRadio(): never { throw new Error('No radio in tests.'); }
let systemRadio: unknown = NoRadio;
const path = require.resolve('@stoprocent/bluetooth-hci-socket');
require.cache[path] = { id: path, filename: path, loaded: true, exports: Object.assign(NoRadio, { loadDriver: (driver: unknown) => (typeof driver === 'function' ? driver : systemRadio) }) } as unknown as NodeJS.Module;

/** What noble finds from now on when nobody names a driver: the system's own adapter. */
export function setSystemRadio(controller: VirtualController): void { systemRadio = controller.Socket; }

// Not through their main files, which build an instance on the system's own radio.
const nobleWith = require('@stoprocent/noble/lib/resolve-bindings.js') as (bindings: string, options: object) => NobleLike;
const blenoWith = require('@stoprocent/bleno/lib/resolve-bindings.js') as (bindings: string, options: object) => Bleno;
const BlenoService = require('@stoprocent/bleno/lib/primary-service.js') as new (options: object) => object;
const BlenoCharacteristic = require('@stoprocent/bleno/lib/characteristic.js') as new (options: object) => object;

type Bleno = {
  on(event: string, listener: (...args: never[]) => void): void;
  setServices(services: object[]): void;
  startAdvertisingWithEIRData(advertisement: Buffer, scan: Buffer, done: (error?: Error) => void): void;
  _bindings: {
    stop(): void;
    _hci: { pollIsDevUp(): void };
    _gatt: { maxMtu: number; send(data: Buffer, connection: number): void; handleRequest(data: Buffer, connection: number): void };
    _connections: Map<number, { aclStream: { write(cid: number, data: Buffer): void } }>;
  };
};

export type Central = { noble: NobleLike; controller: VirtualController; stop(): void };

/** The true noble on a virtual controller. */
export function createCentral(air: Air, options: Partial<ControllerOptions> = {}): Central {
  const controller = new VirtualController(air, { address: 'c0:00:00:00:00:01', ...options });
  const noble = nobleWith('hci', { hciDriver: controller.Socket });
  return { noble, controller, stop: () => noble.stop() };
}

/** A characteristic as a watch describes it. */
export type VirtualCharacteristic = {
  uuid: string;
  properties: ('read' | 'write' | 'writeWithoutResponse' | 'notify' | 'indicate')[];
  read?(): Uint8Array;
  /** @returns an ATT error code; nothing when it was taken */
  write?(bytes: Uint8Array): number | void;
  /** @param send notifies (or indicates) the value @param size the largest that fits @returns what to do at the end */
  subscribed?(send: (bytes: Uint8Array) => void, size: number): (() => void) | void;
};

export type VirtualService = { uuid: string; characteristics: VirtualCharacteristic[] };

export type VirtualDevice = {
  /** In the scan response. */
  name: string;
  /** Advertised; 4 or 32 hex digits. Not more than 31 bytes hold. */
  advertises: string[];
  manufacturerData?: Uint8Array;
  services: VirtualService[];
};

export type Peripheral = {
  controller: VirtualController;
  /** Of connections since the start. */
  readonly connections: number;
  /** An ATT packet as it is, to whoever is connected. */
  sendAtt(bytes: Uint8Array): void;
  /** An L2CAP packet on any channel. */
  sendL2cap(channel: number, bytes: Uint8Array): void;
  /** Pieces of an L2CAP packet as they are, the first as the beginning of one. */
  sendPieces(pieces: Uint8Array[]): void;
  /** From now on ATT requests are taken and never answered. */
  mute(on: boolean): void;
  /** What answers in place of the true stack; null: as it would. */
  answer(handler: ((request: Buffer) => Buffer | null | 'as-usual') | null): void;
  stop(): void;
};

export type PeripheralOptions = ControllerOptions & {
  /** The largest ATT MTU that it agrees to. */
  mtu?: number;
};

/** The true bleno on a virtual controller, advertising when this resolves. */
export async function createPeripheral(air: Air, device: VirtualDevice, options: PeripheralOptions): Promise<Peripheral> {
  const controller = new VirtualController(air, options);
  const bleno = blenoWith('hci', { hciDriver: controller.Socket });
  const { _bindings: bindings } = bleno;
  const gatt = bindings._gatt;
  gatt.maxMtu = options.mtu ?? 247;
  let connections = 0;
  let handler: ((request: Buffer) => Buffer | null | 'as-usual') | null = null;

  const handleRequest = gatt.handleRequest.bind(gatt);
  gatt.handleRequest = (request, connection) => {
    const answer = handler ? handler(request) : 'as-usual';
    if (answer === 'as-usual') handleRequest(request, connection);
    else if (answer) gatt.send(answer, connection);
  };

  bleno.on('accept', () => { connections++; });
  await new Promise<void>((resolve) => bleno.on('stateChange', ((state: string) => { if (state === 'poweredOn') resolve(); }) as never));
  const indications = new Map<number, Indication[]>();
  bleno.setServices(device.services.map((s) => toBleno(s, indications)));
  const { advertisement, scan } = advertise(device);
  await new Promise<void>((resolve, reject) => bleno.startAdvertisingWithEIRData(advertisement, scan, (error) => (error ? reject(error) : resolve())));

  return {
    controller,
    get connections() { return connections; },
    sendAtt: (bytes) => { for (const connection of bindings._connections.keys()) gatt.send(Buffer.from(bytes), connection); },
    sendL2cap: (channel, bytes) => { for (const { aclStream } of bindings._connections.values()) aclStream.write(channel, Buffer.from(bytes)); },
    sendPieces: (pieces) => { for (const link of air.linksOf(controller)) pieces.forEach((piece, i) => air.send(link, controller, piece, i === 0)); },
    mute: (on) => { handler = on ? () => null : null; },
    answer: (with_) => { handler = with_; },
    stop() {
      // It asks itself each second whether the adapter is up, for ever.
      bindings._hci.pollIsDevUp = () => undefined;
      bindings.stop();
    },
  };
}

type Indication = { send(data: Buffer): void; data: Buffer };

/** @param indications by connection: those that wait, whatever their characteristic, for the confirmation of the first */
function toBleno(service: VirtualService, indications: Map<number, Indication[]>): object {
  return new BlenoService({
    uuid: service.uuid,
    characteristics: service.characteristics.map((c) => {
      // By connection: what runs for its subscription.
      const ends = new Map<number, () => void>();
      const end = (connection: number) => { ends.get(connection)?.(); ends.delete(connection); indications.delete(connection); };
      const indicates = !c.properties.includes('notify');
      return new BlenoCharacteristic({
        uuid: c.uuid,
        properties: c.properties,
        onReadRequest: (_: number, offset: number, done: (status: number, data?: Buffer) => void) => {
          const value = c.read?.() ?? new Uint8Array();
          if (offset > value.length) done(0x07);
          else done(0x00, Buffer.from(value.subarray(offset)));
        },
        onWriteRequest: (_: number, data: Buffer, _offset: number, _without: boolean, done: (status: number) => void) => done(c.write?.(new Uint8Array(data)) ?? 0x00),
        onSubscribe: (connection: number, size: number, send: (data: Buffer) => void) => {
          end(connection);
          const put = (bytes: Uint8Array) => {
            const data = Buffer.from(bytes);
            if (!indicates) return send(data);
            const queue = indications.get(connection) ?? [];
            indications.set(connection, queue);
            if (queue.push({ send, data }) === 1) send(data);
          };
          ends.set(connection, c.subscribed?.(put, size) ?? (() => undefined));
        },
        onUnsubscribe: end,
        onIndicate: (connection: number) => {
          const queue = indications.get(connection);
          queue?.shift();
          // bleno forgets what it indicated last after it told of the confirmation.
          if (queue) setImmediate(() => { if (queue[0] && indications.get(connection) === queue) queue[0].send(queue[0].data); });
        },
      });
    }),
  });
}

/** Flags, services and manufacturer data where they fit, the name and the rest in the scan response. */
function advertise(device: VirtualDevice): { advertisement: Buffer; scan: Buffer } {
  const field = (type: number, bytes: number[]) => [1 + bytes.length, type, ...bytes];
  const reversed = (uuid: string) => [...Buffer.from(uuid, 'hex')].reverse();
  const short = device.advertises.filter((u) => u.length === 4).flatMap(reversed);
  const long = device.advertises.filter((u) => u.length === 32).flatMap(reversed);
  const advertisement = [...field(0x01, [0x06]), ...(short.length > 0 ? field(0x03, short) : []), ...(long.length > 0 ? field(0x07, long) : [])];
  const scan = field(0x09, [...Buffer.from(device.name)]);
  if (device.manufacturerData) {
    const data = field(0xff, [...device.manufacturerData]);
    if (advertisement.length + data.length <= 31) advertisement.push(...data);
    else scan.push(...data);
  }
  return { advertisement: Buffer.from(advertisement), scan: Buffer.from(scan) };
}
