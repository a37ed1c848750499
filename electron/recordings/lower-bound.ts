/** First place, from `from` on, of what ascends that is not below `value`; its length where all are. */
export function lowerBound(ascending: ArrayLike<number>, value: number, from = 0): number {
  let low = from;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1; else high = middle;
  }
  return low;
}
