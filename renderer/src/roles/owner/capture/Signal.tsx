import { Tooltip } from '@mantine/core';
import { t } from '../../../i18n/index.ts';
import css from './capture.module.css';
import { signalBars } from './capture-words.ts';

/** How well a device is heard, as bars that also have a name. */
export function Signal({ rssi }: { rssi: number | null }) {
  const bars = signalBars(rssi);
  const label = bars === null || rssi === null ? t('capture.signal.none') : t(`capture.signal.${bars as 1 | 2 | 3 | 4}`, { dbm: rssi });
  return (
    <Tooltip label={label}>
      <svg className={css.signal} width="22" height="16" viewBox="0 0 22 16" role="img" aria-label={label}>
        {[1, 2, 3, 4].map((bar) => <rect key={bar} x={(bar - 1) * 6} y={16 - bar * 4} width="4" height={bar * 4} rx="1" data-on={bars !== null && bar <= bars ? true : undefined} />)}
      </svg>
    </Tooltip>
  );
}
