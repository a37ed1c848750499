import { Button, Stack, Text } from '@mantine/core';
import { LockOpen } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { channelTitle } from '../../../components/consent/words.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { bytes, dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJobs } from '../../../stores/jobs.ts';
import { Section } from '../dataset/Section.tsx';

/** What draws plots comes when it is wanted. */
const SegmentPlot = lazy(async () => ({ default: (await import('./SegmentPlot.tsx')).SegmentPlot }));
type Segment = HeldRightView['segments'][number];
/** `acceleration/day-000` of the first delivery, `2/acceleration/day-000` of the third, as a person reads them. */
function segmentTitle(name: string): string {
  const [, seq, channel = name, part] = /^(?:(\d+)\/)?([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  const day = /^day-(\d+)$/.exec(part ?? '')?.[1];
  return [channelTitle(channel), day ? t('grantee.right.day', { day: number(Number(day) + 1) }) : part, seq && t('grantee.right.delivery', { n: number(Number(seq) + 1) })].filter(Boolean).join(' · ');
}

/** The parts that were delivered: opened by one press, then each looked at. */
export function SegmentsSection({ right: h }: { right: HeldRightView }) {
  const [jobId, setJobId] = useState<string | null>(null);
  const [looking, setLooking] = useState<string | null>(null);
  const jobs = useJobs();
  const job = useMemo(() => jobs.find((j) => j.id === jobId || (j.kind === 'open' && j.subject.rightId === h.rightId)), [jobs, jobId, h.rightId]);
  const open = useAct(async () => { setJobId((await api.grantee.open.mutate(h.rightId)).jobId); });
  const plotted = h.segments.find((s) => s.name === looking && s.plot);
  const columns = useMemo(() => [
    { key: 'name', header: t('grantee.right.part'), width: 'minmax(180px, 2fr)', sort: (a: Segment, b: Segment) => a.name.localeCompare(b.name), cell: (s: Segment) => <Text size="sm" className="ph-wrap" title={s.name}>{segmentTitle(s.name)}</Text> },
    { key: 'rows', header: t('grantee.right.rows'), width: 110, align: 'end' as const, cell: (s: Segment) => (s.rows === null ? '–' : number(s.rows)) },
    { key: 'size', header: t('grantee.right.size'), width: 110, align: 'end' as const, cell: (s: Segment) => (s.bytes === null ? '–' : bytes(s.bytes)) },
    { key: 'delivered', header: t('grantee.right.delivered'), width: 180, sort: (a: Segment, b: Segment) => a.deliveredAt - b.deliveredAt, cell: (s: Segment) => <Text size="sm">{dateTime(s.deliveredAt)}</Text> },
    { key: 'state', header: t('grantee.right.state'), width: 190, cell: (s: Segment) => <StatusBadge status={s.opened ? 'checked' : 'sealed'} label={t(s.opened ? 'grantee.right.opened' : 'grantee.right.sealed')} /> },
    { key: 'plot', header: t('grantee.right.plot'), width: 130, cell: (s: Segment) => (s.opened && s.plot ? <Button size="compact-sm" variant="default" onClick={() => setLooking(s.name)} aria-label={t('grantee.right.plot.label', { name: segmentTitle(s.name) })}>{t('grantee.right.plot')}</Button> : null) },
  ], []);
  const live = h.status === 'approved';
  // What goes on is looked at for what is new.
  const rows = useMemo(() => (h.scope?.live ? [...h.segments].reverse() : h.segments), [h]);
  return (
    <Section title={t('grantee.right.parts')} aside={live && <Button size="sm" leftSection={<LockOpen size={16} aria-hidden />} loading={open.busy} disabled={job?.state === 'running'} onClick={() => void open.run()}>{t('grantee.right.open')}</Button>}>
      <Stack gap="md">
        {live && <Text size="sm" c="dimmed" maw={720}>{t('grantee.right.open.text')}</Text>}
        <ErrorBox error={open.error} />
        {job && job.state !== 'done' && <JobLine job={job} />}
        {h.segments.length === 0 ? <Text size="sm" c="dimmed">{t('grantee.held.parts.none')}</Text> : <DataTable rows={rows} columns={columns} rowKey={(s) => s.name} onOpen={(s) => { if (s.opened && s.plot) setLooking(s.name); }} label={t('grantee.right.parts.table')} height={360} rowHeight={48} />}
        {plotted?.plot && <Suspense fallback={<Loading />}><SegmentPlot key={plotted.name} rightId={h.rightId} name={plotted.name} title={segmentTitle(plotted.name)} plot={plotted.plot} /></Suspense>}
      </Stack>
    </Section>
  );
}
