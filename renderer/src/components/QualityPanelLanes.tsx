import './Plot.css';
import { Button } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { StoreApi } from 'zustand';
import type { QualityReason } from '../../../shared/domain/quality-report.ts';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { AXIS_WIDTH, PLOT_END } from './PlotEngine.ts';
import { around } from './PlotRange.ts';
import type { PlotView } from './PlotView.ts';
import { reasonName } from './QualityWords.ts';
import { useViewCanvas, type Strip } from './use-view-canvas.ts';

type Props = { reasons: readonly QualityReason[]; view: StoreApi<PlotView>; active: number | null; onActive(reason: number | null): void };

const LANE_PX = 12;
/** Beyond these the costliest are drawn, the others when they are asked for. */
const SHOWN = 8;

/** Where on the time axis each reason lies: one strip a reason, under the plot and in step with it. */
export function QualityPanelLanes({ reasons, view, active, onActive }: Props) {
  const lanes = reasons.map((reason, index) => ({ reason, index })).filter(({ reason }) => reason.spans.length > 0);
  const [all, setAll] = useState(false);
  if (lanes.length === 0) return null;
  const shown = all ? lanes : lanes.slice(0, SHOWN);
  return (
    <div role="group" aria-label={t('quality.lanes')} style={{ marginTop: 6 }}>
      {shown.map(({ reason, index }) => <Lane key={index} reason={reason} view={view} active={active === index} onActive={(on) => onActive(on ? index : null)} />)}
      {shown.length < lanes.length && <Button size="compact-xs" variant="subtle" ml={AXIS_WIDTH} mt={4} onClick={() => setAll(true)}>{t('quality.lanes.more', { count: lanes.length - shown.length })}</Button>}
    </div>
  );
}

function Lane({ reason, view, active, onActive }: { reason: QualityReason; view: StoreApi<PlotView>; active: boolean; onActive(on: boolean): void }) {
  const merged = useViewCanvas(view, LANE_PX, useCallback(({ ctx, height, ratio, style, from, to, x }: Strip) => {
    ctx.fillStyle = style.getPropertyValue('--plot-lane').trim();
    for (const span of reason.spans) {
      if (span.to < from || span.from > to) continue;
      // However short: it can be seen.
      ctx.fillRect(x(span.from), 0, Math.max(2 * ratio, x(span.to) - x(span.from)), height);
    }
  }, [reason]));
  const name = reasonName(reason);
  const points = t('quality.cost', { points: number(reason.cost, 1) });
  return (
    <button
      type="button" className="quality-lane" data-active={active}
      aria-label={t('quality.lane', { reason: name, channel: reason.channel ?? '', count: reason.spanCount, points })}
      onMouseEnter={() => onActive(true)} onMouseLeave={() => onActive(false)} onFocus={() => onActive(true)} onBlur={() => onActive(false)}
      onClick={() => view.getState().show(around(reason.spans[0]!, view.getState().end))} title={name}
    >
      <span className="quality-lane-name" style={{ width: AXIS_WIDTH }}>{points}</span>
      <canvas ref={merged} style={{ marginInlineEnd: PLOT_END }} aria-hidden="true" />
    </button>
  );
}
