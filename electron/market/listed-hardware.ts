import type { DeviceEntry } from '../../shared/domain/device.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { EVENT_KINDS, type ChannelKind } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { deviceName, type DeviceRegistry } from '../quality/hardware/registry.ts';

type Checked = { device: DeviceEntry | null; findings: { ok: boolean; detail: string }[] };

/** What people write down by hand, and how often at most, in Hz. */
const BY_HAND: readonly ChannelKind[] = [...EVENT_KINDS, 'heart-rate', 'temperature', 'spo2', 'steps', 'other'];
const BY_HAND_HZ = 0.1;

/**
 * The hardware that a sealed dataset is said to be of, as a validator sees it: by the label, the owner's report and the
 * signed list. The values themselves are held against the entry when the dataset is scored again.
 * @throws AppError `devices-refused` (retryable) where the report was made by a list that is not known here: not untrue, only not to be judged
 */
export function hardwareOf({ label, quality, channels }: Pick<Manifest, 'label' | 'quality' | 'channels'>, registry: DeviceRegistry): Checked {
  const not = (detail: string): Checked => ({ device: null, findings: [{ ok: false, detail }] });
  const none = (ok: boolean, detail: string): Checked => (label.model !== undefined || quality.hardware ? not('names a device where none is meant') : { device: null, findings: [{ ok, detail }] });
  if (label.simulated) return none(true, 'none: made by the simulator');
  if (label.byHand) {
    const wrong = channels.find((c) => !BY_HAND.includes(c.kind));
    if (wrong) return not(`${wrong.name} is not written down by hand`);
    if (label.rows > 10 && label.rows > label.durationSeconds * BY_HAND_HZ) return not(`${label.rows} rows in ${label.durationSeconds} s are not written down by hand`);
    return none(true, 'none: written down by hand');
  }
  if (label.model === undefined) return not('the label names no device of the list of validated hardware');
  if (quality.hardware?.device !== label.model) return not('the label names another device than the report');
  const now = registry.get(label.model);
  if (now?.withdrawn !== undefined) return not(`the ${deviceName(now)} was taken off the list of validated hardware: ${now.withdrawn}`);
  const device = registry.find(label.model, quality.hardware.entry);
  if (!device) {
    throw new AppError('devices-refused', 'This dataset was scored by an entry of the list of validated hardware that is not known here.', { hint: `Version ${registry.version} of the list is in use; update it, then check the dataset again.`, retryable: true });
  }
  if (label.device !== deviceName(device)) return not(`the label calls the ${deviceName(device)} by another name`);
  return { device, findings: [{ ok: true, detail: `${deviceName(device)}, of version ${registry.version} of the list` }] };
}
