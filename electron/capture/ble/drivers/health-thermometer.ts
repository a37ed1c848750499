import { MISSING_INT32 } from '../../../../shared/domain/recording.ts';
import { dateTime } from './date-time.ts';
import { guarded, refuse, single, viewOf, type Driver } from './driver.ts';
import { float32 } from './ieee11073.ts';

const SERVICE = '1809';
const MEASUREMENT = '2a1c';
const INTERMEDIATE = '2a1e';

/** Health Thermometer service (reference §1.5). Fahrenheit becomes Celsius; the place of measurement is kept as its number. */
export const healthThermometer: Driver = {
  id: 'health-thermometer',
  name: 'Thermometer',
  service: SERVICE,
  listen: [{ service: SERVICE, characteristic: MEASUREMENT }, { service: SERVICE, characteristic: INTERMEDIATE }],
  streams: [
    { name: 'temperature', label: 'temperature', timing: 'event', nominalRateHz: null, channels: [single('temperature', 'temperature', 'Cel', 3), single('site', 'other', '1', 0)] },
    // A reading that has not settled yet is no measurement: it stays apart.
    { name: 'temperature-live', label: 'temperature while it settles', timing: 'event', nominalRateHz: null, channels: [single('temperature', 'temperature', 'Cel', 3), single('site', 'other', '1', 0)] },
  ],
  open: () => guarded((characteristic, bytes) => {
    const view = viewOf(bytes);
    const flags = view.getUint8(0);
    const expected = 5 + (flags & 2 ? 7 : 0) + (flags & 4 ? 1 : 0);
    if (bytes.length < expected) return refuse('too-short');
    if (bytes.length > expected) return refuse('too-long');
    const raw = float32(view.getInt32(1, true));
    if (raw === null) return refuse('reserved-value');
    const celsius = flags & 1 ? ((raw - 32) * 5) / 9 : raw;
    // Wider than any body, so that a room's reading is kept and seen for what it is.
    if (celsius < -50 || celsius > 150) return refuse('out-of-range');
    const when = flags & 2 ? dateTime(view, 5) : null;
    const site = flags & 4 ? view.getUint8(expected - 1) : MISSING_INT32;
    const stream = characteristic === INTERMEDIATE ? 'temperature-live' : 'temperature';
    return { blocks: [{ stream, rows: 1, columns: [[Math.round(celsius * 1000)], [site]], ...(when === null ? {} : { wallTime: when }) }], refused: null };
  }),
};
