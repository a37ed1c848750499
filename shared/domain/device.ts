import { z } from 'zod';
import { DeviceId } from './hardware-identity.ts';
import { ChannelKind } from './recording.ts';

export { DeviceId, HardwareIdentity } from './hardware-identity.ts';

/**
 * The list of validated hardware (resources/devices.json): manufacturers and models, how each is recognised, what its
 * sensors measure and why it is believed. Signed by the maintainers; see docs/devices.md.
 */

const Text = z.string().min(1).max(200);
const Hz = z.number().positive().max(100_000);
/** A UUID as noble gives it: lower-case hex, four digits or 32, without dashes. */
const Uuid = z.string().regex(/^([0-9a-f]{4}|[0-9a-f]{32})$/);
const CompanyId = z.int().min(0).max(0xfffe);

/** How a Bluetooth device is recognised, by what it says of itself (docs/devices.md). */
export const BleRecognition = z.strictObject({
  /** Of the advertisement's manufacturer data; 0xFFFF is for tests and is no maker. */
  companyIds: z.array(CompanyId).max(8),
  /** Characteristics 2A29 and 2A24; compared without case and outer spaces. Empty models: the maker alone is recognised. */
  manufacturers: z.array(Text).max(8),
  models: z.array(Text).max(16),
  /** Characteristic 2A50. `product` null: any of the vendor's. */
  pnp: z.array(z.strictObject({ source: z.enum(['bluetooth', 'usb']), vendor: z.int().min(0).max(0xffff), product: z.int().min(0).max(0xffff).nullable() })).max(8),
  /** All of these must be there: without them it is not what it says. */
  services: z.array(Uuid).max(8),
});
export type BleRecognition = z.infer<typeof BleRecognition>;

/** How a file of a device is recognised: by its format and by what it says of the device (`SourceInfo.device`). */
export const FileRecognition = z.strictObject({
  kind: z.enum(['wisdm', 'apple-health', 'fitbit', 'fit', 'tcx', 'gpx', 'gadgetbridge', 'empatica-e4', 'actigraph-csv', 'gt3x', 'axivity-csv', 'samsung-health', 'oura']),
  /** Compared as a prefix at a word's end, without case. Empty: the format itself says enough. */
  devices: z.array(Text).max(16),
});
export type FileRecognition = z.infer<typeof FileRecognition>;

/** What one sensor gives. Null where the sources do not say: then it is not checked. */
export const DeviceChannel = z.strictObject({
  kind: ChannelKind,
  /** Of `range` and `step`, as UCUM; a recording in another unit of the same kind is converted. */
  unit: z.string().max(16),
  components: z.int().min(1).max(16),
  /** Least and greatest value that it can give, at its widest setting. */
  range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, 'ends before it begins').nullable(),
  /** `fixed`: one of these, within `tolerance` (a share). `most`: as often as that or less, as values change. */
  rates: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed'), hz: z.array(Hz).min(1).max(24), tolerance: z.number().min(0.005).max(0.2) }),
    z.strictObject({ kind: z.literal('most'), hz: Hz }),
  ]).nullable(),
  /** Values are whole multiples of it. */
  step: z.number().positive().nullable(),
  /** What of it is not certain, and why; those numbers stay null or are wide. */
  note: z.string().max(300).optional(),
});
export type DeviceChannel = z.infer<typeof DeviceChannel>;

export const DeviceEntry = z.strictObject({
  id: DeviceId,
  manufacturer: z.string().min(2).max(60),
  model: z.string().min(1).max(60),
  /** `model`: this very model. `maker`: a family of which only the maker, or the maker's file format, is told: less of it can be checked. */
  level: z.enum(['model', 'maker']),
  placements: z.array(z.enum(['wrist', 'chest', 'upper-arm', 'finger', 'ear', 'hip', 'ankle', 'other'])).max(8),
  ble: BleRecognition.nullable(),
  files: z.array(FileRecognition).max(8),
  channels: z.array(DeviceChannel).min(1).max(24).refine((all) => new Set(all.map((c) => c.kind)).size === all.length, 'a kind stands there twice'),
  /** Why it is believed: documents, sources, measurements. */
  evidence: z.array(z.strictObject({ source: z.string().min(5).max(300), says: z.string().min(5).max(300) })).min(1).max(8),
  /** Not to be listed any more, and why. */
  withdrawn: z.string().max(200).optional(),
}).refine((d) => d.ble !== null || d.files.length > 0, 'is recognised by nothing');
export type DeviceEntry = z.infer<typeof DeviceEntry>;

export const DeviceList = z.strictObject({
  $schema: z.string().max(100).optional(),
  format: z.literal('phdex/devices/v1'),
  /** Grows with each list that is signed; a profile never goes back. */
  version: z.int().min(1).max(2 ** 31),
  /** `YYYY-MM-DD`. */
  issued: z.iso.date(),
  devices: z.array(DeviceEntry).min(1).max(2000).refine((all) => new Set(all.map((d) => d.id)).size === all.length, 'an id stands there twice'),
});
export type DeviceList = z.infer<typeof DeviceList>;
