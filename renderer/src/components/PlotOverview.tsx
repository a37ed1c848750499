import { useRef, type PointerEvent } from 'react';
import type { StoreApi } from 'zustand';
import { useVisible, type PlotView } from './PlotView.ts';
import { AXIS_WIDTH, PLOT_END } from './PlotEngine.ts';

/** Where in the whole recording one looks; can be dragged. The keys of the plot do the same, so it is not in the tab order. */
export function PlotOverview({ view }: { view: StoreApi<PlotView> }) {
  const { from, to, end } = useVisible(view);
  const bar = useRef<HTMLDivElement>(null);
  const whole = from <= 0 && to >= end;
  function center(event: PointerEvent): void {
    const box = bar.current!.getBoundingClientRect();
    const at = ((event.clientX - box.left) / Math.max(1, box.width)) * end;
    const half = (to - from) / 2;
    view.getState().show({ from: at - half, to: at + half });
  }
  return (
    <div
      ref={bar} className="plot-overview" aria-hidden="true" style={{ marginInlineStart: AXIS_WIDTH, marginInlineEnd: PLOT_END, visibility: whole ? 'hidden' : 'visible' }}
      onPointerDown={(e) => { e.currentTarget.setPointerCapture(e.pointerId); center(e); }}
      onPointerMove={(e) => { if (e.currentTarget.hasPointerCapture(e.pointerId)) center(e); }}
    >
      <div className="plot-overview-window" style={{ insetInlineStart: `${(from / end) * 100}%`, width: `${((to - from) / end) * 100}%` }} />
    </div>
  );
}
