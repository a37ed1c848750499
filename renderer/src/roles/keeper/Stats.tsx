import { Progress } from '@mantine/core';
import type { KeeperOverview } from '../../../../shared/api/keeper.ts';
import { Stat } from '../../components/Stat.tsx';
import { bytes, coins, native, number, percent } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import css from './keeper.module.css';

export function Stats({ overview: o }: { overview: KeeperOverview }) {
  const { keeper } = useSession();
  const used = o.quotaBytes > 0 ? Math.min(1, o.storedBytes / o.quotaBytes) : 0;
  return (
    <div className={css.stats}>
      <Stat label={t('keeper.stat.earned')} value={coins(o.earnedTotal)} hint={t('keeper.stat.earnedHint', { amount: coins(o.earnings) })} />
      <Stat label={t('keeper.stat.stake')} value={native(o.stake)} hint={t('keeper.stat.stakeMin', { min: native(o.minStake) })} />
      <Stat label={t('keeper.stat.sharesLabel')} value={number(keeper.shares)} />
      <Stat label={t('keeper.stat.reputation')} value={o.reputation.score === null ? t('keeper.stat.reputationNew') : number(o.reputation.score, 0)} hint={t('keeper.stat.reputationHint', { released: o.reputation.released, missed: o.reputation.missed, disputed: o.reputation.disputed })} />
      <Stat label={t('keeper.stat.missed')} value={number(o.missed.count)} hint={o.missed.count === 0 ? t('keeper.stat.missedNone') : t('keeper.stat.missedCost', { cost: native(o.missed.cost) })} />
      <Stat label={t('keeper.stat.quota')} value={bytes(o.storedBytes)} hint={<>{t('keeper.stat.quotaHint', { share: percent(used), quota: bytes(o.quotaBytes) })}<Progress value={used * 100} size="sm" mt={6} aria-label={t('keeper.quota.label', { used: bytes(o.storedBytes), quota: bytes(o.quotaBytes) })} /></>} />
    </div>
  );
}
