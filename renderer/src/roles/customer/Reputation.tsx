import { Group, Text } from '@mantine/core';
import { Star } from 'lucide-react';
import { number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

/** 0–100 from the history on chain; someone without history is new, not bad. */
export function Reputation({ score }: { score: number | null }) {
  const title = score === null ? t('customer.reputation.none') : t('customer.reputation.of', { score: number(score, 0) });
  return (
    <Group gap={4} wrap="nowrap" title={title} component="span" display="inline-flex">
      <Star size={14} aria-hidden />
      <Text span size="sm" style={{ fontVariantNumeric: 'tabular-nums' }} aria-label={title} role="img">{score === null ? t('customer.reputation.new') : number(score, 0)}</Text>
    </Group>
  );
}
