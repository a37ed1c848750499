import { Group, Text } from '@mantine/core';
import { t } from '../../../i18n/index.ts';
import css from './purchases.module.css';

/** «2 of 3» as pieces that fill one by one. */
export function SharesMeter({ have, want }: { have: number; want: number }) {
  return (
    <Group gap={8} wrap="nowrap">
      <span className={css['pieces']} aria-hidden>{Array.from({ length: want }, (_, i) => <span key={i} className={css['piece']} data-full={i < have} />)}</span>
      <Text span size="sm" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{t('customer.purchases.sharesOf', { have: Math.min(have, want), want })}</Text>
    </Group>
  );
}
