import { Button, Group, Stack, Text } from '@mantine/core';
import { FileHeart } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { RecordView } from '../../../../../shared/api/records.ts';
import { categoryTitle } from '../../../components/consent/words.ts';
import { recordTitle } from '../../../components/consent/record-words.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, bytes, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { RunningJobs } from '../RunningJobs.tsx';
import { AcceptRecordDialog } from './AcceptRecordDialog.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { RecordContentDialog } from './RecordContentDialog.tsx';
import { CONSENT } from './tabs.ts';
import { useRecords } from './use-records.ts';

const BADGE = { issued: 'waiting', stored: 'stored', refused: 'rejected' } as const;

/** What institutions issued to the person: accept, read, share. */
export function RecordsPage() {
  const records = useRecords();
  const [accepting, setAccepting] = useState<RecordView | null>(null);
  const [reading, setReading] = useState<RecordView | null>(null);
  const columns = useMemo(() => [
    { key: 'record', header: t('records.col.record'), width: 'minmax(220px, 2fr)', cell: (r: RecordView) => <Named record={r} /> },
    { key: 'issuer', header: t('records.col.issuer'), width: 'minmax(190px, 1.3fr)', cell: (r: RecordView) => <Party party={r.issuer} /> },
    { key: 'when', header: t('records.col.when'), width: 140, sort: (a: RecordView, b: RecordView) => a.issuedAt - b.issuedAt, cell: (r: RecordView) => <Text size="sm" title={dateTime(r.issuedAt)}>{ago(r.issuedAt)}</Text> },
    { key: 'state', header: t('records.col.state'), width: 'minmax(150px, 1fr)', cell: (r: RecordView) => <><StatusBadge status={r.state === 'stored' ? 'done' : BADGE[r.state]} label={t(`records.state.${r.state}`)} />{r.problem && <Text size="xs" c="dimmed" mt={2} className="ph-wrap">{r.problem}</Text>}</> },
    {
      key: 'act', header: t('records.col.act'), width: 170, cell: (r: RecordView) => (
        <Group gap={6} wrap="nowrap">
          {r.state === 'issued' && <Button size="compact-sm" onClick={() => setAccepting(r)} aria-label={t('records.accept.label', { title: recordTitle(r) })}>{t('records.accept')}</Button>}
          {r.state === 'refused' && <Button size="compact-sm" variant="default" onClick={() => setAccepting(r)} aria-label={t('records.again.label', { title: recordTitle(r) })}>{t('records.again')}</Button>}
          {r.state === 'stored' && <Button size="compact-sm" variant="default" onClick={() => setReading(r)} aria-label={t('records.read.label', { title: recordTitle(r) })}>{t('records.read')}</Button>}
          {r.state === 'stored' && <Button size="compact-sm" variant="default" component={Link} href={`${CONSENT}/give/record/${r.recordId}`} aria-label={t('records.share.label', { title: recordTitle(r) })}>{t('records.share')}</Button>}
        </Group>
      ),
    },
  ], []);
  return (
    <ConsentPage title={t('records.title')} subtitle={t('records.subtitle')}>
      <Stack gap="lg">
        <RunningJobs kinds={['accept']} />
        <Loaded live={records} empty={<Empty icon={<FileHeart size={26} />} title={t('records.empty.title')} text={t('records.empty.text')} />}>
          {(rows) => <DataTable rows={rows} columns={columns} rowKey={(r) => r.recordId} label={t('records.table')} height={640} rowHeight={76} />}
        </Loaded>
      </Stack>
      {accepting && <AcceptRecordDialog record={accepting} onClose={() => setAccepting(null)} />}
      {reading && <RecordContentDialog record={reading} onClose={() => setReading(null)} />}
    </ConsentPage>
  );
}

function Named({ record: r }: { record: RecordView }) {
  const lines = [
    r.mediaType && r.bytes !== null ? t('records.facts', { type: r.mediaType, size: bytes(r.bytes) }) : null, r.title === null && r.state === 'issued' ? t('records.sealed') : null,
    r.corrects !== null ? t('records.corrects', { id: `#${r.corrects}` }) : null, r.correctedBy !== null ? t('records.correctedBy', { id: `#${r.correctedBy}` }) : null,
  ].filter((l): l is string => l !== null);
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="sm" fw={600} className="ph-wrap">{recordTitle(r)}</Text>
      <Text size="xs" c="dimmed">{[categoryTitle(r.category), ...lines].join(' · ')}</Text>
    </div>
  );
}
