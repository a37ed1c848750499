import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { Addr } from '../../../components/Addr.tsx';
import { day, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Reputation } from '../Reputation.tsx';
import { DEFAULT_SEARCH, queryOfSearch } from '../search-url.ts';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';

export function OwnerSection({ listing }: { listing: ListingDetail }) {
  const h = listing.ownerHistory;
  return (
    <Section title={t('customer.dataset.owner')} aside={<Anchor component={Link} href={`/market?${queryOfSearch({ ...DEFAULT_SEARCH, owner: listing.owner })}`} size="sm">{t('customer.dataset.owner.more')}</Anchor>}>
      <Stack>
        <Group gap="md">
          <Addr address={listing.owner} />
          <Reputation score={h.score} />
          {h.since !== null && <Text size="sm" c="dimmed">{t('customer.dataset.owner.since', { day: day(h.since) })}</Text>}
        </Group>
        <Facts facts={(['datasets', 'certified', 'rejected', 'withdrawn', 'sales', 'refunded'] as const).map((k) => ({ name: t(`customer.dataset.owner.${k}`), value: number(h[k]) }))} />
      </Stack>
    </Section>
  );
}
