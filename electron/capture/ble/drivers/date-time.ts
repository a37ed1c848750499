/**
 * Date Time of GATT, 7 bytes (reference §1.7): local wall time without an offset, taken in the host's zone.
 * @returns microseconds since the Unix epoch; null for a date that is not known or does not exist
 */
export function dateTime(view: DataView, at: number): number | null {
  const year = view.getUint16(at, true);
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((i) => view.getUint8(at + i)) as [number, number, number, number, number];
  if (year < 1582 || year > 9999 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(year, month - 1, day, hour, minute, second);
  // The 31st of a shorter month would silently become the 1st of the next.
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() * 1000 : null;
}
