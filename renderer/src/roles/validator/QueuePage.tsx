import { Text, Title } from '@mantine/core';
import { Inbox } from 'lucide-react';
import { useLocation } from 'wouter';
import type { DecidedRow, QueueRow } from '../../../../shared/api/validator.ts';
import { Addr } from '../../components/Addr.tsx';
import { Coins } from '../../components/Coins.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { ScoreBadge } from '../../components/ScoreBadge.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { ago, dateTime } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { Automatic } from './Automatic.tsx';
import { NotAccredited } from './NotAccredited.tsx';
import { useDecided, useQueue } from './use-validator.ts';
import { titleOf } from './validator-words.ts';

export function QueuePage() {
  const { validator } = useSession();
  return (
    <Page title={t('validator.title')} subtitle={t('validator.subtitle')}>
      {validator.accredited ? <Accredited /> : <NotAccredited />}
    </Page>
  );
}

function Accredited() {
  const queue = useQueue();
  const decided = useDecided();
  return (
    <>
      <Automatic />
      <section aria-labelledby="validator-queue">
        <Title order={2} size="h4" mb="sm" id="validator-queue">{t('validator.queue.title')}</Title>
        <Loaded live={queue} empty={<Empty icon={<Inbox size={26} />} title={t('validator.queue.empty.title')} text={t('validator.queue.empty.text')} />}>{(rows) => <Queue rows={rows} />}</Loaded>
      </section>
      <section aria-labelledby="validator-decided">
        <Title order={2} size="h4" mb="sm" id="validator-decided">{t('validator.decided.title')}</Title>
        <Loaded live={decided} empty={<Text size="sm" c="dimmed">{t('validator.decided.empty')}</Text>}>{(rows) => <Decided rows={rows} />}</Loaded>
      </section>
    </>
  );
}

function Queue({ rows }: { rows: QueueRow[] }) {
  const [, navigate] = useLocation();
  return (
    <DataTable<QueueRow>
      label={t('validator.queue.table')} rows={rows} rowKey={(r) => r.datasetId} onOpen={(r) => navigate(`/validator/${r.datasetId}`)} height={420}
      columns={[
        { key: 'dataset', header: t('validator.queue.col.dataset'), width: 'minmax(150px, 2fr)', cell: (r) => <Text size="sm" fw={600} truncate title={titleOf(r)}>{titleOf(r)}</Text> },
        { key: 'owner', header: t('validator.queue.col.owner'), width: 142, cell: (r) => <Addr address={r.owner} /> },
        { key: 'claimed', header: t('validator.queue.col.claimed'), width: 100, sort: (a, b) => (a.claimedScore ?? -1) - (b.claimedScore ?? -1), cell: (r) => <ScoreBadge score={r.claimedScore} /> },
        { key: 'keepers', header: t('validator.queue.col.keepers'), width: 88, cell: (r) => <Text size="sm" className="ph-num">{t('validator.queue.keepers', { have: r.acceptedSeats, want: r.seats })}</Text> },
        { key: 'when', header: t('validator.queue.col.when'), width: 122, sort: (a, b) => a.publishedAt - b.publishedAt, cell: (r) => <Text size="sm" title={dateTime(r.publishedAt)}>{ago(r.publishedAt)}</Text> },
        { key: 'state', header: t('validator.queue.col.state'), width: 212, cell: (r) => <StatusBadge status={r.state} label={t(`validator.state.${r.state}`)} /> },
      ]}
    />
  );
}

function Decided({ rows }: { rows: DecidedRow[] }) {
  const [, navigate] = useLocation();
  return (
    <DataTable<DecidedRow>
      label={t('validator.decided.table')} rows={rows} rowKey={(r) => r.tx} onOpen={(r) => navigate(`/validator/${r.datasetId}`)} height={420}
      columns={[
        { key: 'dataset', header: t('validator.decided.col.dataset'), width: 'minmax(180px, 2fr)', cell: (r) => <Text size="sm" fw={600} truncate title={titleOf(r)}>{titleOf(r)}</Text> },
        { key: 'verdict', header: t('validator.decided.col.verdict'), width: 140, cell: (r) => <StatusBadge status={r.certified ? 'certified' : 'rejected'} label={t(r.certified ? 'validator.decided.certified' : 'validator.decided.rejected')} /> },
        { key: 'score', header: t('validator.decided.col.score'), width: 100, sort: (a, b) => a.score - b.score, cell: (r) => <ScoreBadge score={r.score} /> },
        { key: 'when', header: t('validator.decided.col.when'), width: 140, sort: (a, b) => a.at - b.at, cell: (r) => <Text size="sm" title={dateTime(r.at)}>{ago(r.at)}</Text> },
        { key: 'fee', header: t('validator.decided.col.fee'), width: 130, align: 'end', cell: (r) => (r.fee === null ? '–' : <Coins amount={r.fee} fz="sm" />) },
      ]}
    />
  );
}
