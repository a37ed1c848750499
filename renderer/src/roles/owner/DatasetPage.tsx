import { Alert, Button, Grid, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Award, CircleSlash, Eraser, Tag } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { Coins } from '../../components/Coins.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { PlotBars } from '../../components/PlotBars.tsx';
import { ScoreBadge } from '../../components/ScoreBadge.tsx';
import { Stat } from '../../components/Stat.tsx';
import { bytes, coins, number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useLive } from '../../stores/live.ts';
import { CertificateDialog } from './CertificateDialog.tsx';
import { DatasetKeepers } from './DatasetKeepers.tsx';
import { DatasetTimeline } from './DatasetTimeline.tsx';
import { datasetTitle } from './dataset-words.ts';
import { EraseDialog } from './EraseDialog.tsx';
import { EraseProgress } from './EraseProgress.tsx';
import { LabelPreview } from './LabelPreview.tsx';
import { PriceDialog } from './PriceDialog.tsx';
import { StopDialog } from './StopDialog.tsx';
import { TraceTable } from './TraceTable.tsx';
import { Panel } from './Panel.tsx';

type Open = 'price' | 'stop' | 'erase' | 'certificate' | null;
const UNIT = 1e18;

export function DatasetPage() {
  const { id = '' } = useParams<{ id: string }>();
  const number = Number(id);
  const live = useLive(['owner', 'dataset', number], () => api.owner.dataset.query(number), ['datasets', 'history', 'listings'], { enabled: Number.isSafeInteger(number) });
  if (!live.data) return <Page title={t('owner.dataset.number', { id })} back={{ to: '/owner/datasets', label: t('owner.datasets.title') }}><Loaded live={live}>{() => null}</Loaded></Page>;
  return <Dataset dataset={live.data} key={id} />;
}

