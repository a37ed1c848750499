import { Button, Group, Text } from '@mantine/core';
import { Maximize2 } from 'lucide-react';
import type { StoreApi } from 'zustand';
import { viewOf, type AnyReport } from '../../../shared/report-view.ts';
import { t } from '../i18n/index.ts';
import { LabelStrip } from './LabelStrip.tsx';
import { AXIS_WIDTH, PLOT_END } from './PlotEngine.ts';
import { sinceStart } from './PlotTime.ts';
import { useVisible, type PlotView } from './PlotView.ts';
import { QualityPanelLanes } from './QualityPanelLanes.tsx';

type Props = { report: AnyReport; view: StoreApi<PlotView>; active: number | null; onActive(reason: number | null): void };

/** Labels and reasons on one time axis; under a plot, in step with it. */
export function QualityTimeline({ report, view, active, onActive }: Props) {
  const { labels, reasons } = viewOf(report);
  return (
    <>
      {labels && <LabelStrip labels={labels} view={view} />}
      <QualityPanelLanes reasons={reasons} view={view} active={active} onActive={onActive} />
    </>
  );
}

/** The same where there is no plot to stand under: with a time axis of its own. */
export function QualityTimelineAlone(props: Props) {
  const { labels, reasons } = viewOf(props.report);
  if ((labels === null || labels.spans.length === 0) && !reasons.some((r) => r.spans.length > 0)) return null;
  return (
    <div>
      <Axis view={props.view} />
      <QualityTimeline {...props} />
    </div>
  );
}

function Axis({ view }: { view: StoreApi<PlotView> }) {
  const { from, to, end, reset } = useVisible(view);
  const step = (to - from) / 1e6 < 60 ? 0.1 : 1;
  const whole = from <= 0 && to >= end;
  return (
    <>
      <Group justify="space-between" mih={30} gap="xs">
        <Text size="sm" fw={500}>{t('quality.time')}</Text>
        {!whole && <Button size="compact-xs" variant="light" leftSection={<Maximize2 size={13} aria-hidden />} onClick={reset}>{t('quality.time.whole')}</Button>}
      </Group>
      <div className="quality-axis" style={{ marginInlineStart: AXIS_WIDTH, marginInlineEnd: PLOT_END }}><span>{sinceStart(from / 1e6, step)}</span><span>{sinceStart(to / 1e6, step)}</span></div>
    </>
  );
}
