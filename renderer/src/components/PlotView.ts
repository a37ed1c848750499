import { useEffect, useMemo } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';
import type { Span } from '../../../shared/api/common.ts';
import { clampRange, panRange, zoomRange } from './PlotRange.ts';

/** What stretch of a recording is looked at; shared by the plot and the strips beneath it. */
export type PlotView = Span & {
  end: number;
  show(range: Span): void;
  zoom(factor: number, at?: number): void;
  pan(share: number): void;
  reset(): void;
};

export function createPlotView(durationSeconds: number): StoreApi<PlotView> {
  // A recording of one instant still gets a millisecond to be drawn in.
  const end = Math.max(1000, Math.round(durationSeconds * 1e6));
  return createStore<PlotView>()((set) => ({
    from: 0, to: end, end,
    show: (range) => set((v) => clampRange(range, v.end)),
    zoom: (factor, at = 0.5) => set((v) => zoomRange(v, factor, at, v.end)),
    pan: (share) => set((v) => panRange(v, share, v.end)),
    reset: () => set((v) => ({ from: 0, to: v.end })),
  }));
}

export function usePlotView(durationSeconds: number): StoreApi<PlotView> {
  return useMemo(() => createPlotView(durationSeconds), [durationSeconds]);
}

/** The range that is looked at, once the person has stopped moving for a moment. */
export function useSettled(view: StoreApi<PlotView>, wait: number, then: (range: Span) => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = view.subscribe((v) => { clearTimeout(timer); timer = setTimeout(() => then({ from: v.from, to: v.to }), wait); });
    return () => { stop(); clearTimeout(timer); };
  }, [view, wait, then]);
}

export const useVisible = (view: StoreApi<PlotView>): PlotView => useStore(view);