function Dataset({ dataset: d }: { dataset: OwnDatasetDetail }) {
  const [, go] = useLocation();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const leaving = useJobs().find((j) => (j.kind === 'stop' || j.kind === 'erase') && j.subject.datasetId === d.id && j.state === 'running');
  const over = d.status === 'withdrawn';
  const bars = useMemo(() => d.earnings.map((e) => ({ day: e.day, value: Number(e.amount) / UNIT, text: coins(e.amount) })), [d.earnings]);
  return (
    <Page
      title={datasetTitle(d)} back={{ to: '/owner/datasets', label: t('owner.datasets.title') }} subtitle={t('owner.dataset.number', { id: String(d.id) })}
      actions={(
        <Group gap="sm">
          {d.certificate && <Button variant="default" leftSection={<Award size={16} aria-hidden="true" />} onClick={() => setOpen('certificate')}>{t('owner.certificate.open')}</Button>}
          {!over && <Button variant="default" leftSection={<Tag size={16} aria-hidden="true" />} onClick={() => setOpen('price')}>{t('owner.price.open')}</Button>}
        </Group>
      )}
    >
      <Stack gap="xl">
        <EraseProgress dataset={d} />
        <DatasetTimeline dataset={d} />
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Stat label={t('owner.datasets.col.price')} value={/^0+$/.test(d.price) ? t('owner.free') : <Coins amount={d.price} />} hint={t('owner.dataset.version', { version: d.version })} />
          <Stat label={t('owner.datasets.col.sales')} value={number(d.sales)} hint={d.openAccesses > 0 ? t('owner.dataset.open', { count: d.openAccesses }) : undefined} />
          <Stat label={t('owner.datasets.col.earned')} value={<Coins amount={d.earned} />} />
          <Stat label={t('owner.datasets.col.quality')} value={<ScoreBadge score={d.score ?? d.label?.quality ?? null} size="lg" />} hint={t(d.score === null ? 'owner.dataset.claimed' : 'owner.dataset.certified')} />
        </SimpleGrid>

        <Panel padding="lg" component="section" aria-labelledby="earnings-title">
          <Title order={2} size="h4" mb="md" id="earnings-title">{t('owner.earnings.title')}</Title>
          {bars.length === 0 ? <Text size="sm" c="dimmed">{t('owner.earnings.none')}</Text> : <PlotBars bars={bars} label={t('owner.earnings.title')} dayLabel={t('owner.earnings.day')} valueLabel={t('owner.earnings.amount')} />}
        </Panel>

        <Panel padding="lg" component="section" aria-labelledby="trace-title">
          <Title order={2} size="h4" mb={4} id="trace-title">{t('owner.trace.title')}</Title>
          <Text size="sm" c="dimmed" mb="md">{t('owner.trace.text')}</Text>
          <TraceTable rows={d.trace} />
        </Panel>

        <Grid gap="xl">
          <Grid.Col span={{ base: 12, lg: 5 }}><LabelPreview label={d.label} missing={t('owner.dataset.nolabel')} title={t('owner.label.public')} /></Grid.Col>
          <Grid.Col span={{ base: 12, lg: 7 }}>
          <Panel padding="lg" component="section" aria-labelledby="keepers-title" style={{ alignSelf: 'start' }}>
            <Title order={2} size="h4" mb={4} id="keepers-title">{t('owner.dataset.keepers')}</Title>
            <Text size="sm" c="dimmed" mb="md">{t('owner.keepers.explain', { threshold: d.threshold, total: d.seats })}</Text>
            <DatasetKeepers keepers={d.keepers} />
          </Panel>
          </Grid.Col>
        </Grid>

        <Panel padding="lg" component="section" aria-labelledby="out-title">
          <Title order={2} size="h4" mb={4} id="out-title">{t('owner.out.title')}</Title>
          <Text size="sm" c="dimmed" mb="lg">{t('owner.out.text')}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
            <Way
              title={t('owner.stop.open')} does={[t('owner.stop.does.sales'), t('owner.stop.does.open'), t('owner.stop.does.keepers'), t('owner.stop.does.keep')]} not={[t('owner.out.not.copies'), t('owner.out.not.chain')]}
              action={<Button variant="default" leftSection={<CircleSlash size={16} aria-hidden="true" />} disabled={over || leaving !== undefined} onClick={() => setOpen('stop')}>{t(over ? 'owner.stop.done' : 'owner.stop.open')}</Button>}
            />
            <Way
              title={t('owner.erase.open')} does={[t('owner.erase.does.stop'), t('owner.erase.does.key'), t('owner.erase.does.files', { size: bytes(d.storedBytes) }), t('owner.erase.does.certificate')]} not={[t('owner.out.not.copies'), t('owner.out.not.chain')]}
              action={<Button color="red.8" leftSection={<Eraser size={16} aria-hidden="true" />} disabled={d.erased || leaving !== undefined} onClick={() => setOpen('erase')}>{t(d.erased ? 'owner.erase.done' : 'owner.erase.open')}</Button>}
            />
          </SimpleGrid>
        </Panel>
        {d.recordingId && <Alert variant="light" color="gray"><Group justify="space-between"><Text size="sm">{t('owner.dataset.recording')}</Text><Button size="xs" variant="default" onClick={() => go(`/owner/recordings/${d.recordingId}`)}>{t('owner.dataset.recording.open')}</Button></Group></Alert>}
      </Stack>
      {open === 'price' && <PriceDialog dataset={d} onClose={close} />}
      {open === 'stop' && <StopDialog dataset={d} onClose={close} />}
      {open === 'erase' && <EraseDialog dataset={d} onClose={close} />}
      {open === 'certificate' && d.certificate && <CertificateDialog certificate={d.certificate} onClose={close} />}
    </Page>
  );
}

function Way({ title, does, not, action }: { title: string; does: string[]; not: string[]; action: React.ReactNode }) {
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={3} size="h5">{title}</Title>
      <div><Text size="sm" fw={600} mb={4}>{t('owner.out.does')}</Text><ul style={{ margin: 0, paddingInlineStart: 20 }}>{does.map((s) => <Text component="li" size="sm" key={s}>{s}</Text>)}</ul></div>
      <div><Text size="sm" fw={600} mb={4}>{t('owner.out.doesnot')}</Text><ul style={{ margin: 0, paddingInlineStart: 20 }}>{not.map((s) => <Text component="li" size="sm" c="dimmed" key={s}>{s}</Text>)}</ul></div>
      {action}
    </Stack>
  );
}
