import 'uplot/dist/uPlot.min.css';
import './Plot.css';
import { ActionIcon, Group, Loader, SegmentedControl, Select, Tooltip, VisuallyHidden, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { ChevronLeft, ChevronRight, Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { StoreApi } from 'zustand';
import type { PlotLevels, PlotRange, Span } from '../../../shared/api/common.ts';
import { t } from '../i18n/index.ts';
import { columnsOf, extents, joinColumns } from './PlotData.ts';
import { AXIS_WIDTH, createPlotEngine, PLOT_END, type PlotEngine, type PlotTool } from './PlotEngine.ts';
import { ErrorBox } from './ErrorBox.tsx';
import { PlotLegend } from './PlotLegend.tsx';
import { usePlotLevels } from './PlotLevels.ts';
import { PlotOverview } from './PlotOverview.tsx';
import { usePlotView, type PlotView } from './PlotView.ts';

export type PlotChannel = { name: string; kind: string; unit: string; components: string[] };
export type PlotProps = {
  /** What is drawn, for a screen reader: a title. */
  label: string;
  channels: PlotChannel[];
  durationSeconds: number;
  /** Least and greatest of each slot of time, from the server. */
  load(range: PlotRange): Promise<PlotLevels>;
  /** Give one (usePlotView) where strips beneath share the range. */
  view?: StoreApi<PlotView>;
  height?: number;
  /** Stretches that are left out. */
  cuts?: readonly Span[];
  /** Stretches that a reason of the report names. */
  highlight?: readonly Span[];
  /** Where given, the person can choose stretches by hand. */
  onCut?(span: Span): void;
  children?: ReactNode;
};

const NO_SPANS: readonly Span[] = [];
const HEIGHT = 300;
const STEP = 0.2;
const CLOSER = 0.5;

/** A recording of any length: whole at first, closer by dragging, wheel, pinch or keys; never more points than pixels. */
export function Plot({ label, channels, durationSeconds, load, view: given, height = HEIGHT, cuts = NO_SPANS, highlight = NO_SPANS, onCut, children }: PlotProps) {
  const own = usePlotView(durationSeconds);
  const view = given ?? own;
  const [name, setName] = useState(channels[0]?.name ?? '');
  const channel = channels.find((c) => c.name === name) ?? channels[0];
  const [tool, setTool] = useState<PlotTool>('zoom');
  const [cursor, setCursor] = useState<number | null>(null);
  const { ref: sizeRef, width } = useElementSize();
  const target = useRef<HTMLDivElement>(null);
  const engine = useRef<PlotEngine | null>(null);
  const scheme = useComputedColorScheme('light');
  const helpId = useId();
  const levels = usePlotLevels(load, channel?.name ?? '', view, width > 0 ? Math.max(64, width - AXIS_WIDTH - PLOT_END) : 0);

  const latest = useRef({ tool, onCut });
  latest.current = { tool, onCut };
  const components = channel?.components.length ?? 0;
  const drawn = width > 0;
  useEffect(() => {
    if (!drawn || !target.current) return undefined;
    const made = createPlotEngine({
      target: target.current, view, components, width: target.current.clientWidth, height,
      tool: () => latest.current.tool, onCut: (span) => latest.current.onCut?.(span), onCursor: setCursor,
    });
    engine.current = made;
    return () => { engine.current = null; made.destroy(); };
  }, [drawn, view, components, channel?.name, height]);

  const columns = useMemo(() => {
    const whole = levels.whole ? columnsOf(levels.whole.levels) : null;
    const part = levels.part ? columnsOf(levels.part.levels) : null;
    return { columns: whole && part ? joinColumns(whole, part) : whole, exact: (levels.part ?? levels.whole)?.levels.exact ?? false };
  }, [levels.whole, levels.part]);
  // A new channel makes a new engine, which has to be fed again even where the columns are the same.
  useEffect(() => { if (columns.columns && columns.columns.length === 1 + 2 * components) engine.current?.setColumns(columns.columns, columns.exact); }, [columns, components, drawn, channel?.name, height]);
  useEffect(() => { engine.current?.setShades(cuts, highlight); }, [cuts, highlight, drawn, channel?.name, height]);
  useEffect(() => { if (width > 0) engine.current?.resize(width); }, [width]);
  useEffect(() => { engine.current?.recolor(); }, [scheme]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const now = view.getState();
    const step = event.shiftKey ? 1 : STEP;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => now.pan(-step), ArrowRight: () => now.pan(step), Home: () => now.pan(-Infinity), End: () => now.pan(Infinity),
      '+': () => now.zoom(CLOSER), '=': () => now.zoom(CLOSER), '-': () => now.zoom(1 / CLOSER), _: () => now.zoom(1 / CLOSER), 0: () => now.reset(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  if (!channel) return null;
  const shown = levels.part ?? levels.whole;
  return (
    <div className="plot">
      <div className="plot-bar">
        <div className="plot-tools">
          {channels.length > 1 && <Select aria-label={t('plot.channel')} size="xs" w={170} allowDeselect={false} value={channel.name} onChange={(v) => { if (v) setName(v); }} data={channels.map((c) => ({ value: c.name, label: c.name }))} />}
          <SegmentedControl aria-label={t('plot.tool')} size="xs" value={tool} onChange={(v) => setTool(v as PlotTool)} data={[
            { value: 'zoom', label: t('plot.tool.zoom') }, { value: 'move', label: t('plot.tool.move') }, ...(onCut ? [{ value: 'cut', label: t('plot.tool.cut') }] : []),
          ]} />
        </div>
        <Group gap={4} wrap="nowrap">
          <PlotButton label={t('plot.left')} onClick={() => view.getState().pan(-STEP * 2)}><ChevronLeft size={16} /></PlotButton>
          <PlotButton label={t('plot.in')} onClick={() => view.getState().zoom(CLOSER)}><ZoomIn size={16} /></PlotButton>
          <PlotButton label={t('plot.out')} onClick={() => view.getState().zoom(1 / CLOSER)}><ZoomOut size={16} /></PlotButton>
          <PlotButton label={t('plot.right')} onClick={() => view.getState().pan(STEP * 2)}><ChevronRight size={16} /></PlotButton>
          <PlotButton label={t('plot.reset')} onClick={() => view.getState().reset()}><Maximize2 size={16} /></PlotButton>
        </Group>
      </div>
      {/* The keys of the plot need a focus of its own; what it shows is told in words beneath. */}
      <div className="plot-frame" data-tool={tool} tabIndex={0} role="group" aria-label={label} aria-describedby={helpId} onKeyDown={onKeyDown} onMouseLeave={() => setCursor(null)} ref={sizeRef}>
        <VisuallyHidden id={helpId}>{t('plot.keys')}</VisuallyHidden>
        <div ref={target} style={{ minHeight: height }} aria-hidden="true" />
        {levels.busy && <Loader size="xs" className="plot-busy" role="status" aria-label={t('plot.loading')} />}
      </div>
      <PlotOverview view={view} />
      {levels.error && <ErrorBox error={levels.error} onRetry={levels.retry} />}
      {children}
      <PlotLegend view={view} unit={channel.unit} components={channel.components} cursor={cursor} extentsOf={shown ? (from, to) => extents(covers(levels.part, from, to) ? levels.part!.levels : levels.whole!.levels, from, to) : null} columns={columns.columns} />
    </div>
  );
}

const covers = (part: { range: Span } | null, from: number, to: number): boolean => part !== null && part.range.from <= from && part.range.to >= to;

function PlotButton({ label, onClick, children }: { label: string; onClick(): void; children: ReactNode }) {
  return <Tooltip label={label} openDelay={400}><ActionIcon variant="default" size="md" aria-label={label} onClick={onClick}>{children}</ActionIcon></Tooltip>;
}
