import { Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { History } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { TraceRow } from '../../../../shared/api/account.ts';
import { Addr } from '../../components/Addr.tsx';
import { DataTable, type Column } from '../../components/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { address, ago, coins, dateTime, hasKey, native, t } from '../../i18n/all.ts';
import { useSession } from '../../stores/session.ts';
import { inNative, KIND_LABELS, KINDS, subjectIs, type Kind } from './kinds.ts';
import { traceKey } from './merge-trace.ts';
import { useTrace, type TraceFilter } from './use-trace.ts';

const eventText = (event: string): string => { const key = `shell.trace.${event}`; return hasKey(key) ? t(key) : event; };
const accessText = (kind: string): string => { const key = `shell.access.${kind}`; return hasKey(key) ? t(key) : kind; };

/** Purposes and titles are strangers' words: text, and wrapped. */
function why(row: TraceRow): string {
  return [row.purpose, row.accessKind && accessText(row.accessKind)].filter(Boolean).join(' · ') || '–';
}

function What({ row }: { row: TraceRow }) {
  const me = useSession().address;
  const relation = subjectIs(row.event);
  const other = row.subject !== null && row.subject !== row.actor ? row.subject : null;
  const who = other === me ? t('shell.history.you.lower') : other && address(other);
  return <><Text size="sm">{eventText(row.event)}</Text>{relation && who && <Text size="xs" c="dimmed" title={other!}>{t(`shell.history.${relation}`, { who })}</Text>}</>;
}

const COLUMNS: Column<TraceRow>[] = [
  { key: 'when', header: t('shell.history.when'), width: 'minmax(150px, 1fr)', cell: (r) => <><Text size="sm">{dateTime(r.at)}</Text><Text size="xs" c="dimmed">{ago(r.at)}</Text></> },
  { key: 'who', header: t('shell.history.who'), width: 'minmax(130px, 0.8fr)', cell: (r) => (r.mine ? <Text size="sm" fw={600}>{t('shell.history.you')}</Text> : r.actor ? <Addr address={r.actor} /> : '–') },
  { key: 'what', header: t('shell.history.what'), width: 'minmax(160px, 1.2fr)', cell: (r) => <What row={r} /> },
  { key: 'data', header: t('shell.history.data'), width: 'minmax(150px, 1.4fr)', cell: (r) => (r.datasetId === null ? '–' : <><Anchor component={Link} href={`/market/${r.datasetId}`} size="sm" className="ph-wrap">{r.datasetTitle ?? `#${r.datasetId}`}</Anchor>{r.accessId !== null && <Text size="xs" c="dimmed">{t('shell.history.access', { id: `#${r.accessId}` })}</Text>}</>) },
  { key: 'why', header: t('shell.history.why'), width: 'minmax(120px, 1fr)', cell: why },
  { key: 'amount', header: t('shell.history.amount'), width: 'minmax(110px, 0.7fr)', align: 'end', cell: (r) => (r.amount === null ? '–' : inNative(r.event) ? native(r.amount) : coins(r.amount)) },
  { key: 'tx', header: t('shell.history.tx'), width: 'minmax(130px, 0.8fr)', cell: (r) => <Addr address={r.tx} /> },
];

export function HistoryPage() {
  const [kind, setKind] = useState<Kind | null>(null);
  const [dataset, setDataset] = useState('');
  const number = dataset.trim().replace(/^#/, '');
  const filter = useMemo<TraceFilter>(() => ({ ...(kind ? { events: [...KINDS[kind]] } : {}), ...(/^\d{1,15}$/.test(number) ? { datasetId: Number(number) } : {}) }), [kind, number]);
  const filtered = filter.events !== undefined || filter.datasetId !== undefined;
  const { rows, total, error, more, reload } = useTrace(filter);
  const clear = () => { setKind(null); setDataset(''); };
  return (
    <Page title={t('shell.history.title')} subtitle={t('shell.history.subtitle')}>
      <Group align="flex-end">
        <Select label={t('shell.history.filter.kind')} placeholder={t('shell.history.filter.kind.all')} data={(Object.keys(KINDS) as Kind[]).map((value) => ({ value, label: t(KIND_LABELS[value]) }))} value={kind} onChange={(value) => setKind(value as Kind | null)} clearable w={230} />
        <TextInput label={t('shell.history.filter.dataset')} value={dataset} onChange={(e) => setDataset(e.currentTarget.value)} inputMode="numeric" w={160} />
        {(filtered || dataset !== '') && <Button variant="subtle" onClick={clear}>{t('shell.history.filter.clear')}</Button>}
        {rows && rows.length > 0 && <Text size="sm" c="dimmed" ml="auto" pb={8} role="status" className="ph-num">{t('shell.history.count', { count: total })}</Text>}
      </Group>
      <ErrorBox error={error} onRetry={reload} />
      {rows === undefined ? (error ? null : <Loading />)
        : rows.length === 0
          ? filtered ? <Empty icon={<History size={26} />} title={t('shell.history.none')} text={t('shell.history.none.text')} action={<Button variant="default" onClick={clear}>{t('shell.history.filter.clear')}</Button>} /> : <Empty icon={<History size={26} />} title={t('shell.history.empty')} text={t('shell.history.empty.text')} />
          : <Stack><DataTable rows={rows} columns={COLUMNS} rowKey={traceKey} label={t('shell.history.table')} height={640} rowHeight={58} total={total} onEnd={more} /></Stack>}
    </Page>
  );
}
