import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceListView, KnownDevice } from '../../shared/api/devices.ts';
import type { DeviceEntry } from '../../shared/domain/device.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { MAINTAINER_KEYS } from '../quality/hardware/maintainers.ts';
import { ratesText } from '../quality/hardware/contradictions.ts';
import { builtInList, createRegistry, deviceName, MAX_LIST_BYTES, readSignedList, type DeviceRegistry, type SignedList } from '../quality/hardware/registry.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { collectBytes } from '../vault/collect-bytes.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** Lists that are kept besides the newest: reports of datasets that still wait for a certificate may name their entries. */
const KEPT = 3;
const NAME = /^devices-(\d{1,10})\.(file|network)\.json$/;
const FETCH_MS = 60_000;

/** What the network's contract says of its list. */
export type NetworkList = { version: number; hash: string; uri: string };

export type Devices = {
  /** As of now: ask again for each piece of work. */
  registry(): DeviceRegistry;
  view(): DeviceListView;
  /** @throws AppError `devices-refused` */
  update(bytes: Uint8Array, signature: string, from: 'file' | 'network'): void;
  /** Takes the network's list where it is newer. @returns whether anything changed. @throws AppError `devices-refused`, `storage-timeout` */
  follow(network: NetworkList, blobs: Pick<BlobStore, 'readFile' | 'connect'>, signal?: AbortSignal): Promise<boolean>;
};

type Held = SignedList & { from: DeviceListView['from'] };

/**
 * The profile's lists of validated hardware: the one that came with the app and newer ones that were signed since. One
 * that is not signed, or was changed, is refused with a sentence and the others are used.
 */
export function openDevices(dir: string, { keys = MAINTAINER_KEYS }: { /** Raw Ed25519 public keys, base64. */ keys?: readonly string[] } = {}): Devices {
  let problem: AppError | null = null;
  let lists: Held[] = [{ ...builtInList(), from: 'built-in' }];
  for (const name of existsSync(dir) ? readdirSync(dir) : []) {
    const from = NAME.exec(name)?.[2] as 'file' | 'network' | undefined;
    if (!from) continue;
    try { lists.push({ ...readSignedList(readFileSync(join(dir, name)), readFileSync(join(dir, `${name}.sig`), 'utf8'), keys), from }); } catch (cause) {
      problem = new AppError('devices-refused', `The list of devices that this profile keeps was refused: ${toAppError(cause).message}`, { hint: 'The list that came with the app is used. Update it again to be rid of this.' });
    }
  }
  const inOrder = () => { lists.sort((a, b) => b.list.version - a.list.version || (a.from === 'built-in' ? -1 : 1)); lists = lists.slice(0, KEPT + 1); };
  inOrder();
  let registry = createRegistry(lists);

  const devices: Devices = {
    registry: () => registry,
    view: () => ({
      version: registry.version, issued: registry.issued, from: lists[0]!.from, problem: problem && { message: problem.message, hint: problem.hint ?? null },
      devices: registry.entries.filter((e) => e.withdrawn === undefined).map(known),
    }),

    update(bytes, signature, from) {
      const next = readSignedList(bytes, signature, keys);
      const now = lists[0]!;
      if (next.hash === now.hash) return;
      if (next.list.version <= now.list.version) {
        throw new AppError('devices-refused', `That list of devices is version ${next.list.version}; version ${now.list.version} is in use, and a list never goes back.`, { hint: 'Nothing to do: the newer one stays.' });
      }
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const name = `devices-${next.list.version}.${from}.json`;
      // The signature first: a list without one would be refused at the next start.
      writeFileAtomic(join(dir, `${name}.sig`), signature);
      writeFileAtomic(join(dir, name), bytes);
      lists.push({ ...next, from });
      inOrder();
      problem = null;
      registry = createRegistry(lists);
      const kept = new Set(lists.filter((l) => l.from !== 'built-in').map((l) => `devices-${l.list.version}.${l.from}.json`));
      for (const old of readdirSync(dir)) if (/^devices-.*\.json(\.sig)?$/.test(old) && !kept.has(old.replace(/\.sig$/, ''))) rmSync(join(dir, old), { force: true });
    },

    async follow({ version, hash, uri }, blobs, signal) {
      if (version === 0 || version <= registry.version) return false;
      try {
        // ipfs://CID, and after # multiaddrs of who serves it.
        const at = /^ipfs:\/\/([a-z0-9]{20,120})(?:#(.*))?$/i.exec(uri);
        if (!at) throw new AppError('devices-refused', 'The network names a list of devices by an address that this app cannot read.', { hint: 'Update the app; until then the list in use stays.' });
        const peers = (at[2] ?? '').split(',').filter((p) => p.startsWith('/')).slice(0, 8);
        if (peers.length > 0) await blobs.connect(peers, { signal, timeoutMs: 5000 }).catch(() => undefined);
        const read = (name: string, maxBytes: number): Promise<Buffer> => collectBytes(blobs.readFile(at[1]!, name, { signal, timeoutMs: FETCH_MS, maxBytes }));
        const bytes = await read('devices.json', MAX_LIST_BYTES);
        const signed = readSignedList(bytes, (await read('devices.json.sig', 10_000)).toString('utf8'), keys);
        if (signed.hash !== hash.toLowerCase() || signed.list.version !== version) throw new AppError('devices-refused', 'The list of devices is not the one that the network names.', { hint: 'The list in use stays; ask the network\'s registrar.' });
        devices.update(bytes, signed.signature, 'network');
        return true;
      } catch (error) {
        problem = toAppError(error);
        throw error;
      }
    },
  };
  return devices;
}

const known = (entry: DeviceEntry): KnownDevice => ({
  id: entry.id, manufacturer: entry.manufacturer, model: entry.model, name: deviceName(entry), level: entry.level, evidence: entry.evidence,
  channels: entry.channels.map((c) => ({ kind: c.kind, unit: c.unit, range: c.range, rates: c.rates && ratesText(c), step: c.step, note: c.note ?? null })),
});
