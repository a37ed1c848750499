import type { Specification } from '../../../shared/domain/specification.ts';
import { verdict, type Verdict } from '../../../shared/verdict.ts';
import type { Db } from '../../db/open-database.ts';
import { reportSummaries } from '../../db/queries/report-summaries.ts';

/** Looked at between two turns of the event loop: a few milliseconds. */
const CHUNK = 200;
/** Looked at before the first answer: a market of some thousand listings answers at once. */
const AT_ONCE = 1000;
/** Specifications whose verdicts are held: all saved ones, and the last that were tried. */
const HELD = 120;
const [FITS, FAILS] = [1, 2];

type Held = { spec: Specification; mask: Uint8Array; seen: number; working: boolean };
/** For the index of listings; `key` changes with what it says. */
export type Fits = { key: string; has(datasetId: number): boolean };

/**
 * Which listings meet a specification, held for each one and brought up to date by what is new. A long list is looked through
 * in the background; `onReady` tells when there is more to see.
 */
export function createVerdicts(db: Db, onReady: () => void = () => undefined) {
  const summaries = reportSummaries(db);
  const held = new Map<string, Held>();
  let closed = false;

  /** @returns whether there may be more */
  function advance(it: Held, limit: number): boolean {
    const rows = summaries.since(it.seen, limit);
    for (const { datasetId, seq, summary } of rows) {
      if (datasetId >= it.mask.length) { const grown = new Uint8Array(Math.max(1024, 2 ** Math.ceil(Math.log2(datasetId + 1)))); grown.set(it.mask); it.mask = grown; }
      it.mask[datasetId] = summary === null ? 0 : verdict(summary, it.spec).fits ? FITS : FAILS;
      it.seen = seq;
    }
    return rows.length === limit;
  }

  function go(it: Held): void {
    if (it.working) return;
    it.working = true;
    const turn = () => {
      if (closed) return;
      if (advance(it, CHUNK)) { setImmediate(turn); return; }
      it.working = false;
      onReady();
    };
    setImmediate(turn);
  }

  return {
    fits(spec: Specification): Fits {
      const key = JSON.stringify(spec);
      const it = held.get(key) ?? { spec, mask: new Uint8Array(0), seen: 0, working: false };
      held.delete(key);
      held.set(key, it);
      if (held.size > HELD) held.delete(held.keys().next().value!);
      if (!it.working && advance(it, AT_ONCE)) go(it);
      return { key: `${it.seen} ${key}`, has: (id) => it.mask[id] === FITS };
    },
    /** One listing; null while nothing is known of its report, or it says too little. */
    of(datasetId: number, spec: Specification): Verdict | null {
      const summary = summaries.of(datasetId);
      return summary ? verdict(summary, spec) : null;
    },
    close(): void { closed = true; },
  };
}
export type Verdicts = ReturnType<typeof createVerdicts>;
