import { Alert, Button, Text } from '@mantine/core';
import { KeyRound, RefreshCw, ShieldCheck, TriangleAlert } from 'lucide-react';
import { useLocation } from 'wouter';
import type { KeptShare } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { Coins } from '../../components/Coins.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { ago, bytes, dateTime, number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { titleOf } from './keeper-words.ts';
import { useShares } from './use-keeper.ts';

const isIll = (s: KeptShare): boolean => s.status === 'accepted' && (s.envelope === 'unreadable' || s.envelope === 'missing' || s.blob === 'unreachable');

export function SharesPage() {
  const shares = useShares();
  const [, navigate] = useLocation();
  const check = useAct(async () => { await api.keeper.checkHealth.mutate(); shares.reload(); });
  return (
    <Page title={t('keeper.shares.title')} subtitle={t('keeper.shares.subtitle')} actions={<Button variant="default" leftSection={<RefreshCw size={16} aria-hidden />} loading={check.busy} disabled={!shares.data?.length} onClick={() => void check.run()}>{t('keeper.shares.check')}</Button>}>
      <ErrorBox error={check.error} onRetry={() => void check.run()} />
      <Loaded live={shares} empty={<Empty icon={<KeyRound size={26} />} title={t('keeper.shares.empty.title')} text={t('keeper.shares.empty.text')} action={<Button variant="default" onClick={() => navigate('/keeper')}>{t('keeper.shares.empty.action')}</Button>} />}>
        {(rows) => <Filled rows={rows} checking={check.busy} />}
      </Loaded>
    </Page>
  );
}

function Filled({ rows, checking }: { rows: KeptShare[]; checking: boolean }) {
  const [, navigate] = useLocation();
  const ill = rows.filter(isIll).length;
  const last = Math.max(0, ...rows.map((r) => r.checkedAt ?? 0));
  return (
    <>
      <div role="status">
        {checking ? <Text size="sm">{t('keeper.shares.checking')}</Text>
          : ill > 0 ? <Alert color="red" variant="light" icon={<TriangleAlert size={18} aria-hidden />}>{t('keeper.shares.ill', { count: ill })}</Alert>
            : last > 0 && <Alert color="green" variant="light" icon={<ShieldCheck size={18} aria-hidden />}>{t('keeper.shares.healthy')}</Alert>}
        {!checking && last > 0 && <Text size="sm" c="dimmed" mt="xs" title={dateTime(last)}>{t('keeper.shares.lastChecked', { when: ago(last) })}</Text>}
      </div>
      <DataTable<KeptShare>
        label={t('keeper.shares.table')} rows={rows} rowKey={(s) => `${s.datasetId}:${s.index}`} onOpen={(s) => navigate(`/market/${s.datasetId}`)}
        columns={[
          { key: 'dataset', header: t('keeper.shares.col.dataset'), width: 'minmax(150px, 2fr)', sort: (a, b) => titleOf(a).localeCompare(titleOf(b)), cell: (s) => <div style={{ minWidth: 0 }}><Text size="sm" fw={600} truncate title={titleOf(s)}>{titleOf(s)}</Text>{s.refusal && <Text size="xs" className="ph-wrap">{t('keeper.shares.refused', { reason: s.refusal.message })}</Text>}</div> },
          { key: 'status', header: t('keeper.shares.col.status'), width: 130, cell: (s) => <StatusBadge status={s.status} /> },
          { key: 'envelope', header: t('keeper.shares.col.envelope'), width: 124, cell: (s) => (s.envelope === null ? <Text size="sm" c="dimmed">{t('keeper.shares.unchecked')}</Text> : <StatusBadge status={s.envelope} />) },
          { key: 'blob', header: t('keeper.shares.col.blob'), width: 140, cell: (s) => (s.blob === null ? <Text size="sm" c="dimmed">{t('keeper.shares.unchecked')}</Text> : <StatusBadge status={s.blob} />) },
          { key: 'bytes', header: t('keeper.shares.col.bytes'), width: 90, align: 'end', sort: (a, b) => (a.bytes ?? 0) - (b.bytes ?? 0), cell: (s) => <Text size="sm">{s.bytes === null ? '–' : bytes(s.bytes)}</Text> },
          { key: 'releases', header: t('keeper.shares.col.releases'), width: 100, align: 'end', cell: (s) => <Text size="sm">{number(s.releases)}</Text> },
          { key: 'earned', header: t('keeper.shares.col.earned'), width: 104, align: 'end', sort: (a, b) => (BigInt(a.earned) < BigInt(b.earned) ? -1 : 1), cell: (s) => <Coins amount={s.earned} fz="sm" /> },
        ]}
      />
    </>
  );
}
