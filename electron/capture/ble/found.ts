import { plainText } from './drivers/device-information.ts';
import { driversFor, knownAs } from './drivers/index.ts';
import type { FoundDevice, PeripheralLike } from './types.ts';
import { shortUuid } from './uuid.ts';

const MAX_SERVICES = 64;

/** What an advertisement says. @param now milliseconds since the Unix epoch */
export function describe({ id, rssi, connectable, advertisement }: PeripheralLike, now: number): FoundDevice {
  const name = advertisement.localName === undefined ? null : plainText(advertisement.localName);
  const services = [...new Set((advertisement.serviceUuids ?? []).slice(0, MAX_SERVICES).map(shortUuid))].sort();
  const data = advertisement.manufacturerData;
  const kind = knownAs(services, name);
  return {
    id, name, rssi, services, connectable: connectable !== false, kind, known: kind !== null, lastSeen: now,
    companyId: companyId(data),
    manufacturerData: data && data.length > 0 ? Buffer.from(data).toString('hex') : null,
    drivers: driversFor(services).map((d) => d.id),
  };
}

/** u16 little-endian (reference §2). 0xFFFF is for tests and names no maker. */
export function companyId(data: Uint8Array | undefined): number | null {
  if (!data || data.length < 2) return null;
  const id = data[0]! | (data[1]! << 8);
  return id === 0xffff ? null : id;
}
