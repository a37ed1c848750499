import { Button, Group, Text } from '@mantine/core';
import { Database, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { OwnDataset, PublicationView } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { Coins } from '../../components/Coins.tsx';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { ScoreBadge } from '../../components/ScoreBadge.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { day } from '../../i18n/format.ts';
import { t, type Key } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive, type Live } from '../../stores/live.ts';
import { datasetTitle, stageOf } from './dataset-words.ts';
import { RunningJobs } from './RunningJobs.tsx';

type Row = { kind: 'draft'; draft: PublicationView } | { kind: 'dataset'; dataset: OwnDataset };

/** Both answers as one list: a draft is a dataset that is not there yet. */
function together(drafts: Live<PublicationView[]>, datasets: Live<OwnDataset[]>): Live<Row[]> {
  const data = drafts.data && datasets.data ? [...drafts.data.map((draft): Row => ({ kind: 'draft', draft })), ...datasets.data.map((dataset): Row => ({ kind: 'dataset', dataset }))] : undefined;
  return { data, error: datasets.error ?? drafts.error, loading: drafts.loading || datasets.loading, reload: () => { drafts.reload(); datasets.reload(); } };
}
const big = (a: string, b: string): number => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);
/** Drafts first, however it is sorted. */
const by = (compare: (a: OwnDataset, b: OwnDataset) => number) => (a: Row, b: Row): number => (a.kind === 'draft' ? (b.kind === 'draft' ? 0 : -1) : b.kind === 'draft' ? 1 : compare(a.dataset, b.dataset));

export function DatasetsPage() {
  const [, go] = useLocation();
  const drafts = useLive(['owner', 'publications'], () => api.owner.publications.query(), ['publications']);
  const datasets = useLive(['owner', 'datasets'], () => api.owner.datasets.query(), ['datasets', 'publications']);
  const live = useMemo(() => together(drafts, datasets), [drafts, datasets]);
  const [discarding, setDiscarding] = useState<PublicationView | null>(null);
  const resume = useAct(async (draft: PublicationView) => { await api.owner.resume.mutate(draft.id); go(`/owner/recordings/${draft.recordingId}/share`); });
  const discard = useAct(async (id: string) => { await api.owner.discard.mutate(id); setDiscarding(null); });
  const resumeRun = resume.run;

  const columns = useMemo(() => [
    { key: 'title', header: t('owner.datasets.col.title'), width: 'minmax(190px, 2fr)', sort: by((a, b) => (a.title ?? '').localeCompare(b.title ?? '')), cell: (r: Row) => (r.kind === 'draft' ? <Text fw={600} truncate title={r.draft.title}>{r.draft.title}</Text> : <Title dataset={r.dataset} />) },
    { key: 'status', header: t('owner.datasets.col.status'), width: 180, cell: (r: Row) => (r.kind === 'draft' ? <StatusBadge status={r.draft.state} label={t(r.draft.jobId ? 'owner.draft.running' : 'owner.draft.status')} /> : <Status dataset={r.dataset} />) },
    { key: 'quality', header: t('owner.datasets.col.quality'), width: 105, sort: by((a, b) => (a.label?.quality ?? -1) - (b.label?.quality ?? -1)), cell: (r: Row) => (r.kind === 'dataset' ? <ScoreBadge score={r.dataset.score ?? r.dataset.label?.quality ?? null} /> : null) },
    { key: 'price', header: t('owner.datasets.col.price'), width: 115, align: 'end' as const, sort: by((a, b) => big(a.price, b.price)), cell: (r: Row) => (r.kind === 'dataset' ? (/^0+$/.test(r.dataset.price) ? t('owner.free') : <Coins amount={r.dataset.price} />) : null) },
    { key: 'earned', header: t('owner.datasets.col.earned'), width: 125, align: 'end' as const, sort: by((a, b) => big(a.earned, b.earned)), cell: (r: Row) => (r.kind === 'dataset' ? <div><Coins amount={r.dataset.earned} size="sm" /><Text size="xs" c="dimmed">{t('owner.timeline.sales.text', { count: r.dataset.sales })}</Text></div> : null) },
    {
      key: 'published', header: t('owner.datasets.col.published'), width: 160, sort: by((a, b) => a.publishedAt - b.publishedAt), cell: (r: Row) => (r.kind === 'dataset' ? <Text size="sm">{day(r.dataset.publishedAt)}</Text> : r.draft.jobId ? null : (
        <Group gap={6} wrap="nowrap">
          <Button size="compact-xs" onClick={() => void resumeRun(r.draft)} aria-label={t('owner.draft.resume.label', { title: r.draft.title })}>{t('owner.draft.resume')}</Button>
          <Button size="compact-xs" variant="default" onClick={() => setDiscarding(r.draft)} aria-label={t('owner.draft.discard.label', { title: r.draft.title })}>{t('owner.draft.discard')}</Button>
        </Group>
      )),
    },
  ], [resumeRun]);

  return (
    <Page title={t('owner.datasets.title')} subtitle={t('owner.datasets.subtitle')} actions={<Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => go('/owner')}>{t('owner.datasets.new')}</Button>}>
      <RunningJobs kinds={['stop', 'erase']} />
      <ErrorBox error={resume.error} />
      <Loaded live={live} empty={<Empty icon={<Database size={28} />} title={t('owner.datasets.empty.title')} text={t('owner.datasets.empty.text')} action={<Button onClick={() => go('/owner')}>{t('owner.datasets.empty.action')}</Button>} />}>
        {(rows) => <DataTable rows={rows} columns={columns} rowKey={(r) => (r.kind === 'draft' ? r.draft.id : r.dataset.id)} onOpen={(r) => go(r.kind === 'draft' ? `/owner/recordings/${r.draft.recordingId}/share` : `/owner/datasets/${r.dataset.id}`)} label={t('owner.datasets.title')} height={720} rowHeight={60} />}
      </Loaded>
      <ConfirmAct
        opened={discarding !== null} onClose={() => { setDiscarding(null); discard.clear(); }} title={t('owner.draft.discard.title')} danger
        sentences={[t('owner.draft.discard.text'), t('owner.draft.discard.stays')]} costs={[]} confirm={t('owner.draft.discard')}
        onConfirm={() => { if (discarding) void discard.run(discarding.id); }} busy={discard.busy} error={discard.error}
      />
    </Page>
  );
}

function Title({ dataset }: { dataset: OwnDataset }) {
  return <div style={{ minWidth: 0 }}><Text fw={600} truncate title={datasetTitle(dataset)}>{datasetTitle(dataset)}</Text><Text size="xs" c="dimmed">{t('owner.dataset.number', { id: String(dataset.id) })}</Text></div>;
}

function Status({ dataset }: { dataset: OwnDataset }) {
  const stage = stageOf(dataset);
  return (
    <div>
      <StatusBadge status={stage.badge} label={t(stage.key as Key)} />
      {stage.key === 'owner.stage.seating' && <Text size="xs" c="dimmed" mt={2}>{t('owner.stage.seats', { have: dataset.acceptedSeats, total: dataset.seats })}</Text>}
    </div>
  );
}
