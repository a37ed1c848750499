import type { VirtualDevice } from '../stacks.ts';
import { Battery, deviceInformation, Outlet, s16, u32 } from './parts.ts';
import { HeartRate } from './strap.ts';

const uuid = (n: number): string => `0003000${n}78fc48fe8e23433b3a1942d0`;

/** InfiniTime on a PineTime (reference §1.9): motion told only when it changed, heart rate of two bytes. */
export class PineTime {
  readonly heart = new HeartRate();
  readonly battery = new Battery(61);
  private readonly motion = new Outlet();
  private readonly steps = new Outlet();
  private last: [number, number, number] = [0, 0, 1024];
  private count = 0;
  readonly device: VirtualDevice = {
    name: 'InfiniTime',
    // It advertises the service of its file transfer only.
    advertises: [],
    services: [
      deviceInformation({ manufacturer: 'PINE64', model: 'PineTime', serial: '0', firmware: '1.15.0', hardware: '1.0.0', software: 'InfiniTime' }),
      this.battery.service,
      {
        uuid: uuid(0),
        characteristics: [
          { uuid: uuid(1), properties: ['read', 'notify'], read: () => Uint8Array.from(u32(this.count)), subscribed: (send, size) => this.steps.subscribed(send, size) },
          { uuid: uuid(2), properties: ['read', 'notify'], read: () => Uint8Array.from(this.last.flatMap(s16)), subscribed: (send, size) => this.motion.subscribed(send, size) },
        ],
      },
      this.heart.service,
    ],
  };

  /** Counts of 1/1024 g. */
  move(x: number, y: number, z: number): void {
    if (this.last[0] === x && this.last[1] === y && this.last[2] === z) return;
    this.last = [x, y, z];
    this.motion.send(this.last.flatMap(s16));
  }

  step(count: number): void {
    this.count = count;
    this.steps.send(u32(count));
  }
}
