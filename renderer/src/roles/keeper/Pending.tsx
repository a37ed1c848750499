import { Button, Paper, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { KeeperOverview, PendingRelease } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { Addr } from '../../components/Addr.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { ago, dateTime } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useNow } from '../use-now.ts';
import css from './keeper.module.css';
import { kindName, titleOf } from './keeper-words.ts';

/** What was asked of this keeper and is not answered yet. */
export function Pending({ overview }: { overview: KeeperOverview }) {
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="keeper-pending">
      <Title order={2} size="h4" mb="md" id="keeper-pending">{t('keeper.pending.title')}</Title>
      {overview.pending.length === 0
        ? <Text size="sm" c="dimmed" role="status">{t('keeper.pending.none')}</Text>
        : <ul className={css.pending}>{overview.pending.map((p) => <Line key={`${p.accessId}:${p.index}`} pending={p} byHand={!overview.autoRelease || p.state === 'failed'} />)}</ul>}
    </Paper>
  );
}

function Line({ pending: p, byHand }: { pending: PendingRelease; byHand: boolean }) {
  const now = useNow(5000);
  const release = useAct(() => api.keeper.release.mutate({ accessId: p.accessId, index: p.index }));
  return (
    <li>
      <div style={{ flex: '1 1 240px', minWidth: 0 }}>
        <Text size="sm" fw={600} className="ph-wrap"><Link href={`/market/${p.datasetId}`} style={{ color: 'inherit' }}>{titleOf(p)}</Link></Text>
        <Text size="xs" c="dimmed" className="ph-num">{`${kindName(p.kind)} · ${t('keeper.pending.deadline', { time: dateTime(p.deadline), ago: ago(p.deadline, now) })}`}</Text>
      </div>
      <Text size="xs" c="dimmed" component="span">{t('keeper.pending.by')} <Addr address={p.grantee} /></Text>
      <StatusBadge status={p.state} label={t(`keeper.pending.state.${p.state}`)} />
      {byHand && p.state !== 'waiting-for-blocks' && <Button size="xs" loading={release.busy} aria-label={t('keeper.pending.releaseNamed', { title: titleOf(p) })} onClick={() => void release.run()}>{t('keeper.pending.release')}</Button>}
      {(p.error ?? release.error) && <div style={{ flexBasis: '100%' }}><ErrorBox error={release.error ?? p.error} /></div>}
    </li>
  );
}
