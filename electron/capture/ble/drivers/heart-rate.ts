import { MISSING_INT32 } from '../../../../shared/domain/recording.ts';
import { guarded, refuse, single, viewOf, type Block, type Driver } from './driver.ts';

const SERVICE = '180d';
const MEASUREMENT = '2a37';

/** Heart Rate service (reference §1.1; GATT `heart_rate_measurement`). No time in the data: it is that of arrival. */
export const heartRate: Driver = {
  id: 'heart-rate',
  name: 'Heart rate monitor',
  service: SERVICE,
  listen: [{ service: SERVICE, characteristic: MEASUREMENT }],
  streams: [
    {
      name: 'heart-rate', label: 'heart rate', timing: 'event', nominalRateHz: null,
      channels: [single('heart-rate', 'heart-rate', '/min', 0), single('contact', 'other', '1', 0), single('energy', 'other', 'kJ', 0)],
    },
    { name: 'rr-interval', label: 'beats', timing: 'beats', nominalRateHz: null, channels: [single('rr-interval', 'rr-interval', 'ms', 3)] },
  ],
  open: () => guarded((_, bytes) => {
    if (bytes.length < 2) return refuse('too-short');
    const view = viewOf(bytes);
    const flags = view.getUint8(0);
    const wide = (flags & 1) !== 0;
    const rate = wide ? view.getUint16(1, true) : view.getUint8(1);
    let at = wide ? 3 : 2;
    let energy = MISSING_INT32;
    if (flags & 8) { energy = view.getUint16(at, true); at += 2; }
    const rest = bytes.length - at;
    // Only intervals may follow, each of two bytes; without their flag nothing may.
    if (rest % 2 !== 0 || (!(flags & 16) && rest > 0)) return refuse('malformed');
    if (rate > 350) return refuse('out-of-range');
    const contact = flags & 4 ? (flags & 2) !== 0 : null;
    // 0 bpm and no contact both mean that there is no value.
    const worn = contact !== false && rate > 0;
    const blocks: Block[] = [{ stream: 'heart-rate', rows: 1, columns: [[worn ? rate : MISSING_INT32], [contact === null ? MISSING_INT32 : Number(contact)], [energy]] }];
    const intervals: number[] = [];
    for (; at < bytes.length; at += 2) {
      const raw = view.getUint16(at, true);
      if (raw > 0) intervals.push((raw * 1000) / 1024);
    }
    if (intervals.length > 0 && contact !== false) blocks.push({ stream: 'rr-interval', rows: intervals.length, columns: [intervals.map((ms) => Math.round(ms * 1000))], intervals });
    return { blocks, refused: null, contact };
  }),
};
