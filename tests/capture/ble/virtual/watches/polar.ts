import type { VirtualDevice, VirtualService } from '../stacks.ts';
import { Battery, deviceInformation, Outlet, s16, sampler, u16 } from './parts.ts';
import { HeartRate } from './strap.ts';

const uuid = (n: number): string => `fb005c8${n}02e7f3871cad8acd2d8df0c8`;
const ACC = 2;
/** Where an H10 counts from after it was powered down: 2019-01-01 in nanoseconds since 2000 (reference §1.8, 7). */
const POWERED_ON = 599_616_000n * 1_000_000_000n;

export type PolarOptions = {
  name?: string;
  /** Rates that it offers for acceleration, Hz. */
  rates?: number[];
  /** Samples of one frame at most; as many as fit where absent. */
  perFrame?: number;
  /** For how long it was on before the test. */
  upSeconds?: number;
  /** It goes on sampling, unheard, when the connection is lost, and answers a new start with «already in state». */
  keepsRunning?: boolean;
};

/** Milli-g of the nth sample: its number can be told from x and y for six hours at 200 Hz. */
export const sampleOf = (n: number): [number, number, number] => [(n % 2000) - 1000, Math.floor(n / 2000) % 2000 - 1000, 1000];
export const numberOf = (x: number, y: number): number => x + 1000 + (y + 1000) * 2000;

/** The control point and the acceleration of Polar PMD as an H10 has them (reference §1.8), with heart rate and battery. */
export class PolarSensor {
  readonly heart = new HeartRate();
  readonly battery = new Battery(93);
  readonly device: VirtualDevice;
  /** Numbers of the samples that were handed to the radio, frame by frame; counted since the power came on. */
  readonly sent: { from: number; to: number }[] = [];
  /** Commands as they came. */
  readonly commands: number[][] = [];
  private readonly control = new Outlet();
  private readonly data = new Outlet();
  private readonly options: Required<PolarOptions>;
  private running: { stop(): void } | null = null;
  private rate = 0;
  private born = performance.now();
  private waiting: number[] = [];

  constructor(options: PolarOptions = {}) {
    this.options = { name: 'Polar H10 A1B2C3D4', rates: [25, 50, 100, 200], perFrame: 1000, upSeconds: 0, keepsRunning: false, ...options };
    this.born -= this.options.upSeconds * 1000;
    const pmd: VirtualService = {
      uuid: uuid(0),
      characteristics: [
        { uuid: uuid(1), properties: ['read', 'write', 'indicate'], read: () => Uint8Array.of(0x0f, 0x04, 0x00), write: (bytes) => this.command(bytes), subscribed: this.control.subscribed },
        {
          uuid: uuid(2), properties: ['notify'],
          subscribed: (send, size) => {
            const end = this.data.subscribed(send, size);
            return () => { end(); if (!this.options.keepsRunning) this.halt(); };
          },
        },
      ],
    };
    this.device = {
      name: this.options.name,
      advertises: ['180d', 'feee'],
      manufacturerData: Uint8Array.of(0x6b, 0x00, 0x72, 0x08),
      services: [this.heart.service, this.battery.service, deviceInformation({ manufacturer: 'Polar Electro Oy', model: 'H10', serial: 'A1B2C3D4', firmware: '5.0.0', hardware: '00760690.03', software: '3.1.1' }), pmd],
    };
  }

  /** When the nth sample was taken, in microseconds since the Unix epoch by the host's clock. */
  takenAt(n: number): number {
    return (performance.timeOrigin + this.born) * 1000 + (n / this.rate) * 1e6;
  }

  get streaming(): boolean { return this.running !== null; }

  halt(): void {
    this.running?.stop();
    this.running = null;
  }

  /** Off and on: its clock and its numbers begin anew. */
  restart(): void {
    this.halt();
    this.sent.length = 0;
    this.born = performance.now();
  }

  /** Bytes on the data characteristic as they are. */
  sendData(bytes: ArrayLike<number>): void { this.data.send(bytes); }
  /** Bytes on the control point as they are. */
  sendControl(bytes: ArrayLike<number>): void { this.control.send(bytes); }

  private command(bytes: Uint8Array): void {
    this.commands.push([...bytes]);
    const [op, type] = bytes as unknown as [number, number];
    const reply = (status: number, params: number[] = []) => this.reply(op, type, status, params);
    if (op !== 1 && op !== 2 && op !== 3) reply(1);
    else if (type !== ACC) reply(3);
    else if (op === 1) reply(0, [0, this.options.rates.length, ...this.options.rates.flatMap(u16), 1, 1, ...u16(16), 2, 3, ...u16(2), ...u16(4), ...u16(8)]);
    else if (op === 3) {
      this.halt();
      reply(0);
    } else if (this.running) reply(6);
    else {
      const at = bytes.indexOf(0, 2);
      const rate = at === 2 && bytes.length >= 6 ? bytes[4]! + bytes[5]! * 256 : 0;
      if (!this.options.rates.includes(rate)) return reply(8);
      this.start(rate);
      reply(0, []);
    }
  }

  /** In as many packets as it takes, each with its own head; after the write was answered. */
  private reply(op: number, type: number, status: number, params: number[]): void {
    const room = this.control.size - 5;
    const parts = Array.from({ length: Math.max(1, Math.ceil(params.length / room)) }, (_, i) => params.slice(i * room, (i + 1) * room));
    setImmediate(() => parts.forEach((part, i) => this.control.send([0xf0, op, type, status, i < parts.length - 1 ? 1 : 0, ...part])));
  }

  private start(rate: number): void {
    this.rate = rate;
    this.waiting = [];
    // Its clock runs on while nothing is asked for.
    const base = Math.floor(((performance.now() - this.born) / 1000) * rate);
    this.running = sampler(rate, (from, to) => { for (let n = from; n < to; n++) this.sample(base + n); });
  }

  private sample(n: number): void {
    if (!this.data.open) { this.waiting = []; return; }
    this.waiting.push(n);
    if (this.waiting.length < Math.min(this.options.perFrame, Math.floor((this.data.size - 10) / 6))) return;
    const from = this.waiting[0]!;
    this.data.send(this.frame(this.waiting));
    this.sent.push({ from, to: n + 1 });
    this.waiting = [];
  }

  /** Raw, s16, with the time of its last sample. */
  private frame(numbers: number[]): number[] {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64LE(POWERED_ON + BigInt(Math.round((numbers.at(-1)! * 1e9) / this.rate)));
    return [ACC, ...stamp, 0x01, ...numbers.flatMap((n) => sampleOf(n).flatMap(s16))];
  }
}
