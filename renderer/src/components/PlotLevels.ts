import { useCallback, useEffect, useRef, useState } from 'react';
import type { StoreApi } from 'zustand';
import type { ErrorView, PlotLevels, PlotRange, Span } from '../../../shared/api/common.ts';
import { errorOf } from '../api/error.ts';
import { clampRange } from './PlotRange.ts';
import { useSettled, type PlotView } from './PlotView.ts';

type Loaded = { range: Span; levels: PlotLevels };
export type LevelsState = { whole: Loaded | null; part: Loaded | null; busy: boolean; error: ErrorView | null };

const SETTLE_MS = 80;
const NOTHING: LevelsState = { whole: null, part: null, busy: true, error: null };

/** Whether what is there is fine enough for what is looked at: it covers it, and its slots are not much wider than pixels. */
const serves = (loaded: Loaded | null, range: Span): boolean => loaded !== null && loaded.range.from <= range.from && loaded.range.to >= range.to
  && (loaded.levels.exact || loaded.range.to - loaded.range.from <= (range.to - range.from) * 2.2);

/** Levels for what is looked at; what was there before stays until the next arrives. One request at a time, the last wish wins. */
export function usePlotLevels(load: (range: PlotRange) => Promise<PlotLevels>, channel: string, view: StoreApi<PlotView>, pixels: number): LevelsState & { retry(): void } {
  const [state, setState] = useState<LevelsState>(NOTHING);
  const latest = useRef({ load, pixels });
  latest.current = { load, pixels };
  const run = useRef({ mine: 0, busy: false, wish: null as Span | null, whole: null as Loaded | null, part: null as Loaded | null });

  const ask = useCallback(async (wanted: Span): Promise<void> => {
    const me = run.current;
    if (me.busy) { me.wish = wanted; return; }
    if (serves(me.part, wanted) || serves(me.whole, wanted)) { setState((s) => ({ ...s, busy: false })); return; }
    const mine = me.mine;
    me.busy = true;
    setState((s) => ({ ...s, busy: true }));
    const { end } = view.getState();
    const half = (wanted.to - wanted.from) / 2;
    // Half of what is visible at each side: a small move shows something at once.
    const range = me.whole ? clampRange({ from: wanted.from - half, to: wanted.to + half }, end) : { from: 0, to: end };
    const width = Math.min(4096, Math.max(64, Math.round(latest.current.pixels * ((range.to - range.from) / (wanted.to - wanted.from)))));
    try {
      const levels = await latest.current.load({ channel, from: Math.floor(range.from), to: Math.ceil(range.to), pixels: width });
      if (mine !== me.mine) return;
      const loaded = { range, levels };
      if (!me.whole) me.whole = loaded;
      else me.part = loaded;
      setState({ whole: me.whole, part: me.part, busy: false, error: null });
    } catch (error) {
      if (mine !== me.mine) return;
      setState((s) => ({ ...s, busy: false, error: errorOf(error) }));
    }
    me.busy = false;
    const next = me.wish;
    me.wish = null;
    if (next) void ask(next);
  }, [channel, view]);

  const measured = pixels > 0;
  useEffect(() => {
    if (!measured) return;
    const me = run.current;
    me.mine++;
    Object.assign(me, { busy: false, wish: null, whole: null, part: null });
    setState(NOTHING);
    const { from, to, end } = view.getState();
    void ask({ from: 0, to: end }).then(() => { if (from > 0 || to < end) void ask({ from, to }); });
  }, [ask, view, measured]);

  useSettled(view, SETTLE_MS, ask);
  const retry = useCallback(() => { const { from, to } = view.getState(); setState((s) => ({ ...s, error: null })); void ask({ from, to }); }, [ask, view]);
  return { ...state, retry };
}
