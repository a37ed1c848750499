import { AppError } from '../../../shared/errors.ts';
import { DEVICE_INFORMATION, decodePnp, decodeText, noInformation, PNP, TEXTS } from './drivers/device-information.ts';
import type { Driver, Endpoint } from './drivers/driver.ts';
import { driversFor } from './drivers/index.ts';
import type { Link } from './link.ts';
import type { DeviceIdentity, FoundDevice } from './types.ts';

/** Reads what the device says of itself, and finds who can read it. @throws AppError `format-unknown` when nobody can */
export async function identify(link: Link, found: FoundDevice): Promise<{ device: DeviceIdentity; active: Driver[] }> {
  const active = driversFor(link.services).filter((d) => d.listen.some((e) => link.has(e)));
  if (!active.some((d) => d.streams.length > 0)) {
    throw new AppError('format-unknown', 'Nothing in this device can be read by the app.', { hint: 'It has no service for heart rate, oxygen, temperature or motion that the app knows. Import its export instead.', details: { services: link.services.length } });
  }
  const information = noInformation();
  const endpoint = (characteristic: string): Endpoint => ({ service: DEVICE_INFORMATION, characteristic });
  for (const [field, characteristic] of Object.entries(TEXTS) as [keyof typeof TEXTS, string][]) {
    if (link.canRead(endpoint(characteristic))) information[field] = decodeText(await link.read(endpoint(characteristic)));
  }
  if (link.canRead(endpoint(PNP))) information.pnp = decodePnp(await link.read(endpoint(PNP)));
  const services = [...new Set([...found.services, ...link.services])].sort();
  return { active, device: { ...information, name: found.name, companyId: found.companyId, services, drivers: active.map((d) => d.id) } };
}
