import './Plot.css';
import { Button, useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { StoreApi } from 'zustand';
import type { QualityReason } from '../../../shared/domain/quality-report.ts';
import { number } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { AXIS_WIDTH, PLOT_END } from './PlotEngine.ts';
import { around } from './PlotRange.ts';
import type { PlotView } from './PlotView.ts';
import { reasonName } from './QualityWords.ts';

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
  const { ref, width } = useElementSize<HTMLCanvasElement>();
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const merged = useMergedRef(ref, canvas);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const to = canvas.current;
      if (!to || width === 0) return;
      const ratio = window.devicePixelRatio || 1;
      to.width = Math.round(width * ratio);
      to.height = Math.round(LANE_PX * ratio);
      const ctx = to.getContext('2d')!;
      ctx.fillStyle = getComputedStyle(to).getPropertyValue('--plot-lane').trim();
      const v = view.getState();
      for (const span of reason.spans) {
        if (span.to < v.from || span.from > v.to) continue;
        const left = ((span.from - v.from) / (v.to - v.from)) * to.width;
        const right = ((span.to - v.from) / (v.to - v.from)) * to.width;
        // However short: it can be seen.
        ctx.fillRect(left, 0, Math.max(2 * ratio, right - left), to.height);
      }
    };
    const soon = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); };
    soon();
    const stop = view.subscribe(soon);
    return () => { cancelAnimationFrame(frame); stop(); };
  }, [reason, view, width, scheme]);
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
