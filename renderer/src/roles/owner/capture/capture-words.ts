import type { CaptureStream, CaptureView } from '../../../../../shared/api/capture.ts';
import { hasKey, t } from '../../../i18n/index.ts';

/** dBm as bars of four; null where the system does not tell. */
export function signalBars(rssi: number | null): number | null {
  if (rssi === null) return null;
  return rssi >= -60 ? 4 : rssi >= -70 ? 3 : rssi >= -80 ? 2 : 1;
}

export const refusalText = (reason: string): string => { const key = `capture.refused.${reason}`; return hasKey(key) ? t(key) : reason; };
export const timingText = (timing: CaptureStream['timing']): string => t(`capture.timing.${timing}`);
/** By what a person calls it: the model where the device told one. */
export const captureTitle = (c: CaptureView): string => (c.simulated ? t('capture.simulated') : c.name);

/** Out of reach: waiting for the next attempt, or in the middle of one. */
export const isLost = (c: CaptureView): boolean => c.state === 'waiting' || (c.state === 'connecting' && c.losses > 0);

const sum = (values: (number | null)[]): number | null => { const known = values.filter((v) => v !== null); return known.length === 0 ? null : known.reduce((a, b) => a + b, 0); };
/** Rows that never came, of all streams that can tell. */
export const missedOf = (c: CaptureView): number | null => sum(c.streams.map((s) => s.missed));
export const rowsOf = (c: CaptureView): number => c.streams.reduce((n, s) => n + s.rows, 0);
export const rateOf = (c: CaptureView): number | null => sum(c.streams.map((s) => s.rateHz));
export const refusedOf = (c: CaptureView): number => c.refused.reduce((n, r) => n + r.count, 0);
