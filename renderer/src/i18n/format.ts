import type { Coins, Wei } from '../../../shared/api/common.ts';
import { currentLocale, perLocale } from './locale.ts';

/** Everything in the reader's locale. Amounts never pass through a float: Intl takes decimal text as it is. */
const DECIMALS = 18;
export const COIN = 'PHD';
export const NATIVE = 'ETH';
const MAX_DIGITS = 30;

const formatters = perLocale(() => new Map<string, Intl.NumberFormat>());
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let made = formatters().get(key);
  if (!made) formatters().set(key, made = new Intl.NumberFormat(currentLocale(), options));
  return made;
}
const dateTimes = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
const exact = perLocale((locale) => new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 }));
const clocks = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
const days = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
const relative = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** Decimal text of an amount in its smallest unit: `1500000000000000000` is `1.5`. */
function decimalText(amount: string): string {
  const negative = amount.startsWith('-');
  const digits = (negative ? amount.slice(1) : amount).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${negative ? '-' : ''}${digits.slice(0, -DECIMALS)}${fraction && `.${fraction}`}`;
}

function amountText(amount: string, places: number): string {
  if (!/^-?\d+$/.test(amount)) return '–';
  const exact = decimalText(amount);
  const least = 10n ** BigInt(DECIMALS - places);
  const value = BigInt(amount);
  // Something is never shown as nothing.
  if (value !== 0n && (value < 0n ? -value : value) < least) return `${value < 0n ? '−' : ''}<${numbers({ maximumFractionDigits: places }).format(`0.${'0'.repeat(places - 1)}1` as unknown as number)}`;
  return numbers({ maximumFractionDigits: places, roundingMode: 'trunc' } as Intl.NumberFormatOptions).format(exact as unknown as number);
}

/** An amount of PHD; with its unit unless `unit` is false. */
export const coins = (amount: Coins, { unit = true }: { unit?: boolean } = {}): string => `${amountText(amount, 4)}${unit ? `\u00a0${COIN}` : ''}`;
/** Every digit of an amount, for titles and fields. */
export const coinsExact = (amount: Coins): string => (/^-?\d+$/.test(amount) ? numbers({ maximumFractionDigits: DECIMALS }).format(decimalText(amount) as unknown as number) : '–');
/** For a field to be edited: no groups, the locale's decimal mark. */
export const coinsInput = (amount: Coins): string => (/^\d+$/.test(amount) ? decimalText(amount).replace('.', marks().decimal) : '');
/** An amount of the chain's own coin, which pays for transactions. */
export const native = (wei: Wei): string => `${amountText(wei, 6)}\u00a0${NATIVE}`;

export const number = (n: number, digits?: number): string => (Number.isFinite(n) ? numbers({ maximumFractionDigits: digits ?? 3, ...(digits === undefined ? {} : { minimumFractionDigits: digits }) }).format(n) : '–');
export const percent = (fraction: number): string => (Number.isFinite(fraction) ? numbers({ style: 'percent', maximumFractionDigits: 1 }).format(fraction) : '–');
export const rate = (hz: number): string => `${number(hz >= 10 ? Math.round(hz * 10) / 10 : Math.round(hz * 100) / 100)}\u00a0Hz`;

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
export function bytes(n: number): string {
  if (!Number.isFinite(n)) return '–';
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) { value /= 1000; unit++; }
  return numbers({ style: 'unit', unit: BYTE_UNITS[unit]!, unitDisplay: unit === 0 ? 'long' : 'short', maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1 }).format(value);
}

/** The two largest units that are not zero: `2 h 5 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const unit = (value: number, name: 'day' | 'hour' | 'minute' | 'second', digits = 0) => numbers({ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
  if (seconds < 10) return unit(Math.round(seconds * 10) / 10, 'second', 1);
  const whole = Math.round(seconds);
  const parts = [['day', Math.floor(whole / 86_400)], ['hour', Math.floor((whole % 86_400) / 3600)], ['minute', Math.floor((whole % 3600) / 60)], ['second', whole % 60]] as const;
  const first = parts.findIndex(([, value]) => value > 0);
  return parts.slice(first, first + 2).filter(([, value]) => value > 0).map(([name, value]) => unit(value, name)).join(' ');
}

export const dateTime = (ms: number): string => (Number.isFinite(ms) ? dateTimes().format(ms) : '–');
/** To the millisecond. */
export const dateTimeExact = (ms: number): string => (Number.isFinite(ms) ? exact().format(ms) : '–');
/** The time of day, to the second. */
export const clock = (ms: number): string => (Number.isFinite(ms) ? clocks().format(ms) : '–');
export const day = (ms: number): string => (Number.isFinite(ms) ? days().format(ms) : '–');

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];
/** How long ago, or how soon. */
export function ago(ms: number, now: number = Date.now()): string {
  if (!Number.isFinite(ms)) return '–';
  const seconds = Math.round((ms - now) / 1000);
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative().format(Math.trunc(seconds / size), unit);
}

export const address = (a: string): string => (a.length > 12 ? `${a.slice(0, 6)}…${a.slice(-4)}` : a);

const marks = perLocale((locale) => {
  const parts = new Intl.NumberFormat(locale).formatToParts(1_234_567.8);
  return { group: parts.find((p) => p.type === 'group')?.value ?? '', decimal: parts.find((p) => p.type === 'decimal')?.value ?? '.' };
});

/**
 * What a person typed as an amount of coins, as the locale writes numbers; null where it can be read in no way or in two:
 * `1,000` is a thousand to one reader and one to another, so groups count only where the locale has them and they are whole.
 */
export function parseCoins(text: string): Coins | null {
  const { group, decimal } = marks();
  let it = text.trim().replace(/\s*PHD$/i, '');
  // Blanks and apostrophes are groups wherever they stand between whole groups.
  if (/^\d{1,3}(?:[\s'’]\d{3})+(?!\d)/u.test(it)) it = it.replace(/[\s'’]/gu, '');
  if (group === '.' || group === ',') {
    const other = group === '.' ? ',' : '.';
    const grouped = new RegExp(`^\\d{1,3}(?:\\${group}\\d{3})+(?:\\${other}\\d*)?$`);
    if (grouped.test(it)) it = it.replaceAll(group, '');
    else if (it.includes(group)) return null;
  }
  // Where the mark is a comma and groups are blanks, a point can mean one thing only.
  const plain = it.replace(decimal, '.');
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(plain)) return null;
  const [whole = '', fraction = ''] = plain.split('.');
  if (fraction.length > DECIMALS) return null;
  const digits = `${whole}${fraction.padEnd(DECIMALS, '0')}`.replace(/^0+(?=\d)/, '');
  return digits.length > MAX_DIGITS ? null : digits;
}
