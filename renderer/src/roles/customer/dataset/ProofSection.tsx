import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { Stack, Text } from '@mantine/core';
import { t } from '../../../i18n/index.ts';
import css from './dataset.module.css';
import { Section } from './Section.tsx';

export function ProofSection({ listing }: { listing: ListingDetail }) {
  const lines = [['customer.dataset.cid', listing.cid], ['customer.dataset.contentHash', listing.contentHash], ['customer.dataset.recordRoot', listing.recordRoot]] as const;
  return (
    <Section title={t('customer.dataset.proof')}>
      <Stack gap="sm">{lines.map(([key, value]) => <div key={key}><Text size="xs" c="dimmed">{t(key)}</Text><div className={css['hash']}>{value}</div></div>)}</Stack>
    </Section>
  );
}
