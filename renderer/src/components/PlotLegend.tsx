import { Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { StoreApi } from 'zustand';
import type { Span } from '../../../shared/api/common.ts';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { LINE_COLORS } from './PlotColors.ts';
import type { Extent, PlotColumns } from './PlotData.ts';
import { sinceStart } from './PlotTime.ts';
import { useSettled, type PlotView } from './PlotView.ts';

type Props = { view: StoreApi<PlotView>; unit: string; components: string[]; cursor: number | null; columns: PlotColumns | null; extentsOf: ((from: number, to: number) => Extent[]) | null };

const SETTLE_MS = 250;
const step = (span: Span) => Math.max(0.001, (span.to - span.from) / 1e6 / 1000);

/** What is shown in words and numbers: for everybody under the plot, and told to a screen reader once it has settled. */
export function PlotLegend({ view, unit, components, cursor, columns, extentsOf }: Props) {
  const [range, setRange] = useState<Span>(() => ({ from: view.getState().from, to: view.getState().to }));
  useEffect(() => setRange({ from: view.getState().from, to: view.getState().to }), [view]);
  useSettled(view, SETTLE_MS, setRange);
  const list = extentsOf?.(range.from, range.to) ?? [];
  const at = cursor !== null && columns ? valuesAt(columns, cursor) : null;
  const shownRange = t('plot.range', { from: sinceStart(range.from / 1e6, step(range)), to: sinceStart(range.to / 1e6, step(range)) });
  return (
    <>
      <dl className="plot-legend">
        <div><dt>{at ? t('plot.at') : t('plot.shown')}</dt><dd>{at ? sinceStart(at.seconds, step(range)) : shownRange}</dd></div>
        {components.map((component, c) => {
          const extent = at?.values[c] ?? list[c];
          return (
            <div key={component}>
              <dt><span className="plot-swatch" style={{ background: `var(--plot-line-${(c % LINE_COLORS) + 1})` }} aria-hidden="true" />{component}</dt>
              <dd>{sentence(extent ?? null, unit)}</dd>
            </div>
          );
        })}
      </dl>
      <VisuallyHidden role="status">
        <Text span>{shownRange} {list.map((e) => (e.min === null || e.max === null ? t('plot.alt.none', { component: e.component }) : t('plot.alt', { component: e.component, min: number(e.min), max: number(e.max), unit: unitName(unit) }))).join(' ')}</Text>
      </VisuallyHidden>
    </>
  );
}

const sentence = (extent: { min: number | null; max: number | null } | null, unit: string): string => {
  if (!extent || extent.min === null || extent.max === null) return t('plot.none');
  return extent.min === extent.max ? `${number(extent.min)} ${unitName(unit)}` : t('plot.between', { min: number(extent.min), max: number(extent.max), unit: unitName(unit) });
};

/** UCUM codes as people write them. */
const UNITS: Record<string, string> = { 'm/s2': 'm/s²', '/min': '/min', Cel: '°C', 'rad/s': 'rad/s', 'deg/s': '°/s', '1': '' };
export const unitName = (unit: string): string => UNITS[unit] ?? unit;

/** Least and greatest of each component in the slot next to `seconds`. */
function valuesAt(columns: PlotColumns, seconds: number): { seconds: number; values: { min: number | null; max: number | null }[] } | null {
  const x = columns[0] as number[];
  if (x.length === 0) return null;
  let low = 0;
  let high = x.length - 1;
  while (low < high) { const mid = (low + high) >> 1; if (x[mid]! < seconds) low = mid + 1; else high = mid; }
  const near = low > 0 && seconds - x[low - 1]! < x[low]! - seconds ? low - 1 : low;
  return { seconds: x[near]!, values: Array.from({ length: (columns.length - 1) / 2 }, (_, c) => ({ min: columns[1 + 2 * c]![near] ?? null, max: columns[2 + 2 * c]![near] ?? null })) };
}
