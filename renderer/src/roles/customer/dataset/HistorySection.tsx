import { useMemo } from 'react';
import { Stack, Text } from '@mantine/core';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { coins, day, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import css from './dataset.module.css';
import { HistoryChart } from './HistoryChart.tsx';
import { historySeries } from './history-series.ts';
import { Section } from './Section.tsx';

/** As many of each as stand beneath the chart; the chart has them all. */
const LATEST = 5;

export function HistorySection({ listing }: { listing: ListingDetail }) {
  const series = useMemo(() => historySeries(listing, Date.now()), [listing]);
  const changes = listing.prices.slice(-LATEST).reverse();
  const drawn = listing.salesByDay.length > 0 || listing.prices.length > 1;
  return (
    <Section title={t('customer.dataset.history')}>
      <Stack>
        {drawn && <HistoryChart series={series} />}
        <div className={css['lists']}>
          <div>
            <Text size="sm" fw={600}>{t('customer.dataset.prices')}</Text>
            {changes.length <= 1
              ? <Text size="sm" c="dimmed" mt={4}>{t('customer.dataset.priceSince', { day: day(changes[0]?.at ?? listing.publishedAt) })}</Text>
              : <ul>{changes.map((p) => <li key={p.at}><span>{day(p.at)}</span><span>{coins(p.price)}</span></li>)}</ul>}
          </div>
          <div>
            <Text size="sm" fw={600}>{t('customer.dataset.sales')}</Text>
            {listing.salesByDay.length === 0
              ? <Text size="sm" c="dimmed" mt={4}>{t('customer.dataset.noSales')}</Text>
              : <ul>{listing.salesByDay.slice(-LATEST).reverse().map((s) => <li key={s.day}><span>{day(s.day)}</span><span>{number(s.count)}</span></li>)}</ul>}
          </div>
        </div>
      </Stack>
    </Section>
  );
}
