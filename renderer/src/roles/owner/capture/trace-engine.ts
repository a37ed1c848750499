import uPlot from 'uplot';
import { lineColor, readColors } from '../../../components/PlotColors.ts';
import { currentLocale } from '../../../i18n/locale.ts';
import type { Playhead } from './playhead.ts';
import { TRACE_SECONDS, type TraceBuffer } from './trace-buffer.ts';

export type TraceEngine = { resize(width: number): void; recolor(): void; destroy(): void };
export type TraceEngineOptions = { target: HTMLElement; buffer: TraceBuffer; playhead: Playhead; /** Which components of the buffer are drawn. */ parts: readonly number[]; width: number; height: number; /** Single values rather than a curve. */ dots: boolean };

const AXIS_WIDTH = 56;
/** Seconds before the right end at which the axis has its marks. */
const MARKS = [-20, -15, -10, -5, 0];
/** Who asked for less motion gets a still picture twice a second. */
const CALM_MS = 500;

/** Draws a buffer for as long as it lives: a frame of the screen at a time, and none while the page is hidden. */
export function createTraceEngine({ target, buffer, playhead, parts, width, height, dots }: TraceEngineOptions): TraceEngine {
  let colors = readColors(target);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const number = new Intl.NumberFormat(currentLocale(), { maximumSignificantDigits: 4 });
  const axis = { font: colors.font, stroke: () => colors.text, grid: { stroke: () => colors.grid, width: 1 }, ticks: { show: false } };
  let end = 0;
  let range: [number, number] | null = null;
  let frame = 0;
  let drawnAt = -Infinity;
  let drawn = -1;

  /** Wide enough at once, and narrower only slowly: a scale that breathes with every step cannot be read. */
  function span(_u: uPlot, low: number, high: number): [number, number] {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return range ?? [0, 1];
    const room = Math.max((high - low) * 0.12, Math.abs(high) * 0.02, 1e-3);
    const [a, b] = [low - room, high + room];
    range = range ? [a < range[0] ? a : range[0] + (a - range[0]) * 0.02, b > range[1] ? b : range[1] + (b - range[1]) * 0.02] : [a, b];
    return range;
  }

  const columns = (): uPlot.AlignedData => [buffer.columns[0], ...parts.map((part) => buffer.columns[part + 1])] as unknown as uPlot.AlignedData;

  const plot = new uPlot({
    width, height, padding: [8, 8, 0, 0], legend: { show: false }, cursor: { show: false },
    scales: { x: { time: false, auto: false, range: () => [end - TRACE_SECONDS, end] }, y: { auto: true, range: span } },
    axes: [
      // Seconds ago, standing still while the trace moves past them.
      { ...axis, size: 26, splits: () => MARKS.map((s) => end + s), values: (_u, splits) => splits.map((s) => `${number.format(Math.round(s - end))} s`) },
      { ...axis, size: AXIS_WIDTH, space: 36, values: (_u, splits) => splits.map((v) => number.format(v)) },
    ],
    series: [{}, ...parts.map((_, i) => ({ stroke: () => lineColor(colors, i), width: 1.5, spanGaps: false, points: { show: dots, size: 5, fill: () => lineColor(colors, i) } }))],
  }, columns(), target);

  function draw(now: number): void {
    frame = requestAnimationFrame(draw);
    if (calm && now - drawnAt < CALM_MS) return;
    const next = playhead.at(now);
    if (next === null || (next === end && buffer.added === drawn)) return;
    end = next;
    drawn = buffer.added;
    drawnAt = now;
    plot.setData(columns(), true);
  }
  frame = requestAnimationFrame(draw);

  return {
    resize: (to) => plot.setSize({ width: to, height }),
    recolor() { colors = readColors(target); plot.redraw(true, true); },
    destroy() { cancelAnimationFrame(frame); plot.destroy(); },
  };
}
