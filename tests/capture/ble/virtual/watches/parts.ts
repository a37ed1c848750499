import type { VirtualService } from '../stacks.ts';

const le = (size: number, value: number): number[] => Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 0xff);

/** Little-endian, as all of Bluetooth counts. */
export const u16 = (value: number): number[] => le(2, value);
export const u32 = (value: number): number[] => le(4, value);
export const s16 = (value: number): number[] => le(2, value < 0 ? value + 0x1_0000 : value);

export type Claims = { manufacturer?: string; model?: string; serial?: string; firmware?: string; hardware?: string; software?: string; pnp?: { source: 1 | 2; vendor: number; product: number; version: number } };

/** Device Information (reference §1.2), with the trailing NUL that real devices send. */
export function deviceInformation(claims: Claims): VirtualService {
  const text = (uuid: string, value: string | undefined) => (value === undefined ? [] : [{ uuid, properties: ['read' as const], read: () => new TextEncoder().encode(`${value}\0`) }]);
  const { pnp } = claims;
  return {
    uuid: '180a',
    characteristics: [
      ...text('2a29', claims.manufacturer), ...text('2a24', claims.model), ...text('2a25', claims.serial), ...text('2a26', claims.firmware), ...text('2a27', claims.hardware), ...text('2a28', claims.software),
      ...(pnp ? [{ uuid: '2a50', properties: ['read' as const], read: () => Uint8Array.from([pnp.source, ...u16(pnp.vendor), ...u16(pnp.product), ...u16(pnp.version)]) }] : []),
    ],
  };
}

/** One characteristic that notifies whoever asked. */
export class Outlet {
  private sends = new Set<(bytes: Uint8Array) => void>();
  /** The largest value that fits the connection. */
  size = 20;

  subscribed = (send: (bytes: Uint8Array) => void, size: number): (() => void) => {
    this.sends.add(send);
    this.size = size;
    return () => { this.sends.delete(send); };
  };

  get open(): boolean { return this.sends.size > 0; }
  send(bytes: ArrayLike<number>): void { for (const send of this.sends) send(Uint8Array.from(bytes)); }
}

/** Battery service: read and notify, per cent. */
export class Battery {
  private readonly outlet = new Outlet();
  private level: number;
  readonly service: VirtualService;

  constructor(level: number) {
    this.level = level;
    this.service = { uuid: '180f', characteristics: [{ uuid: '2a19', properties: ['read', 'notify'], read: () => Uint8Array.of(this.level), subscribed: this.outlet.subscribed }] };
  }

  set(level: number): void {
    this.level = level;
    this.outlet.send([level]);
  }
}

/** Calls `due(n)` with how many samples of a steady rate have been taken since the last call. Timers are late; samples are not. */
export function sampler(rateHz: number, due: (from: number, to: number) => void): { stop(): void } {
  const begin = performance.now();
  let taken = 0;
  const timer = setInterval(() => {
    const now = Math.floor(((performance.now() - begin) * rateHz) / 1000);
    if (now > taken) due(taken, now);
    taken = now;
  }, 5);
  return { stop: () => clearInterval(timer) };
}
