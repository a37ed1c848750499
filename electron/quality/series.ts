const PAGE = 4096;

type Numbers = Float32Array | Uint16Array | Uint8Array;

/** Numbers by index, in pages: a recording of a minute this year and a minute of the last one takes two pages. */
export function createSeries<T extends Numbers>(make: (length: number) => T, missing: number) {
  const pages = new Map<number, T>();
  let [page, at] = [null as T | null, -1];
  return {
    set(index: number, value: number): void {
      const number = Math.floor(index / PAGE);
      if (number !== at || page === null) {
        at = number;
        page = pages.get(number) ?? null;
        if (!page) { page = make(PAGE); if (missing !== 0) page.fill(missing); pages.set(number, page); }
      }
      page[index - number * PAGE] = value;
    },
    get(index: number): number {
      const number = Math.floor(index / PAGE);
      const found = number === at ? page : pages.get(number);
      return found ? found[index - number * PAGE]! : missing;
    },
    /** Stretches of indices that have a page, ascending and joined; `to` exclusive. */
    stretches(): { from: number; to: number }[] {
      const out: { from: number; to: number }[] = [];
      for (const number of [...pages.keys()].sort((a, b) => a - b)) {
        const last = out.at(-1);
        if (last?.to === number * PAGE) last.to += PAGE;
        else out.push({ from: number * PAGE, to: (number + 1) * PAGE });
      }
      return out;
    },
  };
}
export type Series = ReturnType<typeof createSeries>;
