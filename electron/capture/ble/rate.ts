const WINDOW = 10e6;

export type RateMeter = { add(lastTime: number, rows: number): void; /** Rows a second over the last ten seconds before `now`. */ hz(now: number): number | null };

/** How fast rows come. Times in microseconds since the Unix epoch. */
export function createRateMeter(): RateMeter {
  let packets: { t: number; rows: number }[] = [];
  let rows = 0;
  return {
    add(t, more) {
      rows += more;
      packets.push({ t, rows });
      // Cut back now and then rather than at each packet.
      if (packets.length > 4096 || packets[0]!.t < t - 2 * WINDOW) packets = packets.filter((p) => p.t >= t - WINDOW);
    },
    hz(now) {
      const last = packets.at(-1);
      if (!last || rows < 2) return null;
      if (last.t < now - WINDOW) return 0;
      const first = packets.find((p) => p.t >= last.t - WINDOW)!;
      return last.t > first.t ? Math.round(((last.rows - first.rows) / (last.t - first.t)) * 1e8) / 100 : null;
    },
  };
}
