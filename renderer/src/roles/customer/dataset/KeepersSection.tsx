import { Alert, Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { Addr } from '../../../components/Addr.tsx';
import { t } from '../../../i18n/index.ts';
import { OnlineMark } from '../OnlineMark.tsx';
import { Reputation } from '../Reputation.tsx';
import css from './dataset.module.css';
import { Section } from './Section.tsx';

const STATUS = new Set(['named', 'accepted', 'resigned', 'destroyed']);

export function KeepersSection({ listing }: { listing: ListingDetail }) {
  const keeping = listing.keepers.filter((k) => k.status === 'accepted');
  const online = keeping.filter((k) => k.online === true).length;
  const asked = keeping.every((k) => k.online !== null);
  return (
    <Section title={t('customer.dataset.keepers')}>
      {asked && online < listing.threshold && listing.status === 'certified'
        ? <Alert mb="md" color="orange" variant="light" icon={<TriangleAlert size={18} aria-hidden />}>{t('customer.dataset.keepersLow', { online, threshold: listing.threshold })}</Alert>
        : <Text size="sm" mb="md">{t('customer.dataset.keepersText', { online, count: keeping.length, threshold: listing.threshold })}</Text>}
      <ul className={css['keepers']}>
        {listing.keepers.map((k) => (
          <li key={k.index}>
            <Addr address={k.address} />
            {k.status === 'accepted' ? <OnlineMark online={k.online} /> : <span />}
            <Reputation score={k.reputation.score} />
            <Group gap={6}><Text size="sm" c="dimmed">{STATUS.has(k.status) && t(`customer.keeper.status.${k.status as 'accepted'}`)}{k.status === 'accepted' && ` · ${t('customer.keeper.history', { released: k.reputation.released, missed: k.reputation.missed })}`}</Text></Group>
          </li>
        ))}
      </ul>
    </Section>
  );
}
