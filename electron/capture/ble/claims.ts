import type { HardwareIdentity } from '../../../shared/domain/hardware-identity.ts';
import type { DeviceIdentity } from './types.ts';

/** Maker and model as the device says them, at most 80 characters; null where it says neither. Not its name: «Polar H10 1A2B3C4D» holds the unit's number. */
export function deviceLabel({ manufacturer, model }: Pick<DeviceIdentity, 'manufacturer' | 'model'>): string | null {
  const words = model !== null && manufacturer !== null && model.toLowerCase().startsWith(manufacturer.toLowerCase()) ? [model] : [manufacturer, model];
  return words.filter((w) => w !== null).join(' ').slice(0, 80) || null;
}

/** The claims that go with a recording: no name, no address, nothing that names the person's own unit. */
export function hardwareIdentity({ manufacturer, model, firmware, hardware, pnp, companyId, services }: DeviceIdentity): HardwareIdentity {
  return {
    manufacturer, model, firmware, hardware, companyId,
    pnp: pnp && { source: pnp.source, vendor: pnp.vendor, product: pnp.product },
    services: services.filter((s) => s.length <= 36).slice(0, 64),
  };
}
