import { z } from 'zod';

/** `polar-h10`: names a model in labels, for ever. */
export const DeviceId = z.string().regex(/^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/);

/** What a Bluetooth device said of itself, kept with its recordings. Claims, never proof; no serial number, no address, no name that its owner gave. */
export const HardwareIdentity = z.object({
  manufacturer: z.string().max(80).nullable(),
  model: z.string().max(80).nullable(),
  firmware: z.string().max(80).nullable(),
  hardware: z.string().max(80).nullable(),
  pnp: z.object({ source: z.enum(['bluetooth', 'usb']), vendor: z.int(), product: z.int() }).nullable(),
  companyId: z.int().nullable(),
  services: z.array(z.string().max(36)).max(64),
});
export type HardwareIdentity = z.infer<typeof HardwareIdentity>;
