/** One stream of chance for everything that training draws, so that a seed fixes the weights. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** In [a, b). */
  between(a: number, b: number): number;
  /** Whole, 0 … n − 1. */
  below(n: number): number;
  normal(): number;
  chance(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  shuffle<T>(items: T[]): T[];
};

/** xoshiro128**, seeded by splitmix32. */
export function randomOf(seed: number): Random {
  let s = seed >>> 0;
  const split = (): number => { s = (s + 0x9e3779b9) >>> 0; let t = s ^ (s >>> 16); t = Math.imul(t, 0x21f0aaad); t ^= t >>> 15; t = Math.imul(t, 0x735a2d97); return (t ^ (t >>> 15)) >>> 0; };
  let a = split(), b = split(), c = split(), d = split();
  const next = (): number => {
    const r = Math.imul(b, 5), result = Math.imul((r << 7) | (r >>> 25), 9) >>> 0, t = b << 9;
    c ^= a; d ^= b; b ^= c; a ^= d; c ^= t; d = (d << 11) | (d >>> 21);
    return result / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next, below,
    between: (lo, hi) => lo + (hi - lo) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (p) => next() < p,
    pick: (from) => from[below(from.length)]!,
    shuffle: (items) => { for (let i = items.length - 1; i > 0; i--) { const j = below(i + 1); const t = items[i]!; items[i] = items[j]!; items[j] = t; } return items; },
  };
}
