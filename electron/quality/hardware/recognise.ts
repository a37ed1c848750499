import type { BleRecognition, DeviceEntry, HardwareIdentity } from '../../../shared/domain/device.ts';
import type { SourceInfo } from '../../../shared/domain/recording.ts';
import { deviceName, type DeviceRegistry } from './registry.ts';

/** Of a recording: what it was made with, and how far that is known. */
export type Recognition = {
  entry: DeviceEntry | null;
  /** `claim`: the owner's word; `model` and `maker`: the device's or its file's. Null where there is no entry. */
  confidence: 'model' | 'maker' | 'claim' | null;
  /** Why there is no entry that it may be listed with. `none` where there is. */
  cause: 'none' | 'simulated' | 'by-hand' | 'unknown' | 'contradiction' | 'withdrawn';
  /** What the source says it is, as far as it says so. */
  told: string | null;
  reason: string;
  hint: string | null;
};

type Source = Pick<SourceInfo, 'kind' | 'device' | 'simulated' | 'identity' | 'model'>;

/** Files that say nothing of the hardware, or name the program that wrote them: there the owner may name it. */
const NAMEABLE = new Set<SourceInfo['kind']>(['csv', 'edf', 'gpx', 'tcx', 'gadgetbridge']);

/** Whether the owner's word counts for such a source: what a device said of itself is not overruled. */
export function isNameable(source: Source): boolean {
  if (source.simulated || source.kind === 'manual' || source.kind === 'simulator') return false;
  if (source.kind === 'ble') { const i = source.identity; return !i || (i.manufacturer === null && i.model === null && i.companyId === null && i.pnp === null); }
  return NAMEABLE.has(source.kind) || source.device === null;
}

/** What the source of a recording tells of its hardware, held against the list. The same for the same list, whenever it is asked. */
export function recognise(source: Source, registry: DeviceRegistry): Recognition {
  const none = (cause: Recognition['cause'], told: string | null, reason: string, hint: string | null): Recognition => ({ entry: null, confidence: null, cause, told, reason, hint });
  if (source.simulated) return none('simulated', null, 'It was made by a simulator, not by a device.', 'Only a network for trying things out lists it.');
  if (source.kind === 'manual') return none('by-hand', null, 'It was written down by hand; no device is needed.', null);
  const found = source.kind === 'ble' ? (source.identity ? byIdentity(source.identity, registry) : null) : byFile(source, registry);
  if (found) return found;
  if (isNameable(source)) {
    const named = source.model === undefined ? registry.entries.find((e) => same(deviceName(e), source.device)) : registry.get(source.model);
    if (named) return withdrawn(named) ?? { entry: named, confidence: 'claim', cause: 'none', told: deviceName(named), reason: `You named the ${deviceName(named)}; nothing in the data's source says so. Its values are held against what that model can give.`, hint: null };
  }
  const told = source.identity ? [source.identity.manufacturer, source.identity.model].filter((s) => s !== null).join(' ') || null : source.device;
  return none('unknown', told, told ? `«${told}» is not on the list of validated hardware.` : 'Nothing says which device made it.',
    isNameable(source) ? 'Name its device if it is on the list; otherwise keep the recording for yourself, or propose the device (docs/devices.md).' : 'Keep the recording for yourself, or propose the device for the list (docs/devices.md).');
}

function withdrawn(entry: DeviceEntry): Recognition | null {
  if (entry.withdrawn === undefined) return null;
  return { entry: null, confidence: null, cause: 'withdrawn', told: deviceName(entry), reason: `The ${deviceName(entry)} was taken off the list of validated hardware: ${entry.withdrawn}`, hint: 'Keep the recording for yourself.' };
}

const recognised = (entry: DeviceEntry, by: string): Recognition => withdrawn(entry) ?? {
  entry, confidence: entry.level, cause: 'none', told: deviceName(entry),
  reason: entry.level === 'model' ? `Recognised as ${deviceName(entry)} by ${by}.` : `Recognised as of ${entry.manufacturer} by ${by}; the model is not told, so less of it can be checked.`, hint: null,
};

/* ── Files ── */

function byFile(source: Source, registry: DeviceRegistry): Recognition | null {
  let best: { entry: DeviceEntry; length: number } | null = null;
  for (const entry of registry.entries) {
    for (const file of entry.files) {
      if (file.kind !== source.kind) continue;
      for (const length of file.devices.length === 0 ? [0] : file.devices.map((d) => beginsWith(source.device, d))) {
        if (length >= 0 && (best === null || length > best.length)) best = { entry, length };
      }
    }
  }
  return best && recognised(best.entry, best.length === 0 ? 'the format of its file' : 'what its file says of the device');
}

