import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { MailQuestion } from 'lucide-react';
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
        {!listing.mine && <div><Button component={Link} href={`/held/ask/${listing.id}`} variant="default" size="sm" leftSection={<MailQuestion size={16} aria-hidden />}>{t('grantee.ask.fromListing')}</Button><Text size="xs" c="dimmed" mt={4}>{t('grantee.ask.fromListing.text')}</Text></div>}
      </Stack>
    </Section>
  );
}
