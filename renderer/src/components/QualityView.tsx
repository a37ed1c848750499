import { Stack } from '@mantine/core';
import { useState } from 'react';
import type { AnyReport } from '../../../shared/report-view.ts';
import { around } from './PlotRange.ts';
import { usePlotView } from './PlotView.ts';
import { QualityPanel } from './QualityPanel.tsx';
import { QualityTimelineAlone } from './QualityTimeline.tsx';

/** A report for who has no plot beside it: the verdict, and where on the time axis its labels and reasons lie. */
export function QualityView({ report }: { report: AnyReport }) {
  const view = usePlotView(report.durationSeconds);
  const [active, setActive] = useState<number | null>(null);
  return (
    <Stack gap="lg">
      <QualityTimelineAlone report={report} view={view} active={active} onActive={setActive} />
      <QualityPanel report={report} active={active} onActive={setActive} onShow={(span) => view.getState().show(around(span, view.getState().end))} />
    </Stack>
  );
}
