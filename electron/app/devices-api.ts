import { readFile, stat } from 'node:fs/promises';
import type { DeviceListView, NameDeviceIn, UpdateDevicesIn } from '../../shared/api/devices.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { RecordingInfo } from '../../shared/domain/recording.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { isNameable, recognise } from '../quality/hardware/recognise.ts';
import { deviceName, MAX_LIST_BYTES } from '../quality/hardware/registry.ts';
import type { Blobs } from './storage-service.ts';
import { addressesIn } from '../market/fetch-manifest.ts';
import type { Chain } from './chain-service.ts';
import type { Devices } from './devices.ts';
import type { Backstage } from './backstage.ts';
import type { DevicesApi, OwnerApi, Started } from './api-types.ts';
import type { NodeParts } from './open-parts.ts';

const REFRESH_MS = 6 * 3_600_000;
const MAX_SIGNATURE_BYTES = 10_000;

/**
 * Takes the list that the network's contract names, where there is one and it is newer. Keepers are asked for it besides
 * those whom the contract names.
 * @throws AppError `devices-refused`, `storage-timeout`, `chain-unreachable`
 */
export async function followNetwork(devices: Devices, chain: Pick<Chain, 'network' | 'read' | 'reads'>, blobs: Blobs['store'], signal?: AbortSignal): Promise<boolean> {
  if (!chain.network.contracts.devices) return false;
  const [version, hash, uri] = (await chain.read('devices', 'current', [])) as [bigint, string, string];
  if (Number(version) <= devices.registry().version) return false;
  const keepers = chain.reads.participantsByRole(Role.keeper).flatMap((k) => addressesIn(k.endpoint)).slice(0, 16);
  if (keepers.length > 0) await blobs.connect(keepers, { signal, timeoutMs: 3000 }).catch(() => undefined);
  return devices.follow({ version: Number(version), hash, uri }, blobs, signal);
}

/**
 * Reads a list and its signature from a path; without one for the signature, from `<list>.sig`.
 * @throws AppError `file-not-found`, `devices-refused`
 */
export async function readListFiles(list: string, signature = `${list}.sig`): Promise<{ bytes: Buffer; signature: string }> {
  const read = async (path: string, most: number): Promise<Buffer> => {
    try {
      if ((await stat(path)).size > most) throw new AppError('devices-refused', `${path} is too large for a list of devices.`, { hint: 'Choose the list and its .sig file.' });
      return await readFile(path);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('file-not-found', `There is no file ${path}.`, { hint: 'A list of devices comes as two files: devices.json and devices.json.sig.', cause: error });
    }
  };
  return { bytes: await read(list, MAX_LIST_BYTES), signature: (await read(signature, MAX_SIGNATURE_BYTES)).toString('utf8') };
}

/**
 * Keeps the owner's word on what made a recording, or takes it back.
 * @throws AppError `device-unknown` where it is not on the list, or where the device or its file says something else; `invalid-argument`
 */
export function nameDevice({ devices, recordings }: Pick<NodeParts, 'devices' | 'recordings'>, { recordingId, device }: NameDeviceIn): RecordingInfo {
  const info = recordings.get(recordingId);
  if (!info) throw new AppError('invalid-argument', `There is no recording ${recordingId} in this profile.`, { hint: 'It may have been forgotten; look at your recordings.' });
  const { model: _, ...source } = info.source;
  if (device !== null) {
    const entry = devices.registry().get(device);
    if (!entry || entry.withdrawn !== undefined) throw new AppError('device-unknown', `«${device}» is not on the list of validated hardware.`, { hint: 'Choose one of the list.' });
    if (!isNameable(source)) throw new AppError('device-unknown', `«${info.title}» cannot be named as of the ${deviceName(entry)}: ${recognise(source, devices.registry()).reason}`, { hint: 'What a device or its file says of itself is not overruled.' });
  }
  return recordings.amend(recordingId, { source: device === null ? source : { ...source, model: device } });
}

/** The list of validated hardware, and the owner's word on what made a recording. */
export function createDevicesApi(b: Backstage, owner: Pick<OwnerApi, 'score'>): DevicesApi & { close(): void } {
  const { devices } = b.parts;
  const closing = new AbortController();
  const refresh = async (): Promise<void> => { if (await followNetwork(devices, b.chain, b.blobs.store, closing.signal)) b.changed('recordings'); };
  // A network that does not answer, or whose list is refused, is no reason to stop: the list in use stays, and its view says why.
  const follow = () => { void refresh().catch(() => undefined); };
  const timer = setInterval(follow, REFRESH_MS);
  timer.unref();
  follow();

  const uploaded = async (upload: string, most: number): Promise<Uint8Array> => {
    const file = b.uploads.get(upload);
    if (file.size > most) throw new AppError('devices-refused', `${file.name} is too large for a list of devices.`, { hint: 'Choose the list and its .sig file.' });
    return file.read(0, file.size);
  };

  return {
    list: (): DeviceListView => devices.view(),

    async name(input: NameDeviceIn): Promise<Started> {
      nameDevice(b.parts, input);
      b.changed('recordings');
      return owner.score(input.recordingId);
    },

    async update({ list, signature }: UpdateDevicesIn): Promise<DeviceListView> {
      if ('folder' in list || (signature && 'folder' in signature)) throw new AppError('invalid-argument', 'A list of devices is a file, not a folder.', { hint: 'Choose devices.json and devices.json.sig.' });
      if ('path' in list) {
        if (signature && !('path' in signature)) throw new AppError('invalid-argument', 'The list and its signature come the same way.', { hint: 'Choose both files together.' });
        const files = await readListFiles(list.path, signature?.path);
        devices.update(files.bytes, files.signature, 'file');
      } else {
        if (!signature || !('upload' in signature)) throw new AppError('invalid-argument', 'The signature of the list is missing.', { hint: 'Choose devices.json and devices.json.sig together.' });
        try {
          devices.update(await uploaded(list.upload, MAX_LIST_BYTES), new TextDecoder().decode(await uploaded(signature.upload, MAX_SIGNATURE_BYTES)), 'file');
        } finally {
          await b.uploads.remove(list.upload);
          await b.uploads.remove(signature.upload);
        }
      }
      b.changed('recordings');
      return devices.view();
    },

    async refresh(): Promise<DeviceListView> {
      try { await refresh(); } catch (error) { throw toAppError(error); }
      return devices.view();
    },

    close() { clearInterval(timer); closing.abort(new AppError('cancelled', 'The app is closing.')); },
  };
}
