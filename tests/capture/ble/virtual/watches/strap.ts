import type { VirtualDevice, VirtualService } from '../stacks.ts';
import { Battery, deviceInformation, Outlet, u16, type Claims } from './parts.ts';

/** What 2A37 says of one moment (reference §1.1). */
export type Beat = { bpm: number; wide?: boolean; energyKj?: number; /** Units of 1/1024 s, oldest first. */ rr?: number[]; /** null: not supported. */ contact?: boolean | null };

export function heartRateBytes({ bpm, wide = bpm > 255, energyKj, rr = [], contact = null }: Beat): Uint8Array {
  const flags = Number(wide) | (contact === null ? 0 : contact ? 0b110 : 0b100) | (energyKj === undefined ? 0 : 8) | (rr.length > 0 ? 16 : 0);
  return Uint8Array.from([flags, ...(wide ? u16(bpm) : [bpm]), ...(energyKj === undefined ? [] : u16(energyKj)), ...rr.flatMap(u16)]);
}

/** Heart Rate service whose values the test gives. */
export class HeartRate {
  readonly measurement = new Outlet();
  readonly service: VirtualService = {
    uuid: '180d',
    characteristics: [
      { uuid: '2a37', properties: ['notify'], subscribed: this.measurement.subscribed },
      { uuid: '2a38', properties: ['read'], read: () => Uint8Array.of(1) },
    ],
  };

  beat(beat: Beat): void { this.measurement.send(heartRateBytes(beat)); }
}

const STRAP: Claims = { manufacturer: 'Polar Electro Oy', model: 'H9', serial: '12345678', firmware: '1.0.3', pnp: { source: 1, vendor: 0x006b, product: 10, version: 0x0101 } };

/** A chest strap with the standard services alone. */
export function createStrap(name = 'Strap 1') {
  const heart = new HeartRate();
  const battery = new Battery(87);
  const device: VirtualDevice = { name, advertises: ['180d'], manufacturerData: Uint8Array.of(0x6b, 0x00, 0x33), services: [heart.service, battery.service, deviceInformation(STRAP)] };
  return { device, heart, battery };
}
