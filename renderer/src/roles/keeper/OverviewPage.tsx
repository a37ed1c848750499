import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { t } from '../../i18n/index.ts';
import { EarningsPanel } from './EarningsPanel.tsx';
import { FirstTime } from './FirstTime.tsx';
import css from './keeper.module.css';
import { Pending } from './Pending.tsx';
import { Running } from './Running.tsx';
import { StakePanel } from './StakePanel.tsx';
import { Stats } from './Stats.tsx';
import { useOverview } from './use-keeper.ts';

export function OverviewPage() {
  const live = useOverview();
  const o = live.data;
  if (o && !o.registered) return <FirstTime overview={o} reload={live.reload} />;
  return (
    <Page title={t('keeper.title')} subtitle={t('keeper.subtitle')}>
      {!o && (live.error ? <ErrorBox error={live.error} onRetry={live.reload} /> : <Loading />)}
      {o && (
        <>
          <ErrorBox error={live.error} onRetry={live.reload} />
          <Running overview={o} reload={live.reload} />
          <Stats overview={o} />
          <Pending overview={o} />
          <div className={css.two}>
            <StakePanel overview={o} reload={live.reload} />
            <EarningsPanel overview={o} reload={live.reload} />
          </div>
        </>
      )}
    </Page>
  );
}
