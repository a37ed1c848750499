import 'uplot/dist/uPlot.min.css';
import { useEffect, useMemo, useRef } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import uPlot from 'uplot';
import { day, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import css from './dataset.module.css';
import type { HistorySeries } from './history-series.ts';

const HEIGHT = 180;

/** Price as a stepped line, sales of each day as bars. The same numbers stand beside it in words. */
export function HistoryChart({ series }: { series: HistorySeries }) {
  const { ref, width } = useElementSize();
  const target = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const label = useMemo(() => t('customer.dataset.chartLabel', { from: day((series.t[0] ?? 0) * 1000), to: day((series.t.at(-1) ?? 0) * 1000) }), [series]);

  useEffect(() => {
    if (!target.current || width < 40) return undefined;
    const style = getComputedStyle(target.current);
    const ink = style.getPropertyValue('--mantine-color-dimmed');
    const line = style.getPropertyValue('--mantine-primary-color-filled');
    const grid = style.getPropertyValue('--mantine-color-default-border');
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: `11px ${style.fontFamily}` };
    const most = Math.max(1, ...series.sales);
    const plot = new uPlot({
      width, height: HEIGHT, legend: { show: false }, cursor: { show: false }, select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: true }, price: { range: (_u, _min, max) => [0, (max || 1) * 1.2] }, sales: { range: [0, most * 2.2] } },
      axes: [
        { ...axis, space: 90, values: (_u, ticks) => ticks.map((s) => (s % 86_400 === 0 ? day(s * 1000) : '')) },
        { ...axis, scale: 'price', size: 64, values: (_u, ticks) => ticks.map((v) => number(v)) },
        { ...axis, scale: 'sales', side: 1, size: 40, grid: { show: false }, values: (_u, ticks) => ticks.map((v) => (Number.isInteger(v) && v <= most ? number(v) : '')) },
      ],
      series: [
        {},
        { scale: 'price', stroke: line, width: 2, points: { show: false }, paths: uPlot.paths.stepped!({ align: 1 }) },
        { scale: 'sales', fill: `${line}66`, stroke: line, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.6, 40] }) },
      ],
    }, [series.t, series.price, series.sales] as uPlot.AlignedData, target.current);
    return () => plot.destroy();
  }, [series, width, scheme]);

  return <div ref={ref} className={css['chart']}><div ref={target} role="img" aria-label={label} /></div>;
}
