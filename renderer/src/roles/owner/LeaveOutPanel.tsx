import { ActionIcon, Button, Checkbox, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { Scissors, X } from 'lucide-react';
import type { StoreApi } from 'zustand';
import type { Span } from '../../../../shared/api/common.ts';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { around, lengthOf } from '../../components/PlotRange.ts';
import { sinceStart } from '../../components/PlotTime.ts';
import { useVisible, type PlotView } from '../../components/PlotView.ts';
import { duration } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { LeaveOutByLabel } from './LeaveOutByLabel.tsx';
import { RemainsText } from './RemainsText.tsx';
import { activitiesOf, clearLeaveOut, keepSpan, leaveOutSpan, toggleLabel, useLeaveOut } from './leave-outs.ts';
import { Panel } from './Panel.tsx';

type Props = { recording: RecordingDetail; view: StoreApi<PlotView>; cuts: Span[] };

const spanText = (span: Span) => t('owner.leave.span', { from: sinceStart(span.from / 1e6, 0.1), to: sinceStart(span.to / 1e6, 0.1) });

/** What stays on this machine when the recording is shared. */
export function LeaveOutPanel({ recording: r, view, cuts }: Props) {
  const leaveOut = useLeaveOut(r.id);
  const activities = activitiesOf(r.annotations);
  const out = lengthOf(cuts) / 1e6;
  const share = r.durationSeconds > 0 ? Math.min(1, out / r.durationSeconds) : 0;
  return (
    <Panel padding="lg" component="section" aria-labelledby="leave-title">
      <Title order={2} size="h4" mb={4} id="leave-title">{t('owner.leave.title')}</Title>
      <Text size="sm" c="dimmed" mb="md">{t('owner.leave.text')}</Text>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600} role="status">{cuts.length === 0 ? t('owner.leave.nothing') : t('owner.leave.sum', { out: duration(out), total: duration(r.durationSeconds) })}</Text>
        {cuts.length > 0 && <Button size="compact-xs" variant="subtle" onClick={() => clearLeaveOut(r.id)}>{t('owner.leave.clear')}</Button>}
      </Group>
      <Progress value={share * 100} color="gray" size="sm" mb="md" aria-label={t('owner.leave.share')} />
      {cuts.length > 0 && <div style={{ marginBottom: 'var(--mantine-spacing-md)' }}><RemainsText recording={r} cuts={cuts} /></div>}
      <LeaveOutByLabel recording={r} />
      {activities.length > 0 && (
        <Stack gap={6} mb="md" role="group" aria-label={t('owner.leave.activities')}>
          <Text size="sm" fw={500}>{t('owner.leave.activities')}</Text>
          <div style={{ maxHeight: 220, overflowY: 'auto' }}>
            {activities.map((a) => (
              <Checkbox key={a.label} mb={6} checked={leaveOut.labels.includes(a.label)} onChange={() => toggleLabel(r.id, a.label)} label={<Text size="sm" style={{ overflowWrap: 'anywhere' }}>{a.label} <Text span size="xs" c="dimmed">{t('owner.leave.activity', { length: duration(a.seconds), count: a.count })}</Text></Text>} />
            ))}
          </div>
        </Stack>
      )}
      <Stack gap={6}>
        <Group justify="space-between"><Text size="sm" fw={500}>{t('owner.leave.hand')}</Text><VisibleButton id={r.id} view={view} /></Group>
        {leaveOut.spans.length === 0 && <Text size="sm" c="dimmed">{t('owner.leave.hand.none')}</Text>}
        <Stack gap={2} component="ul" style={{ listStyle: 'none', padding: 0, margin: 0, maxHeight: 220, overflowY: 'auto' }}>
          {leaveOut.spans.map((span) => (
            <li key={span.from}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Button variant="subtle" size="compact-sm" onClick={() => view.getState().show(around(span, view.getState().end))} style={{ fontVariantNumeric: 'tabular-nums' }}>{spanText(span)}</Button>
                <Group gap={6} wrap="nowrap"><Text size="xs" c="dimmed">{duration((span.to - span.from) / 1e6)}</Text><ActionIcon variant="subtle" color="gray" aria-label={t('owner.leave.remove', { span: spanText(span) })} onClick={() => keepSpan(r.id, span)}><X size={16} /></ActionIcon></Group>
              </Group>
            </li>
          ))}
        </Stack>
      </Stack>
    </Panel>
  );
}

/** The way by keyboard: zoom to what must stay, then press. */
function VisibleButton({ id, view }: { id: string; view: StoreApi<PlotView> }) {
  const { from, to, end } = useVisible(view);
  return <Button size="compact-xs" variant="light" leftSection={<Scissors size={14} aria-hidden="true" />} disabled={from <= 0 && to >= end} onClick={() => leaveOutSpan(id, { from: Math.floor(from), to: Math.ceil(to) })}>{t('owner.leave.visible')}</Button>;
}
