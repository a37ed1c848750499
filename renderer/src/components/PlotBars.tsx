import 'uplot/dist/uPlot.min.css';
import './Plot.css';
import { VisuallyHidden, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { day, number } from '../i18n/format.ts';
import { currentLocale } from '../i18n/locale.ts';
import { readColors } from './PlotColors.ts';

export type Bar = { /** Unix milliseconds of the day. */ day: number; value: number; /** The value as it is said. */ text: string };
type Props = { bars: Bar[]; label: string; dayLabel: string; valueLabel: string; height?: number };

const DAY_S = 86_400;
const HEIGHT = 200;
/** Fewer days would make a bar as wide as the page. */
const LEAST_DAYS = 14;

/** An amount a day; the same as a table for whoever cannot see it. */
export function PlotBars({ bars, label, dayLabel, valueLabel, height = HEIGHT }: Props) {
  const { ref, width } = useElementSize();
  const target = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const drawn = width > 0;
  useEffect(() => {
    if (!drawn || !target.current || bars.length === 0) return undefined;
    const colors = readColors(target.current);
    const last = bars[bars.length - 1]!.day / 1000;
    const first = Math.min(bars[0]!.day / 1000, last - (LEAST_DAYS - 1) * DAY_S);
    const dates = new Intl.DateTimeFormat(currentLocale(), { day: 'numeric', month: 'short', timeZone: 'UTC' });
    const axis = { font: colors.font, stroke: colors.text, grid: { stroke: colors.grid, width: 1 }, ticks: { show: false } };
    const plot = new uPlot({
      width, height, padding: [10, 12, 0, 0], legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: () => [first - DAY_S / 2, last + DAY_S / 2] }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        { ...axis, size: 30, incrs: [1, 2, 7, 14, 30, 90, 180, 365].map((days) => days * DAY_S), values: (_u, splits) => splits.map((s) => dates.format(s * 1000)), grid: { show: false } },
        { ...axis, size: 64, values: (_u, splits) => splits.map((v) => number(v)) },
      ],
      series: [{}, { fill: colors.accent, stroke: colors.accent, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.7, 36], radius: 0.15 }) }],
    }, filled(bars, first, last), target.current);
    return () => plot.destroy();
  }, [bars, drawn, width, height, scheme]);
  return (
    <div ref={ref}>
      <div ref={target} style={{ minHeight: height }} aria-hidden="true" />
      <VisuallyHidden>
        <table><caption>{label}</caption><thead><tr><th scope="col">{dayLabel}</th><th scope="col">{valueLabel}</th></tr></thead><tbody>{bars.map((b) => <tr key={b.day}><td>{day(b.day)}</td><td>{b.text}</td></tr>)}</tbody></table>
      </VisuallyHidden>
    </div>
  );
}

/** Days without anything are nothing, not missing: the width of a bar is that of a day. */
function filled(bars: Bar[], first: number, last: number): uPlot.AlignedData {
  const by = new Map(bars.map((b) => [Math.round(b.day / 1000 / DAY_S), b.value]));
  const x: number[] = [];
  const y: number[] = [];
  for (let d = Math.round(first / DAY_S); d <= Math.round(last / DAY_S); d++) { x.push(d * DAY_S); y.push(by.get(d) ?? 0); }
  return [x, y];
}
