const TEXT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;

/** Whether a text looks like a time of ISO 8601. */
export const looksIso = (text: string): boolean => TEXT.test(text);

/** Microseconds since the Unix epoch of a time of ISO 8601 (without a zone: UTC); NaN for anything else. */
export function isoMicros(text: string): number {
  const m = TEXT.exec(text);
  if (!m) return NaN;
  const [year, month, day, hour, minute, second] = [m[1], m[2], m[3], m[4] ?? '0', m[5] ?? '0', m[6] ?? '0'].map(Number) as [number, number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return NaN;
  const date = Date.UTC(year, month - 1, day);
  if (new Date(date).getUTCDate() !== day) return NaN;
  const fraction = Math.round(Number((m[7] ?? '0').padEnd(9, '0')) / 1000);
  const zone = m[8] === undefined || /^z$/i.test(m[8]) ? 0 : (m[8][0] === '-' ? -1 : 1) * (Number(m[8].slice(1, 3)) * 60 + Number(m[8].slice(-2)));
  return date * 1000 + (hour * 3600 + minute * 60 + second - zone * 60) * 1e6 + fraction;
}
