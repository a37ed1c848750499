import { z } from 'zod';
import { DeviceId } from '../domain/device.ts';
import { RecordingId } from './common.ts';
import { FileRef } from './imports.ts';

/** A model of the signed list, for a choice or a table. */
export type KnownDevice = {
  id: string; manufacturer: string; model: string;
  /** `Polar H10`. */
  name: string;
  level: 'model' | 'maker';
  channels: { kind: string; unit: string; range: [number, number] | null; rates: string | null; step: number | null; note: string | null }[];
  evidence: { source: string; says: string }[];
};

/** The list in use and where it is from. `problem` tells why a newer one, or the kept one, was refused. */
export type DeviceListView = { version: number; issued: string; from: 'built-in' | 'file' | 'network'; devices: KnownDevice[]; problem: { message: string; hint: string | null } | null };

/** `device` null: takes the name back. Only where nothing was recognised: what a device said of itself is not overruled. */
export const NameDeviceIn = z.object({ recordingId: RecordingId, device: DeviceId.nullable() });
export type NameDeviceIn = z.infer<typeof NameDeviceIn>;

/** Both files of an update: the list and its signature, `<list>.sig`. For a path the signature's may be left out. */
export const UpdateDevicesIn = z.object({ list: FileRef, signature: FileRef.optional() });
export type UpdateDevicesIn = z.infer<typeof UpdateDevicesIn>;

/** `tRPC: devices.*` */
export type DevicesApi = {
  list(): DeviceListView;
  /** The owner says which device made a recording: a claim, which the recording's values are held against. Scores it again. */
  name(input: NameDeviceIn): Promise<{ jobId: string }>;
  /** @throws AppError `devices-refused`: not signed by the maintainers, not newer, or not readable */
  update(input: UpdateDevicesIn): Promise<DeviceListView>;
  /** Fetches the network's current list, where the network names one. */
  refresh(): Promise<DeviceListView>;
};
