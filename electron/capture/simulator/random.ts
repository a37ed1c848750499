/** Seeded uniform numbers in [0, 1): mulberry32. For signals, never for keys. */
export function createRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let z = Math.imul(a ^ (a >>> 15), a | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

/** Sum of four uniforms, mean 0 and variance 1: close enough to normal for noise, and cheap. */
export const createNormal = (random: () => number) => (): number => (random() + random() + random() + random() - 2) * 1.7320508;
