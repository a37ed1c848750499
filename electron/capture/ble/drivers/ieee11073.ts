/**
 * Numbers of IEEE 11073-20601 as GATT uses them (reference §1.3). A reserved word is no number: null.
 */

/** SFLOAT, 16 bits: exponent in the top 4, mantissa in the low 12, both signed. */
export function sfloat(word: number): number | null {
  if (word >= 0x07fe && word <= 0x0802) return null;
  return scaled((word << 20) >> 20, (word << 16) >> 28);
}

/** FLOAT, 32 bits: exponent in the top byte, mantissa in the low 24 bits, both signed. */
export function float32(word: number): number | null {
  const low = word & 0xffffff;
  if (word >>> 24 === 0 && low >= 0x7ffffe && low <= 0x800002) return null;
  return scaled((low << 8) >> 8, word >> 24);
}

// Divided by a whole power of ten: 975 × 0.1 is not 97.5 to the last bit.
const scaled = (mantissa: number, exponent: number): number => (exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent);
