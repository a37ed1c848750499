import { currentLocale } from '../i18n/locale.ts';

/** Steps of the time axis in seconds: round on a clock, not in tens. */
export const TIME_STEPS = [
  0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30,
  60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000,
];

/** Time from the start, `1:02:03` or `0:05.25`; as many decimals as the step needs. */
export function sinceStart(seconds: number, step = 1): string {
  const decimals = step >= 1 ? 0 : Math.min(4, Math.ceil(-Math.log10(step) - 1e-9));
  const scale = 10 ** decimals;
  const whole = Math.round(Math.max(0, seconds) * scale) / scale;
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = whole - h * 3600 - m * 60;
  const rest = new Intl.NumberFormat(currentLocale(), { minimumIntegerDigits: 2, minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(s);
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${rest}` : `${m}:${rest}`;
}
