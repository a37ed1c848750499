import { Button, Divider, Stack, Text } from '@mantine/core';
import { MailQuestion } from 'lucide-react';
import { Link } from 'wouter';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { t } from '../../../i18n/index.ts';
import { HELD } from './tabs.ts';

/** The other way to a listed dataset, beside its price. Of one that is no longer listed nobody can be asked. */
export function AskOwner({ listing }: { listing: ListingDetail }) {
  if (listing.mine || listing.status === 'withdrawn' || listing.status === 'rejected') return null;
  return (
    <>
      <Divider />
      <Stack gap={4}>
        <Button component={Link} href={`${HELD}/ask/${listing.id}`} variant="default" leftSection={<MailQuestion size={16} aria-hidden />}>{t('grantee.ask.fromListing')}</Button>
        <Text size="xs" c="dimmed">{t('grantee.ask.fromListing.text')}</Text>
      </Stack>
    </>
  );
}
