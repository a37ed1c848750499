import 'uplot/dist/uPlot.min.css';
import '../../../components/Plot.css';
import { Group, Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import type { CaptureStream } from '../../../../../shared/api/capture.ts';
import { LINE_COLORS } from '../../../components/PlotColors.ts';
import { unitName } from '../../../components/PlotLegend.tsx';
import { number, rate } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { kindText } from '../recording-words.ts';
import { playhead, traceOf } from './capture-store.ts';
import { createTraceEngine, type TraceEngine } from './trace-engine.ts';

const HEIGHT = 150;

/** One stream as it comes: its trace, and beneath it the newest values as numbers. */
export function Trace({ capture, stream, deviceName }: { capture: string; stream: CaptureStream; deviceName: string }) {
  const { ref: sizeRef, width } = useElementSize();
  const target = useRef<HTMLDivElement>(null);
  const engine = useRef<TraceEngine | null>(null);
  const scheme = useComputedColorScheme('light');
  const drawnParts = partsOf(stream);
  const components = stream.components.length;
  const buffer = useMemo(() => traceOf(capture, stream.name, components, stream.nominalRateHz), [capture, stream.name, components, stream.nominalRateHz]);
  const drawn = width > 0;
  useEffect(() => {
    if (!drawn || !target.current) return undefined;
    const made = createTraceEngine({ target: target.current, buffer, playhead, parts: drawnParts.map((p) => p.index), width: target.current.clientWidth, height: HEIGHT, dots: stream.nominalRateHz === null });
    engine.current = made;
    return () => { engine.current = null; made.destroy(); };
    // Which parts there are never changes while a capture lasts.
  }, [drawn, buffer, drawnParts.length, stream.nominalRateHz]);
  useEffect(() => { if (width > 0) engine.current?.resize(width); }, [width]);
  useEffect(() => { engine.current?.recolor(); }, [scheme]);

  const title = streamTitle(stream);
  const one = drawnParts.length === 1;
  return (
    <section aria-label={t('capture.trace', { stream: title, device: deviceName })}>
      <Group justify="space-between" gap="sm" mb={2}>
        <Text size="sm" fw={600}>{title}</Text>
        <Text size="xs" c="dimmed" className="ph-num">{stream.rateHz === null ? t('capture.rate.none') : rate(stream.rateHz)}</Text>
      </Group>
      <div ref={sizeRef}><div ref={target} style={{ minHeight: HEIGHT }} aria-hidden="true" /></div>
      <dl className="plot-legend" style={{ marginTop: 4 }}>
        {drawnParts.map(({ index, part: c }, i) => (
          <div key={`${c.channel}.${c.component}`}>
            <dt><span className="plot-swatch" style={{ background: `var(--plot-line-${(i % LINE_COLORS) + 1})` }} aria-hidden="true" />{one ? t('capture.now') : partTitle(drawnParts.map((p) => p.part), i)}</dt>
            <dd>{newest(buffer.columns[index + 1], c.unit)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

type Part = CaptureStream['components'][number];

/** What is drawn: beside a measurement, flags such as the skin contact would only press its scale flat. */
function partsOf(stream: CaptureStream): { index: number; part: Part }[] {
  const all = stream.components.map((part, index) => ({ part, index }));
  const measured = all.filter(({ part }) => part.kind !== 'other');
  return measured.length > 0 ? measured : all;
}

/** By what is measured; where that says nothing, as the driver calls it. */
function streamTitle(stream: CaptureStream): string {
  const kinds = [...new Set(partsOf(stream).map(({ part }) => part.kind))];
  return kinds.length === 1 && kinds[0] !== 'other' ? kindText(kinds[0]!) : stream.label.charAt(0).toUpperCase() + stream.label.slice(1);
}

function partTitle(parts: Part[], i: number): string {
  const { channel, component, kind } = parts[i]!;
  if (component === 'value') return kind === 'other' ? channel : kindText(kind);
  return new Set(parts.map((p) => p.channel)).size === 1 ? component : `${kindText(kind)} ${component}`;
}

/** Its last value that is there, with its unit. */
function newest(column: readonly (number | null)[] | undefined, unit: string): string {
  const value = column?.findLast((v) => v !== null);
  if (value === undefined || value === null) return t('capture.none');
  const text = Number.isInteger(value) || Math.abs(value) >= 100 ? number(Math.round(value)) : number(value, 2);
  return unitName(unit) ? `${text} ${unitName(unit)}` : text;
}
