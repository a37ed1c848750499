import { useCallback, useMemo } from 'react';
import type { PlotRange } from '../../../../../shared/api/common.ts';
import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { Plot } from '../../../components/Plot.tsx';

type Props = { rightId: number; name: string; title: string; plot: NonNullable<HeldRightView['segments'][number]['plot']> };

/** The rows of one part, by the plot of every other recording. */
export function SegmentPlot({ rightId, name, title, plot }: Props) {
  const load = useCallback((range: PlotRange) => api.grantee.plot.query({ rightId, segment: name, range: { from: range.from, to: range.to, pixels: range.pixels } }), [rightId, name]);
  const channels = useMemo(() => [{ name: name.split('/')[0]!, kind: plot.kind, unit: plot.unit, components: plot.components }], [name, plot]);
  return <Plot label={title} load={load} channels={channels} durationSeconds={plot.seconds} />;
}
