import { MISSING_INT32 } from '../../../../shared/domain/recording.ts';
import { dateTime } from './date-time.ts';
import { guarded, refuse, single, viewOf, type Decoded, type Driver } from './driver.ts';
import { sfloat } from './ieee11073.ts';

const SERVICE = '1822';
const SPOT = '2a5e';
const CONTINUOUS = '2a5f';
/** Measurement status: demonstration, testing, unavailable, invalid. Such a value is none of the person's. */
const UNUSABLE = (1 << 10) | (1 << 11) | (1 << 13) | (1 << 15);

const channels = () => [single('spo2', 'spo2', '%', 2), single('pulse', 'heart-rate', '/min', 2), single('status', 'other', '1', 0)];

/** Pulse Oximeter service (reference §1.4). The flags of the two characteristics differ. */
export const pulseOximeter: Driver = {
  id: 'pulse-oximeter',
  name: 'Pulse oximeter',
  service: SERVICE,
  listen: [{ service: SERVICE, characteristic: CONTINUOUS }, { service: SERVICE, characteristic: SPOT }],
  streams: [
    { name: 'spo2', label: 'oxygen saturation', timing: 'event', nominalRateHz: null, channels: channels() },
    { name: 'spo2-spot', label: 'oxygen saturation, single measurements', timing: 'event', nominalRateHz: null, channels: channels() },
  ],
  open: () => guarded((characteristic, bytes) => (characteristic === SPOT ? spot(bytes) : continuous(bytes))),
};

function continuous(bytes: Uint8Array): Decoded {
  const view = viewOf(bytes);
  const flags = view.getUint8(0);
  let at = 5;
  // Fast and slow readings are passed over: the normal one is what every device has.
  if (flags & 1) at += 4;
  if (flags & 2) at += 4;
  let status = MISSING_INT32;
  if (flags & 4) { status = view.getUint16(at, true); at += 2; }
  if (flags & 8) at += 3;
  if (flags & 16) at += 2;
  return reading('spo2', view, at, status, undefined);
}

function spot(bytes: Uint8Array): Decoded {
  const view = viewOf(bytes);
  const flags = view.getUint8(0);
  let at = 5;
  let when: number | null = null;
  if (flags & 1) { when = dateTime(view, at); at += 7; }
  let status = MISSING_INT32;
  if (flags & 2) { status = view.getUint16(at, true); at += 2; }
  if (flags & 4) at += 3;
  if (flags & 8) at += 2;
  // Bit 4: the device's clock was never set, so its date is worth nothing.
  return reading('spo2-spot', view, at, status, flags & 16 || when === null ? undefined : when);
}

function reading(stream: string, view: DataView, expected: number, status: number, wallTime: number | undefined): Decoded {
  if (view.byteLength < expected) return refuse('too-short');
  if (view.byteLength > expected) return refuse('too-long');
  if (status !== MISSING_INT32 && status & UNUSABLE) return refuse('not-usable');
  const saturation = sfloat(view.getUint16(1, true));
  const pulse = sfloat(view.getUint16(3, true));
  if (saturation === null && pulse === null) return refuse('reserved-value');
  if ((saturation !== null && (saturation < 0 || saturation > 100)) || (pulse !== null && (pulse < 0 || pulse > 350))) return refuse('out-of-range');
  const whole = (v: number | null) => (v === null ? MISSING_INT32 : Math.round(v * 100));
  return { blocks: [{ stream, rows: 1, columns: [[whole(saturation)], [whole(pulse)], [status]], ...(wallTime === undefined ? {} : { wallTime }) }], refused: null };
}