/** Length of `prefix` where `text` begins with it and a word ends there; otherwise -1. */
function beginsWith(text: string | null, prefix: string): number {
  const [whole, start] = [plain(text), plain(prefix)];
  return whole.startsWith(start) && !/^[\p{L}\p{N}+]/u.test(whole.slice(start.length)) ? start.length : -1;
}

/* ── Bluetooth ── */

function byIdentity(identity: HardwareIdentity, registry: DeviceRegistry): Recognition | null {
  let contradiction: Recognition | null = null;
  // What names its model first: a family would take it as well.
  for (const level of ['model', 'maker'] as const) {
    for (const entry of registry.entries) {
      if (entry.level !== level || !entry.ble || !calledSo(identity, entry.ble)) continue;
      const against = contradictionOf(identity, entry, entry.ble);
      if (against === null) return recognised(entry, entry.ble.models.length > 0 ? 'its Device Information and its services' : 'its maker\'s identifier and its services');
      contradiction ??= { entry: null, confidence: null, cause: 'contradiction', told: deviceName(entry), reason: against, hint: 'Keep the recording for yourself; a real one of that model would not say so.' };
    }
    // A model's name that its services belie is no member of its maker's family either.
    if (contradiction) return contradiction;
  }
  return null;
}

/** Whether a device says that it is of this entry, whatever else speaks against it. */
function calledSo(i: HardwareIdentity, ble: BleRecognition): boolean {
  const pnp = i.pnp !== null && ble.pnp.some((p) => p.source === i.pnp!.source && p.vendor === i.pnp!.vendor);
  if (ble.models.length > 0) {
    const product = i.pnp !== null && ble.pnp.some((p) => p.product !== null && p.source === i.pnp!.source && p.vendor === i.pnp!.vendor && p.product === i.pnp!.product);
    const maker = ble.manufacturers.some((m) => same(m, i.manufacturer)) || (i.manufacturer === null && (pnp || (i.companyId !== null && ble.companyIds.includes(i.companyId))));
    return product || (maker && ble.models.some((m) => same(m, i.model)));
  }
  const maker = ble.manufacturers.some((m) => same(m, i.manufacturer)) || pnp || (i.companyId !== null && ble.companyIds.includes(i.companyId));
  // One maker has several families: the services tell which.
  return maker && ble.services.every((s) => has(i, s));
}

function contradictionOf(i: HardwareIdentity, entry: DeviceEntry, ble: BleRecognition): string | null {
  const name = deviceName(entry);
  const missing = ble.services.find((s) => !has(i, s));
  if (missing !== undefined) return `It calls itself ${name} but lacks the service ${missing.slice(0, 8)}, which that has.`;
  if (i.manufacturer !== null && ble.manufacturers.length > 0 && !ble.manufacturers.some((m) => same(m, i.manufacturer))) return `It advertises as ${name} but names «${i.manufacturer}» as its manufacturer.`;
  if (i.companyId !== null && ble.companyIds.length > 0 && !ble.companyIds.includes(i.companyId)) return `It calls itself ${name} but advertises another maker's identifier (0x${i.companyId.toString(16).padStart(4, '0')}).`;
  if (i.pnp !== null && i.pnp.source === 'bluetooth' && ble.pnp.length > 0 && !ble.pnp.some((p) => p.source === 'bluetooth' && p.vendor === i.pnp!.vendor)) return `It calls itself ${name} but its PnP ID is of another maker (0x${i.pnp.vendor.toString(16).padStart(4, '0')}).`;
  return null;
}

const has = (i: HardwareIdentity, service: string): boolean => i.services.some((s) => shortForm(s) === shortForm(service));
/** Four digits for what is of the Bluetooth base UUID. */
const shortForm = (uuid: string): string => { const hex = uuid.toLowerCase().replaceAll('-', ''); return /^0000[0-9a-f]{4}00001000800000805f9b34fb$/.test(hex) ? hex.slice(4, 8) : hex; };
const plain = (text: string | null): string => (text ?? '').normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '').replace(/\s+/g, ' ').trim().toLowerCase();
const same = (a: string, b: string | null): boolean => b !== null && plain(a) === plain(b);

/**
 * Why a network does not list it, for its hardware's sake; null where it may be listed.
 * @param allowSimulated on a network for trying things out
 */
export function refusalOf(recognition: Recognition, { allowSimulated }: { allowSimulated: boolean }): { message: string; hint: string } | null {
  switch (recognition.cause) {
    case 'none': case 'by-hand': return null;
    case 'simulated': return allowSimulated ? null : { message: 'A recording of the simulator cannot be listed on a real network.', hint: 'Import a recording of your own, or use the local demo network.' };
    default: return { message: `It cannot be listed: ${recognition.reason.charAt(0).toLowerCase()}${recognition.reason.slice(1)}`, hint: recognition.hint ?? 'Keep the recording for yourself.' };
  }
}
