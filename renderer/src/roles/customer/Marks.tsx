import { Badge, Group } from '@mantine/core';
import type { ListingView } from '../../../../shared/api/market.ts';
import { t } from '../../i18n/index.ts';
import { VerdictMark } from './specification/VerdictMark.tsx';

/** What sets a listing apart for this person, each in words. */
export function Marks({ listing }: { listing: Pick<ListingView, 'mine' | 'bought' | 'label' | 'status' | 'verdict'> }) {
  const uncertified = listing.status !== 'certified';
  if (!listing.mine && !listing.bought && !listing.label?.simulated && !uncertified && listing.verdict === undefined) return null;
  return (
    <Group gap={4} component="span" display="inline-flex" wrap="nowrap" style={{ flexShrink: 0 }}>
      {listing.verdict !== undefined && <VerdictMark verdict={listing.verdict} />}
      {listing.mine && <Badge size="xs" variant="light" radius="sm" tt="none">{t('customer.mark.yours')}</Badge>}
      {listing.bought && <Badge size="xs" variant="light" color="green" radius="sm" tt="none">{t('customer.mark.bought')}</Badge>}
      {listing.label?.simulated && <Badge size="xs" variant="outline" color="gray" radius="sm" tt="none" c="var(--mantine-color-text)" title={t('customer.mark.simulatedHint')}>{t('customer.mark.simulated')}</Badge>}
      {uncertified && <Badge size="xs" variant="outline" color="orange" c="var(--mantine-color-text)" radius="sm" tt="none">{t(listing.status === 'rejected' ? 'customer.mark.rejected' : listing.status === 'withdrawn' ? 'customer.mark.withdrawn' : 'customer.mark.uncertified')}</Badge>}
    </Group>
  );
}
