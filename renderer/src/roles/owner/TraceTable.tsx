import { Badge, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { TraceRow } from '../../../../shared/api/account.ts';
import { Addr } from '../../components/Addr.tsx';
import { Coins } from '../../components/Coins.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { dateTime } from '../../i18n/format.ts';
import { hasKey, t } from '../../i18n/index.ts';

const eventText = (row: TraceRow): string => {
  const special = `owner.event.${row.event}.${row.accessKind ?? ''}`;
  if (hasKey(special)) return t(special);
  const key = `owner.event.${row.event}`;
  return hasKey(key) ? t(key) : row.event;
};

/** Who opened what, when and why: every line of it can be checked on the chain. */
export function TraceTable({ rows }: { rows: TraceRow[] }) {
  const columns = useMemo(() => [
    { key: 'at', header: t('owner.trace.col.when'), width: 160, sort: (a: TraceRow, b: TraceRow) => a.block - b.block || a.logIndex - b.logIndex, cell: (r: TraceRow) => <Text size="sm" className="ph-num">{dateTime(r.at)}</Text> },
    { key: 'what', header: t('owner.trace.col.what'), width: 'minmax(180px, 2fr)', cell: (r: TraceRow) => <div style={{ minWidth: 0 }}><Text size="sm" fw={500}>{eventText(r)}</Text>{r.accessId !== null && <Text size="xs" c="dimmed">{t('owner.trace.access', { id: String(r.accessId) })}</Text>}</div> },
    { key: 'who', header: t('owner.trace.col.who'), width: 160, cell: (r: TraceRow) => (r.mine ? <Badge variant="light" tt="none">{t('owner.trace.you')}</Badge> : r.actor ? <Addr address={r.actor} /> : '–') },
    { key: 'why', header: t('owner.trace.col.why'), width: 'minmax(120px, 1fr)', cell: (r: TraceRow) => <Text size="sm" className="ph-wrap" c={r.purpose ? undefined : 'dimmed'}>{r.purpose ?? (r.accessKind && hasKey(`owner.access.${r.accessKind}`) ? t(`owner.access.${r.accessKind}` as never) : '–')}</Text> },
    { key: 'amount', header: t('owner.trace.col.amount'), width: 120, align: 'end' as const, cell: (r: TraceRow) => (r.amount === null ? null : <Coins amount={r.amount} />) },
    { key: 'tx', header: t('owner.trace.col.tx'), width: 150, cell: (r: TraceRow) => <Addr address={r.tx} /> },
  ], []);
  if (rows.length === 0) return <Text size="sm" c="dimmed">{t('owner.trace.none')}</Text>;
  return <DataTable rows={rows} columns={columns} rowKey={(r) => `${r.block}-${r.logIndex}`} label={t('owner.trace.title')} height={420} />;
}
