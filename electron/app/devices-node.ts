import type { DeviceListView } from '../../shared/api/devices.ts';
import type { RecordingDevice } from '../../shared/api/owner.ts';
import { AppError } from '../../shared/errors.ts';
import { contractInterface } from '../chain/contracts.ts';
import { nameDeviceList } from '../chain/deploy.ts';
import { createRpc } from '../chain/rpc.ts';
import { readSignedList } from '../quality/hardware/registry.ts';
import { deviceOf } from './device-view.ts';
import { followNetwork, nameDevice, readListFiles } from './devices-api.ts';
import { layOut } from './lay-out.ts';
import type { NodeParts } from './open-parts.ts';

/** What the registrar of a network sends to name a list; `gas` null where somebody else has to. */
export type Announced = { version: number; hash: string; uri: string; to: string | null; data: string; gas: bigint | null };

/** The command line's view of the list of validated hardware. */
export function devicesOf(parts: NodeParts, signal?: AbortSignal) {
  const { devices, recordings } = parts;
  return {
    view: (): DeviceListView => devices.view(),
    async update(list: string, signature?: string): Promise<DeviceListView> {
      const files = await readListFiles(list, signature);
      devices.update(files.bytes, files.signature, 'file');
      return devices.view();
    },
    /** @returns whether the network had a newer one */
    async refresh(): Promise<boolean> { return followNetwork(devices, await parts.chain(), (await parts.blobs()).store, signal); },
    /** @param device null takes the name back */
    name(recordingId: string, device: string | null): RecordingDevice {
      return deviceOf(nameDevice({ devices, recordings }, { recordingId, device }).source, devices.registry(), { allowSimulated: true });
    },
    /**
     * Serves a signed list from this profile and names it on a local network's contract; elsewhere says what its registrar
     * has to send.
     */
    async announce(list: string, signature?: string): Promise<Announced> {
      const files = await readListFiles(list, signature);
      const signed = readSignedList(files.bytes, files.signature);
      const [chain, { store, endpoint }] = await Promise.all([parts.chain(), parts.blobs()]);
      if (chain.network.contracts.devices) {
        const [now] = (await chain.read('devices', 'current', [])) as [bigint];
        if (BigInt(signed.list.version) <= now) throw new AppError('devices-refused', `The network names version ${now} of the list already; version ${signed.list.version} is not newer.`, { hint: 'Raise the version and have it signed.' });
      }
      const cid = await layOut(parts.profile, store, 'devices', { 'devices.json': files.bytes, 'devices.json.sig': files.signature }, signal);
      const peers = endpoint.split(',').filter((a) => a !== '').slice(0, 3);
      const uri = `ipfs://${cid}${peers.length > 0 ? `#${peers.join(',')}` : ''}`;
      const { version } = signed.list;
      const data = contractInterface('devices').encodeFunctionData('update', [version, signed.hash, uri]);
      const gas = chain.network.local ? (await nameDeviceList(createRpc(chain.network.rpcUrl), chain.network, { version, hash: signed.hash, uri })).gas : null;
      return { version, hash: signed.hash, uri, to: chain.network.contracts.devices ?? null, data, gas };
    },
  };
}
