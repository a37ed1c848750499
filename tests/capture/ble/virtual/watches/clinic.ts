import type { VirtualDevice } from '../stacks.ts';
import { Outlet } from './parts.ts';

/** Thermometer and pulse oximeter whose measurements are indicated, as the standard services ask (reference §1.4, §1.5). */
export class Clinic {
  readonly temperature = new Outlet();
  readonly spot = new Outlet();
  readonly continuous = new Outlet();
  readonly device: VirtualDevice = {
    name: 'Clinic',
    advertises: ['1809', '1822'],
    services: [
      { uuid: '1809', characteristics: [{ uuid: '2a1c', properties: ['indicate'], subscribed: this.temperature.subscribed }] },
      { uuid: '1822', characteristics: [{ uuid: '2a5e', properties: ['indicate'], subscribed: this.spot.subscribed }, { uuid: '2a5f', properties: ['notify'], subscribed: this.continuous.subscribed }] },
    ],
  };
}
