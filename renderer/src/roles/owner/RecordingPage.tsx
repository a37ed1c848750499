import { Alert, Badge, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Share2, Trash2 } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { PlotRange } from '../../../../shared/api/common.ts';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { Plot } from '../../components/Plot.tsx';
import { around } from '../../components/PlotRange.ts';
import { usePlotView } from '../../components/PlotView.ts';
import { QualityPanel } from '../../components/QualityPanel.tsx';
import { QualityTimeline } from '../../components/QualityTimeline.tsx';
import { Stat } from '../../components/Stat.tsx';
import { dateTime, duration, number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';
import { ImportNotes } from './import/ImportNotes.tsx';
import { LeaveOutPanel } from './LeaveOutPanel.tsx';
import { clearLeaveOut, leaveOutSpan, leftOutSpans, useLeaveOut } from './leave-outs.ts';
import { channelsText, rateText, sourceText } from './recording-words.ts';
import { AddedMark } from './consent/AddedMark.tsx';
import { DevicePanel } from './device/DevicePanel.tsx';
import { RecordingAnchor } from './anchors/RecordingAnchor.tsx';
import { RunningJobs } from './RunningJobs.tsx';
import { dropDraft } from './share-draft.ts';
import { Panel } from './Panel.tsx';

export function RecordingPage() {
  const { id = '' } = useParams<{ id: string }>();
  const live = useLive(['owner', 'recording', id], () => api.owner.recording.query(id), ['recordings', 'publications', 'datasets']);
  // The frame stands before the recording does: one heading from the first moment.
  if (!live.data) return <Page title={t('owner.recording.title')} back={{ to: '/owner', label: t('owner.recordings.title') }}><Loaded live={live}>{() => null}</Loaded></Page>;
  return <Recording recording={live.data} key={id} />;
}

function Recording({ recording: r }: { recording: RecordingDetail }) {
  const [, go] = useLocation();
  const view = usePlotView(r.durationSeconds);
  const leaveOut = useLeaveOut(r.id);
  const cuts = useMemo(() => leftOutSpans(leaveOut, r), [leaveOut, r]);
  const [active, setActive] = useState<number | null>(null);
  const [forgetting, setForgetting] = useState(false);
  const load = useCallback((range: PlotRange) => api.owner.plot.query({ id: r.id, range }), [r.id]);
  const score = useAct(() => api.owner.score.mutate(r.id));
  const forget = useAct(async () => { await api.owner.forget.mutate(r.id); clearLeaveOut(r.id); dropDraft(r.id); go('/owner', { replace: true }); });
  const highlight = active === null ? undefined : r.report?.reasons[active]?.spans;
  const shareText = t(r.datasetIds.length > 0 ? 'owner.recording.share.again' : 'owner.recording.share');

  return (
    <Page
      title={r.title} back={{ to: '/owner', label: t('owner.recordings.title') }} subtitle={`${sourceText(r.source)} · ${channelsText(r.channels)}`}
      actions={(
        <Group gap="sm">
          <Button variant="default" leftSection={<Trash2 size={16} aria-hidden="true" />} onClick={() => setForgetting(true)} disabled={r.publicationId !== null}>{t('owner.forget.open')}</Button>
          <Button leftSection={<Share2 size={16} aria-hidden="true" />} onClick={() => go(`/owner/recordings/${r.id}/share`)}>{r.publicationId ? t('owner.recording.share.progress') : shareText}</Button>
        </Group>
      )}
    >
      <Stack gap="xl">
        {r.source.appendedBy && <AddedMark by={r.source.appendedBy} />}
        {r.source.simulated && <Alert color="grape" variant="light">{t('owner.recording.simulated')}</Alert>}
        {r.datasetIds.length > 0 && <Group gap="xs"><Text size="sm">{t('owner.recording.datasets')}</Text>{r.datasetIds.map((d) => <Badge key={d} component="a" href={`#/owner/datasets/${d}`} variant="light" color="green" tt="none" style={{ cursor: 'pointer' }}>{t('owner.dataset.number', { id: String(d) })}</Badge>)}</Group>}
        <RunningJobs kinds={['score', 'publish', 'anchor']} of={(job) => job.subject.recordingId === r.id} />
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Stat label={t('owner.recordings.col.length')} value={r.durationSeconds > 0 ? duration(r.durationSeconds) : t('owner.recording.moment')} />
          <Stat label={t('owner.recording.samples')} value={number(r.rows)} />
          <Stat label={t('owner.recordings.col.rate')} value={rateText(r)} hint={r.source.times === 'nominal' ? t('owner.recording.nominal') : undefined} />
          <Stat label={t('owner.recording.started')} value={r.startedAt === null ? t('owner.recording.noclock') : dateTime(r.startedAt)} />
        </SimpleGrid>

        <Panel padding="lg" component="section" aria-label={t('owner.recording.plot')}>
          <Plot label={t('owner.recording.plot.label', { title: r.title })} channels={r.channels} durationSeconds={r.durationSeconds} load={load} view={view} cuts={cuts} highlight={highlight} onCut={(span) => leaveOutSpan(r.id, span)}>
            {r.report && <QualityTimeline report={r.report} view={view} active={active} onActive={setActive} />}
          </Plot>
        </Panel>

        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl">
          <Panel padding="lg" component="section" aria-labelledby="quality-title">
            <Title order={2} size="h4" mb="md" id="quality-title">{t('owner.recording.quality')}</Title>
            {r.report
              ? <QualityPanel report={r.report} active={active} onActive={setActive} onShow={(span) => view.getState().show(around(span, view.getState().end))} />
              : <Text size="sm" c="dimmed" mb="md">{t('owner.recording.unscored')}</Text>}
            {(r.report === null || r.report.version === 1) && (
              <Stack align="flex-start" mt={r.report ? 'md' : 0}>
                {score.error && <ErrorBox error={score.error} />}
                <Button variant="light" loading={score.busy} onClick={() => void score.run()}>{t(r.report ? 'owner.recording.score.again' : 'owner.recording.score')}</Button>
              </Stack>
            )}
          </Panel>
          <Stack gap="xl">
            <DevicePanel recording={r} />
            <LeaveOutPanel recording={r} view={view} cuts={cuts} />
            <RecordingAnchor recording={r} />
            <ImportNotes report={r.importReport} zone={r.source.zone} />
          </Stack>
        </SimpleGrid>
      </Stack>
      <ConfirmAct
        opened={forgetting} onClose={() => { setForgetting(false); forget.clear(); }} title={t('owner.forget.title')} danger
        sentences={[t('owner.forget.text', { title: r.title }), t(r.datasetIds.length > 0 ? 'owner.forget.shared' : 'owner.forget.gone')]} costs={[]}
        confirm={t('owner.forget.confirm')} onConfirm={() => void forget.run()} busy={forget.busy} error={forget.error}
      />
    </Page>
  );
}
