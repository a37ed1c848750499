export type RateLimit = { /** Whether `key` may go on now. @returns seconds to wait, 0 when it may */ take(key: string): number };

export type Rate = { burst: number; perSecond: number; /** That are remembered: beyond, the one that was quiet for longest is forgotten, whose bucket is the fullest. */ keys?: number };

/** A bucket of tokens for each key: `burst` at once, `perSecond` over time. */
export function createRateLimit({ burst, perSecond, keys = 10_000 }: Rate, now: () => number = Date.now): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key) {
      const at = now();
      const before = buckets.get(key) ?? { left: burst, at };
      const left = Math.min(burst, before.left + ((at - before.at) / 1000) * perSecond);
      buckets.delete(key);
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at });
      if (buckets.size > keys) buckets.delete(buckets.keys().next().value!);
      return left >= 1 ? 0 : Math.ceil((1 - left) / perSecond);
    },
  };
}
