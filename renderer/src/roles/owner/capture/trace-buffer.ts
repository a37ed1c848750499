/** What a live trace shows: the last seconds of one stream, and nothing older. */
export type TraceBuffer = {
  /** uPlot's columns: seconds, then each component; `null` in all of them where a gap lies. */
  readonly columns: readonly (number | null)[][];
  /** Rows so far, gaps not counted; tells whether there is anything new to draw. */
  readonly added: number;
  /** Seconds of the newest row; null before the first. */
  readonly latest: number | null;
  /** @param t seconds, rising; rows that go back in time are left out @param values one array a component, as long as `t` */
  add(t: readonly number[], values: readonly (readonly (number | null)[])[]): void;
  clear(): void;
};

/** Seconds that a trace shows. */
export const TRACE_SECONDS = 20;
/** A pause this many times longer than the usual one, and longer than `LEAST_GAP`, is drawn as a gap. */
const GAP_FACTOR = 6;
const LEAST_GAP = 0.4;

/**
 * @param keepSeconds what is older than this before the newest row is dropped
 * @param rateHz the stream's nominal rate; null for single events, between which the line is drawn for as long as `eventGap` seconds
 */
export function createTraceBuffer(components: number, keepSeconds: number, rateHz: number | null, eventGap = 5): TraceBuffer {
  const columns: (number | null)[][] = Array.from({ length: components + 1 }, () => []);
  const x = columns[0] as number[];
  const gap = rateHz === null ? eventGap : Math.max(LEAST_GAP, GAP_FACTOR / rateHz);
  let added = 0;
  let latest: number | null = null;

  function trim(): void {
    const oldest = latest! - keepSeconds;
    // Cutting at the front moves everything: only when a quarter of it is out of date.
    if (x.length < 64 || x[x.length >> 2]! > oldest) return;
    let cut = x.length >> 2;
    while (cut < x.length && x[cut]! < oldest) cut++;
    for (const column of columns) column.splice(0, cut);
  }

  return {
    columns,
    get added() { return added; },
    get latest() { return latest; },
    add(t, values) {
      for (let i = 0; i < t.length; i++) {
        const at = t[i]!;
        if (!Number.isFinite(at) || (latest !== null && at <= latest)) continue;
        if (latest !== null && at - latest > gap) {
          x.push((latest + at) / 2);
          for (let c = 1; c <= components; c++) columns[c]!.push(null);
        }
        x.push(at);
        for (let c = 0; c < components; c++) { const v = values[c]?.[i]; columns[c + 1]!.push(v !== null && v !== undefined && Number.isFinite(v) ? v : null); }
        latest = at;
        added++;
      }
      if (latest !== null) trim();
    },
    clear() {
      for (const column of columns) column.length = 0;
      latest = null;
      added = 0;
    },
  };
}
