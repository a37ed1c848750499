import uPlot from 'uplot';
import type { StoreApi } from 'zustand';
import type { Span } from '../../../shared/api/common.ts';
import { currentLocale } from '../i18n/locale.ts';
import { bandColor, lineColor, readColors } from './PlotColors.ts';
import type { PlotColumns } from './PlotData.ts';
import { listenPointers } from './PlotPointers.ts';
import { sinceStart, TIME_STEPS } from './PlotTime.ts';
import type { PlotView } from './PlotView.ts';

export type PlotTool = 'zoom' | 'move' | 'cut';
export type PlotEngineOptions = {
  target: HTMLElement; view: StoreApi<PlotView>; components: number; width: number; height: number;
  tool(): PlotTool;
  onCut(span: Span): void;
  onCursor(seconds: number | null): void;
};
export type PlotEngine = {
  setColumns(columns: PlotColumns, exact: boolean): void;
  /** Stretches behind the lines: what is left out, and what the person points at in the report. */
  setShades(cuts: readonly Span[], highlight: readonly Span[]): void;
  resize(width: number): void;
  /** After a change of the theme. */
  recolor(): void;
  destroy(): void;
};

/** Width of the axis at the left; the strips beneath the plot begin where it ends. */
export const AXIS_WIDTH = 64;
/** Room at the right for the last label of the time axis. */
export const PLOT_END = 28;

export function createPlotEngine(options: PlotEngineOptions): PlotEngine {
  const { view } = options;
  let colors = readColors(options.target);
  let exact = false;
  let cuts: readonly Span[] = [];
  let highlight: readonly Span[] = [];
  let frame = 0;

  const number = new Intl.NumberFormat(currentLocale(), { maximumSignificantDigits: 6 });
  const axis = { font: colors.font, stroke: () => colors.text, grid: { stroke: () => colors.grid, width: 1 }, ticks: { stroke: () => colors.grid, width: 1, size: 6 } };
  const seconds = (us: number) => us / 1e6;
  const range = () => view.getState();

  const plot = new uPlot({
    width: options.width, height: options.height, padding: [10, PLOT_END, 0, 0],
    legend: { show: false },
    cursor: {
      y: false, points: { show: false },
      drag: { x: true, y: false, setScale: false },
      bind: {
        mousedown: (_u, _target, handler) => (event) => { if (options.tool() === 'move' || event.shiftKey) startMove(event); else handler(event); return null; },
        dblclick: () => () => { view.getState().reset(); return null; },
      },
    },
    scales: { x: { time: false, auto: false, range: () => [seconds(range().from), seconds(range().to)] }, y: { auto: true } },
    axes: [
      { ...axis, size: 34, space: 72, incrs: TIME_STEPS, values: (_u, splits, _axis, _space, step) => splits.map((s) => sinceStart(s, step)) },
      { ...axis, size: AXIS_WIDTH, values: (_u, splits) => splits.map((v) => number.format(v)) },
    ],
    series: [{}, ...Array.from({ length: options.components * 2 }, (_, i) => ({
      stroke: () => lineColor(colors, i >> 1), width: 1.25, spanGaps: false,
      // Single samples are worth a dot only once they lie apart.
      points: { show: (u: uPlot, _series: number, from: number, to: number) => exact && to - from < u.width / 10, size: 4, fill: () => lineColor(colors, i >> 1) },
    }))],
    bands: Array.from({ length: options.components }, (_, c) => ({ series: [2 * c + 2, 2 * c + 1] as [number, number], fill: () => bandColor(lineColor(colors, c)) })),
    hooks: {
      drawClear: [shade],
      setCursor: [(u) => options.onCursor(u.cursor.left !== undefined && u.cursor.left !== null && u.cursor.left >= 0 ? u.posToVal(u.cursor.left, 'x') : null)],
      setSelect: [(u) => { if (u.select.width >= 3) take(u.select.left, u.select.left + u.select.width); u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false); }],
    },
  }, Array.from({ length: 1 + options.components * 2 }, () => []) as unknown as uPlot.AlignedData, options.target);

  function take(left: number, right: number): void {
    const { end } = range();
    const from = Math.max(0, plot.posToVal(left, 'x') * 1e6);
    const to = Math.min(end, plot.posToVal(right, 'x') * 1e6);
    if (options.tool() === 'cut') options.onCut({ from: Math.floor(from), to: Math.ceil(to) }); else view.getState().show({ from, to });
  }

  function shade(u: uPlot): void {
    const { ctx, bbox } = u;
    const draw = (spans: readonly Span[], fill: string) => {
      ctx.fillStyle = fill;
      for (const span of spans) {
        const left = Math.max(bbox.left, u.valToPos(seconds(span.from), 'x', true));
        const right = Math.min(bbox.left + bbox.width, u.valToPos(seconds(span.to), 'x', true));
        if (right >= bbox.left && left <= bbox.left + bbox.width) ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
      }
    };
    ctx.save();
    draw(cuts, colors.cut);
    draw(highlight, colors.shade);
    ctx.restore();
  }

  function startMove(event: MouseEvent): void {
    let x = event.clientX;
    const move = (e: MouseEvent) => { view.getState().pan((x - e.clientX) / Math.max(1, plot.over.clientWidth)); x = e.clientX; };
    const stop = () => { window.removeEventListener('mousemove', move); window.removeEventListener('mouseup', stop); };
    window.addEventListener('mousemove', move);
    window.addEventListener('mouseup', stop);
    event.preventDefault();
  }

  const stopPointers = listenPointers(plot.over, view, {
    selecting: () => options.tool() === 'cut',
    onSelecting: (left, right) => plot.setSelect({ left, width: right - left, top: 0, height: plot.over.clientHeight }, false),
    onSelected: (left, right) => { plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false); if (right - left >= 8) take(left, right); },
  });
  // However many wheel events come: one drawing a frame.
  const draw = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(() => plot.setScale('x', { min: seconds(range().from), max: seconds(range().to) })); };
  const stopView = view.subscribe(draw);

  return {
    setColumns(columns, single) {
      exact = single;
      plot.batch(() => {
        plot.setData(columns as unknown as uPlot.AlignedData, false);
        plot.setScale('x', { min: seconds(range().from), max: seconds(range().to) });
      });
    },
    setShades(left, pointed) { cuts = left; highlight = pointed; plot.redraw(false); },
    resize(width) { plot.setSize({ width, height: options.height }); },
    recolor() { colors = readColors(options.target); plot.redraw(true, true); },
    destroy() { cancelAnimationFrame(frame); stopView(); stopPointers(); plot.destroy(); },
  };
}
