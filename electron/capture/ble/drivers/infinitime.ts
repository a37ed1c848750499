import { guarded, refuse, single, viewOf, type Driver } from './driver.ts';

const SERVICE = '0003000078fc48fe8e23433b3a1942d0';
const STEPS = '0003000178fc48fe8e23433b3a1942d0';
const MOTION = '0003000278fc48fe8e23433b3a1942d0';

/**
 * Motion service of InfiniTime on the PineTime (reference §1.9): x, y, z as s16, 1024 to the g, polled every 100 ms and
 * told only when changed, so that a hole means «as before». Its heart rate comes over the standard service.
 */
export const infiniTime: Driver = {
  id: 'infinitime',
  name: 'PineTime with InfiniTime',
  service: SERVICE,
  listen: [{ service: SERVICE, characteristic: MOTION }, { service: SERVICE, characteristic: STEPS }],
  streams: [
    { name: 'acceleration', label: 'acceleration', timing: 'regular', nominalRateHz: 10, sparse: true, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 7 }] },
    { name: 'steps', label: 'steps', timing: 'event', nominalRateHz: null, channels: [single('steps', 'steps', '1', 0)] },
  ],
  open: () => guarded((characteristic, bytes) => {
    const view = viewOf(bytes);
    const size = characteristic === STEPS ? 4 : 6;
    if (bytes.length < size) return refuse('too-short');
    if (bytes.length > size) return refuse('too-long');
    if (characteristic === STEPS) {
      const steps = view.getUint32(0, true);
      return steps > 1_000_000 ? refuse('out-of-range') : { blocks: [{ stream: 'steps', rows: 1, columns: [[steps]] }], refused: null };
    }
    const columns = [0, 2, 4].map((at) => [Math.round((view.getInt16(at, true) / 1024) * 1e7)]);
    return { blocks: [{ stream: 'acceleration', rows: 1, columns }], refused: null };
  }),
};
