/**
 * Moves the values so that the one at place `k` is the one that sorting would put there, none before it is greater and none behind
 * it less, and returns it. Looks between `from` and `to` (inclusive) alone.
 */
export function select(values: Float64Array, k: number, from = 0, to = values.length - 1): number {
  let lo = from, hi = to;
  while (lo < hi) {
    const pivot = values[(lo + hi) >> 1]!;
    let i = lo, j = hi;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) { const t = values[i]!; values[i] = values[j]!; values[j] = t; i++; j--; }
    }
    if (k <= j) hi = j; else if (k >= i) lo = i; else break;
  }
  return values[k]!;
}
