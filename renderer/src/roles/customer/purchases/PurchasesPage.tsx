import { useMemo } from 'react';
import { Button, Stack, Text, Title } from '@mantine/core';
import { PackageOpen } from 'lucide-react';
import { useLocation } from 'wouter';
import type { PurchaseView } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Page } from '../../../components/Page.tsx';
import { ago, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useJobs } from '../../../stores/jobs.ts';
import { useLive } from '../../../stores/live.ts';
import { Price } from '../Price.tsx';
import { titleOf } from '../words.ts';
import { purchaseState } from './purchase-state.ts';
import { SharesMeter } from './SharesMeter.tsx';
import { StateBadge } from './StateBadge.tsx';

export function PurchasesPage() {
  const purchases = useLive<PurchaseView[]>(['purchases'], () => api.market.purchases.query(), ['purchases']);
  const [, navigate] = useLocation();
  const jobs = useJobs();
  const underWay = useMemo(() => jobs.filter((j) => j.kind === 'buy' && (j.state === 'running' || j.state === 'failed')), [jobs]);
  return (
    <Page title={t('customer.purchases.title')} subtitle={t('customer.purchases.subtitle')}>
      <Stack gap="lg">
        {underWay.length > 0 && (
          <section aria-label={t('customer.purchases.underWay')}>
            <Title order={2} size="h5" mb="xs">{t('customer.purchases.underWay')}</Title>
            <Stack gap="xs">{underWay.map((j) => <div key={j.id} className="ph-panel"><JobLine job={j} /></div>)}</Stack>
          </section>
        )}
        <Loaded live={purchases}>
          {(rows) => (rows.length === 0
            ? (underWay.length === 0 && <Empty icon={<PackageOpen size={32} aria-hidden />} title={t('customer.purchases.empty.title')} text={t('customer.purchases.empty.text')} action={<Button onClick={() => navigate('/market')}>{t('customer.purchases.toMarket')}</Button>} />)
            : (
              <DataTable<PurchaseView>
                label={t('customer.purchases.list')} rows={rows} rowKey={(p) => p.accessId} onOpen={(p) => navigate(`/purchases/${p.accessId}`)}
                columns={[
                  { key: 'title', header: t('customer.purchases.col.title'), cell: (p) => <Text size="sm" fw={600} truncate>{titleOf({ id: p.datasetId, title: p.title })}</Text> },
                  { key: 'state', header: t('customer.purchases.col.state'), width: 184, cell: (p) => <StateBadge state={purchaseState(p)} /> },
                  { key: 'shares', header: t('customer.purchases.col.shares'), width: 140, cell: (p) => <SharesMeter have={p.shares.have} want={p.shares.want} /> },
                  { key: 'when', header: t('customer.purchases.col.when'), width: 130, cell: (p) => <Text size="sm" title={dateTime(p.openedAt)}>{ago(p.openedAt)}</Text> },
                  { key: 'price', header: t('customer.purchases.col.price'), width: 120, align: 'end', cell: (p) => <Price amount={p.price} /> },
                ]}
              />
            ))}
        </Loaded>
      </Stack>
    </Page>
  );
}
