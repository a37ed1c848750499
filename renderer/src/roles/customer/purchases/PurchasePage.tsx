import { useCallback, useState } from 'react';
import { Anchor, Stack, Text } from '@mantine/core';
import { Link, useParams } from 'wouter';
import type { PlotRange } from '../../../../../shared/api/common.ts';
import type { PurchaseDetail } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { Page } from '../../../components/Page.tsx';
import { Plot } from '../../../components/Plot.tsx';
import { around } from '../../../components/PlotRange.ts';
import { usePlotView } from '../../../components/PlotView.ts';
import { QualityPanel } from '../../../components/QualityPanel.tsx';
import { QualityTimeline } from '../../../components/QualityTimeline.tsx';
import { coins, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { Facts } from '../dataset/Facts.tsx';
import css from '../dataset/dataset.module.css';
import { Section } from '../dataset/Section.tsx';
import { titleOf } from '../words.ts';
import { ExportSection } from './ExportSection.tsx';
import { OpenSection } from './OpenSection.tsx';
import { purchaseState } from './purchase-state.ts';
import { RefundSection } from './RefundSection.tsx';
import { SharesSection } from './SharesSection.tsx';
import { StateBadge } from './StateBadge.tsx';
import { VerificationSection } from './VerificationSection.tsx';

export function PurchasePage() {
  const accessId = Number(useParams<{ id: string }>().id);
  const live = useLive<PurchaseDetail>(['purchase', accessId], () => api.market.purchase.query(accessId), ['purchases']);
  const p = live.data;
  return (
    <Page
      title={p ? titleOf({ id: p.datasetId, title: p.title }) : t('customer.purchases.title')} back={{ to: '/purchases', label: t('customer.purchase.back') }}
      subtitle={p && t('customer.purchase.boughtAt', { when: dateTime(p.openedAt), price: coins(p.price) })} actions={p && <StateBadge state={purchaseState(p)} />}
    >
      {live.error && !p && <ErrorBox error={live.error} onRetry={live.reload} />}
      {!p && !live.error && <Loading />}
      {p && <Filled key={accessId} purchase={p} reload={live.reload} />}
    </Page>
  );
}

function Filled({ purchase, reload }: { purchase: PurchaseDetail; reload(): void }) {
  const { accessId } = purchase;
  const load = useCallback((range: PlotRange) => api.market.plot.query({ accessId, range }), [accessId]);
  const title = titleOf({ id: purchase.datasetId, title: purchase.title });
  const view = usePlotView(purchase.durationSeconds);
  const [active, setActive] = useState<number | null>(null);
  const highlight = active === null ? undefined : purchase.report?.reasons[active]?.spans;
  return (
    <Stack gap="lg">
      <RefundSection purchase={purchase} onDone={reload} />
      {!purchase.opened && <SharesSection purchase={purchase} />}
      {!purchase.opened && purchase.status !== 'refunded' && !purchase.refundable && <OpenSection purchase={purchase} />}
      {purchase.opened && purchase.channels.length > 0 && (
        <Section title={t('customer.purchase.plot')}>
          <Plot label={title} load={load} channels={purchase.channels} durationSeconds={purchase.durationSeconds} view={view} highlight={highlight}>
            {purchase.report && <QualityTimeline report={purchase.report} view={view} active={active} onActive={setActive} />}
          </Plot>
        </Section>
      )}
      {purchase.opened && purchase.verification && <VerificationSection verification={purchase.verification} />}
      {purchase.opened && <ExportSection purchase={purchase} />}
      {purchase.opened && purchase.report && <Section title={t('customer.purchase.quality')}><QualityPanel report={purchase.report} active={active} onActive={setActive} onShow={(span) => view.getState().show(around(span, view.getState().end))} /></Section>}
      {purchase.opened && <SharesSection purchase={purchase} />}
      <Section title={t('customer.purchase.about')} aside={<Anchor component={Link} href={`/market/${purchase.datasetId}`} size="sm">{t('customer.purchase.toListing')}</Anchor>}>
        <Facts facts={[
          { name: t('customer.purchase.access'), value: String(accessId) },
          { name: t('customer.dataset.transaction'), value: <Text span className={css['hash']} title={purchase.tx}>{`${purchase.tx.slice(0, 18)}…`}</Text> },
        ]}
        />
      </Section>
    </Stack>
  );
}
