import './Plot.css';
import { Text } from '@mantine/core';
import { useCallback, useId, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { StoreApi } from 'zustand';
import { LABEL_NAMES, type QualityLabels } from '../../../shared/domain/quality-report.ts';
import { duration, percent } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { AXIS_WIDTH, PLOT_END } from './PlotEngine.ts';
import { around } from './PlotRange.ts';
import type { PlotView } from './PlotView.ts';
import { labelName, movementName, spanText } from './QualityWords.ts';
import { nearestSpan } from './spans-at.ts';
import { useViewCanvas, type Strip } from './use-view-canvas.ts';

const ROW_PX = 15;
/** However short a stretch is: it can be seen. */
const LEAST_PX = 2;
const MANY = 10;

/** Labels over time, a row each, in step with the plot above: a higher bar is surer. */
export function LabelStrip({ labels, view }: { labels: QualityLabels; view: StoreApi<PlotView> }) {
  const { spans } = labels;
  const [at, setAt] = useState<number | null>(null);
  const helpId = useId();
  const merged = useViewCanvas(view, ROW_PX * LABEL_NAMES.length, useCallback(({ ctx, ratio, style, from, to, x }: Strip) => {
    const colors = LABEL_NAMES.map((label) => style.getPropertyValue(`--label-${label}`).trim());
    const row = ROW_PX * ratio;
    spans.forEach((span, i) => {
      if (span.to < from || span.from > to) return;
      const place = LABEL_NAMES.indexOf(span.label);
      const height = Math.max(LEAST_PX * ratio, span.p * (row - 2 * ratio));
      const [left, wide] = [x(span.from), Math.max(LEAST_PX * ratio, x(span.to) - x(span.from))];
      ctx.fillStyle = colors[place]!;
      ctx.fillRect(left, (place + 1) * row - ratio - height, wide, height);
      if (i !== at) return;
      ctx.strokeStyle = style.getPropertyValue('--plot-text').trim();
      ctx.lineWidth = 2 * ratio;
      ctx.strokeRect(left - ratio, place * row + ratio, wide + 2 * ratio, row - 2 * ratio);
    });
  }, [spans, at]));

  /** Keeps what is told of on screen. */
  function go(to: number): void {
    const next = Math.max(0, Math.min(spans.length - 1, to));
    setAt(next);
    const [span, v] = [spans[next]!, view.getState()];
    if (span.to <= v.from || span.from >= v.to) v.show(around(span, v.end));
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || spans.length === 0) return;
    const now = at ?? -1;
    const acts: Record<string, () => void> = {
      ArrowRight: () => go(now + 1), ArrowUp: () => go(now + 1), ArrowLeft: () => go(now - 1), ArrowDown: () => go(now - 1),
      Home: () => go(0), End: () => go(spans.length - 1), PageUp: () => go(now + MANY), PageDown: () => go(now - MANY),
      Enter: () => { if (at !== null) view.getState().show(around(spans[at]!, view.getState().end)); },
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
  function onPoint(event: MouseEvent<HTMLCanvasElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const v = view.getState();
    const time = v.from + ((event.clientX - box.left) / Math.max(1, box.width)) * (v.to - v.from);
    setAt(nearestSpan(spans, time, ((v.to - v.from) / Math.max(1, box.width)) * LEAST_PX));
  }

  if (spans.length === 0) return null;
  const told = at === null ? null : spanText(spans[at]!);
  return (
    <div style={{ marginTop: 8 }}>
      <div
        className="label-strip" role="slider" tabIndex={0} aria-label={t('quality.labels')} aria-describedby={helpId} aria-orientation="horizontal"
        aria-valuemin={1} aria-valuemax={spans.length} aria-valuenow={(at ?? 0) + 1} aria-valuetext={told ?? spanText(spans[0]!)}
        onKeyDown={onKeyDown} onFocus={() => { if (at === null) setAt(0); }}
      >
        <div className="label-strip-names" style={{ width: AXIS_WIDTH }} aria-hidden="true">{LABEL_NAMES.map((label) => <div key={label} style={{ height: ROW_PX }}>{labelName(label)}</div>)}</div>
        <canvas ref={merged} style={{ height: ROW_PX * LABEL_NAMES.length, marginInlineEnd: PLOT_END }} aria-hidden="true" onMouseMove={onPoint} onMouseLeave={() => setAt(null)} onClick={() => { if (at !== null) view.getState().show(around(spans[at]!, view.getState().end)); }} />
      </div>
      <Text size="xs" c="dimmed" mt={4} mih={18} style={{ marginInlineStart: AXIS_WIDTH }} data-label-at>{told ?? t('quality.labels.help')}</Text>
      <span className="plot-hidden" id={helpId}>{t('quality.labels.keys')}</span>
      <LabelSums labels={labels} />
    </div>
  );
}

/** How much of each there is. */
export function LabelSums({ labels }: { labels: QualityLabels }) {
  const all = LABEL_NAMES.reduce((sum, label) => sum + labels.seconds[label], 0);
  const movements = Object.entries(labels.movements).sort((a, b) => b[1] - a[1]) as [keyof typeof labels.movements, number][];
  const list = movements.map(([movement, seconds]) => t('quality.labels.movement', { movement: movementName(movement), length: duration(seconds) })).join(', ');
  return (
    <>
      <dl className="label-sums" aria-label={t('quality.labels.sums')}>
        {LABEL_NAMES.filter((label) => labels.seconds[label] > 0).map((label) => (
          <div key={label}>
            <dt><span className="plot-swatch" style={{ background: `var(--label-${label})` }} aria-hidden="true" />{labelName(label)}</dt>
            <dd>{t('quality.labels.sum', { length: duration(labels.seconds[label]), share: percent(labels.seconds[label] / all) })}</dd>
          </div>
        ))}
      </dl>
      {movements.length > 0 && <Text size="sm" c="dimmed" mt={4}>{t('quality.labels.movements', { list })}</Text>}
    </>
  );
}
