import { guarded, refuse, type Driver } from './driver.ts';

/** Battery service (reference §1.2): a state of the device, not a recording. */
export const battery: Driver = {
  id: 'battery',
  name: 'Battery',
  service: '180f',
  listen: [{ service: '180f', characteristic: '2a19' }],
  streams: [],
  open: () => guarded((_, bytes) => {
    if (bytes.length === 0) return refuse('too-short');
    if (bytes.length > 1) return refuse('too-long');
    return bytes[0]! > 100 ? refuse('out-of-range') : { blocks: [], refused: null, battery: bytes[0]! };
  }),
};
