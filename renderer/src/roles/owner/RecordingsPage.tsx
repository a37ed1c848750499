import { Badge, Button, Group, Text } from '@mantine/core';
import { Bluetooth, HeartPulse, Watch } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { JobKind } from '../../../../shared/api/app.ts';
import type { RecordingView } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { ScoreBadge } from '../../components/ScoreBadge.tsx';
import { duration, number, ago, dateTime } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useLive } from '../../stores/live.ts';
import { useSession } from '../../stores/session.ts';
import { RunningCaptures } from './capture/RunningCaptures.tsx';
import { AddedMark } from './consent/AddedMark.tsx';
import { DeviceMark } from './device/DeviceMark.tsx';
import { DropAnywhere } from './import/DropAnywhere.tsx';
import { ImportButton } from './import/ImportButton.tsx';
import { ImportDialog } from './import/ImportDialog.tsx';
import { ImportList } from './import/ImportList.tsx';
import { addImports } from './import/imports.ts';
import { sourcesOfDrop } from './import/sources.ts';
import { RunningJobs } from './RunningJobs.tsx';
import { channelsText, rateText, sourceText } from './recording-words.ts';
import { SimulateDialog } from './SimulateDialog.tsx';

const SIMULATE: JobKind[] = ['simulate'];

export function RecordingsPage() {
  const recordings = useLive(['owner', 'recordings'], () => api.owner.recordings.query(), ['recordings', 'publications', 'datasets']);
  const { network } = useSession();
  const [, go] = useLocation();
  const [simulating, setSimulating] = useState(false);

  const columns = useMemo(() => [
    { key: 'title', header: t('owner.recordings.col.title'), width: 'minmax(200px, 2fr)', sort: (a: RecordingView, b: RecordingView) => a.title.localeCompare(b.title), cell: (r: RecordingView) => <TitleCell recording={r} /> },
    { key: 'when', header: t('owner.recordings.col.when'), width: 140, sort: (a: RecordingView, b: RecordingView) => (a.startedAt ?? a.createdAt) - (b.startedAt ?? b.createdAt), cell: (r: RecordingView) => <When recording={r} /> },
    { key: 'length', header: t('owner.recordings.col.length'), width: 125, align: 'end' as const, sort: (a: RecordingView, b: RecordingView) => a.durationSeconds - b.durationSeconds, cell: (r: RecordingView) => <div><Text size="sm">{r.durationSeconds > 0 ? duration(r.durationSeconds) : t('owner.recording.moment')}</Text><Text size="xs" c="dimmed">{rateText(r)}</Text></div> },
    { key: 'quality', header: t('owner.recordings.col.quality'), width: 'minmax(170px, 1.2fr)', sort: (a: RecordingView, b: RecordingView) => (a.quality?.score ?? -1) - (b.quality?.score ?? -1), cell: (r: RecordingView) => <QualityCell recording={r} /> },
    { key: 'state', header: t('owner.recordings.col.state'), width: 130, cell: (r: RecordingView) => <StateCell recording={r} /> },
  ], []);

  const actions = (
    <Group gap="sm">
      <Button variant="default" leftSection={<Watch size={16} aria-hidden="true" />} onClick={() => setSimulating(true)}>{t('owner.simulate.open')}</Button>
      <Button variant="default" component={Link} href="/owner/capture" leftSection={<Bluetooth size={16} aria-hidden="true" />}>{t('capture.open')}</Button>
      <ImportButton />
    </Group>
  );

  return (
    <Page title={t('owner.recordings.title')} subtitle={t('owner.recordings.subtitle')} actions={actions}>
      <DropAnywhere onDrop={(data) => void sourcesOfDrop(data).then(addImports)} />
      <RunningCaptures />
      <ImportList />
      <RunningJobs kinds={SIMULATE} />
      <Loaded
        live={recordings}
        empty={<Empty icon={<HeartPulse size={40} />} title={t('owner.recordings.empty.title')} text={t('owner.recordings.empty.text')} action={actions} />}
      >
        {(rows) => <DataTable rows={rows} columns={columns} rowKey={(r) => r.id} onOpen={(r) => go(`/owner/recordings/${r.id}`)} label={t('owner.recordings.title')} height={720} rowHeight={80} />}
      </Loaded>
      <ImportDialog />
      <SimulateDialog opened={simulating} onClose={() => setSimulating(false)} listable={network?.allowSimulated ?? false} />
    </Page>
  );
}

function TitleCell({ recording: r }: { recording: RecordingView }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap="xs" wrap="nowrap">
        <Text fw={600} truncate title={r.title}>{r.title}</Text>
        {r.source.simulated && <Badge size="sm" tt="none" color="grape" variant="light" style={{ flex: 'none' }}>{t('owner.simulated')}</Badge>}
      </Group>
      <Text size="xs" c="dimmed" truncate title={channelsText(r.channels)}>{sourceText(r.source)} · {channelsText(r.channels)}</Text>
      {r.source.appendedBy ? <AddedMark by={r.source.appendedBy} /> : <DeviceMark recording={r} />}
    </div>
  );
}

function When({ recording: r }: { recording: RecordingView }) {
  return r.startedAt === null
    ? <Text size="sm" c="dimmed" title={dateTime(r.createdAt)}>{t('owner.recordings.imported', { ago: ago(r.createdAt) })}</Text>
    : <Text size="sm">{dateTime(r.startedAt)}</Text>;
}

function QualityCell({ recording: { quality } }: { recording: RecordingView }) {
  if (!quality) return <Text size="sm" c="dimmed">{t('owner.recordings.unscored')}</Text>;
  return (
    <Group gap="xs" wrap="nowrap">
      <div style={{ flex: 'none' }}><ScoreBadge score={quality.score} /></div>
      <Text size="xs" c="dimmed" lineClamp={2} className="ph-wrap" title={quality.worst ?? undefined}>{quality.worst ?? t('owner.recordings.flawless')}</Text>
    </Group>
  );
}

function StateCell({ recording: r }: { recording: RecordingView }) {
  if (r.publicationId) return <Badge color="yellow" variant="light" tt="none">{t('owner.recordings.publishing')}</Badge>;
  if (r.datasetIds.length > 0) return <Badge color="green" variant="light" tt="none">{t('owner.recordings.shared', { count: r.datasetIds.length, numbers: r.datasetIds.map((id) => number(id)).join(', ') })}</Badge>;
  return <Text size="sm" c="dimmed">{t('owner.recordings.private')}</Text>;
}
