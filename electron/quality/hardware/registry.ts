import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { DeviceList, type DeviceEntry } from '../../../shared/domain/device.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAINTAINER_KEYS } from './maintainers.ts';
import { signerOf } from './signature.ts';

/** More is no list of devices. */
export const MAX_LIST_BYTES = 8 * 1024 * 1024;

/** A list that the maintainers signed, as it came: the bytes are what the signature and the network's hash are of. */
export type SignedList = { list: DeviceList; bytes: Uint8Array; signature: string; /** SHA-256 of the bytes, `0x…`. */ hash: `0x${string}` };

export type DeviceRegistry = {
  /** Of the newest list. */
  version: number;
  issued: string;
  entries: readonly DeviceEntry[];
  get(id: string): DeviceEntry | undefined;
  /** The entry that a report was made with, in the newest list or in one before it that is still known. */
  find(id: string, hash: string): DeviceEntry | undefined;
};

const BUILT_IN = new URL('../../../resources/devices.json', import.meta.url);

/**
 * Reads a list and checks its signature over exactly these bytes before it believes a word of it.
 * @throws AppError `devices-refused`
 */
export function readSignedList(bytes: Uint8Array, signature: string, keys: readonly string[] = MAINTAINER_KEYS): SignedList {
  const refuse = (sentence: string, hint: string) => new AppError('devices-refused', sentence, { hint });
  if (bytes.length > MAX_LIST_BYTES) throw refuse(`A list of devices of ${bytes.length} bytes is too large.`, 'A list has a few hundred kilobytes.');
  if (signerOf(bytes, signature, keys) === null) throw refuse('The list of devices is not signed by the maintainers, or was changed after they signed it.', 'Fetch the list and its .sig file again from where the app came from.');
  let json: unknown;
  try { json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)); } catch { throw refuse('The list of devices is no JSON.', 'Fetch it again.'); }
  const parsed = DeviceList.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw refuse(`The list of devices has a form that this app does not know: ${issue.path.join('.')}: ${issue.message}.`, 'Update the app, which may be older than the list.');
  }
  return { list: parsed.data, bytes, signature, hash: `0x${createHash('sha256').update(bytes).digest('hex')}` };
}

let builtIn: SignedList | undefined;

/** The list that came with the app. */
export function builtInList(): SignedList {
  return (builtIn ??= readSignedList(readFileSync(BUILT_IN), readFileSync(new URL(`${BUILT_IN.href}.sig`), 'utf8')));
}

/** SHA-256 of the entry's canonical JSON (RFC 8785): what a report names, so that everybody scores by the same numbers. */
export function entryHash(entry: DeviceEntry): string {
  return createHash('sha256').update(canonicalize(entry)!, 'utf8').digest('hex');
}

/** @param lists the newest first; the others are for reports that were made by them */
export function createRegistry(lists: readonly SignedList[]): DeviceRegistry {
  const newest = lists[0]!.list;
  const byId = new Map(newest.devices.map((d) => [d.id, d]));
  const byHash = new Map<string, DeviceEntry>();
  for (const { list } of [...lists].reverse()) for (const entry of list.devices) byHash.set(`${entry.id} ${entryHash(entry)}`, entry);
  return { version: newest.version, issued: newest.issued, entries: newest.devices, get: (id) => byId.get(id), find: (id, hash) => byHash.get(`${id} ${hash}`) };
}

/** `Polar H10`: what a label names. */
export const deviceName = ({ manufacturer, model }: Pick<DeviceEntry, 'manufacturer' | 'model'>): string => `${manufacturer} ${model}`;
