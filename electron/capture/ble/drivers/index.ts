import { shortUuid } from '../uuid.ts';
import { bangle } from './bangle.ts';
import { battery } from './battery.ts';
import type { Driver } from './driver.ts';
import { healthThermometer } from './health-thermometer.ts';
import { heartRate } from './heart-rate.ts';
import { infiniTime } from './infinitime.ts';
import { polar } from './polar.ts';
import { pulseOximeter } from './pulse-oximeter.ts';

export const drivers: readonly Driver[] = [polar, infiniTime, bangle, pulseOximeter, healthThermometer, heartRate, battery];

/** Those that a device with these services, advertised or discovered, can be read by. */
export function driversFor(services: Iterable<string>): Driver[] {
  const have = new Set([...services].map(shortUuid));
  return drivers.filter((d) => have.has(d.service));
}

/** Polar's and Amer Sports' own member services announce what the discovery then finds. */
const MEMBER: Record<string, string> = { feee: 'Polar sensor' };

/** What a person may call the device that advertises these; null for one that nothing here can read. */
export function knownAs(services: Iterable<string>, name: string | null = null): string | null {
  const list = [...services].map(shortUuid);
  const found = driversFor(list).find((d) => d.streams.length > 0);
  // InfiniTime and Bangle.js advertise little: their names say it, the services decide after connecting.
  return found?.name ?? list.map((s) => MEMBER[s]).find((n) => n !== undefined) ?? (name === 'InfiniTime' ? infiniTime.name : name?.startsWith('Bangle.js') ? bangle.name : null);
}
