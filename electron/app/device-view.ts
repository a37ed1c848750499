import type { RecordingDevice } from '../../shared/api/owner.ts';
import type { SourceInfo } from '../../shared/domain/recording.ts';
import { isNameable, recognise, refusalOf } from '../quality/hardware/recognise.ts';
import { deviceName, type DeviceRegistry } from '../quality/hardware/registry.ts';

/** What a page says of the hardware of a recording. */
export function deviceOf(source: SourceInfo, registry: DeviceRegistry, network: { allowSimulated: boolean }): RecordingDevice {
  const recognition = recognise(source, registry);
  const { entry, confidence, told, reason, hint } = recognition;
  const refusal = refusalOf(recognition, network);
  return {
    id: entry?.id ?? null, name: entry ? deviceName(entry) : told, manufacturer: entry?.manufacturer ?? null, trusted: refusal === null,
    how: entry === null ? null : confidence === 'claim' ? 'named' : 'recognised', nameable: isNameable(source) && confidence !== 'model' && confidence !== 'maker', reason: hint && refusal ? `${reason} ${refusal.hint}` : reason,
  };
}
