import { Alert, Anchor, Text } from '@mantine/core';
import { CopyCheck } from 'lucide-react';
import { Link } from 'wouter';
import type { Copy } from '../../../../../shared/api/market.ts';
import { day, percent } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { titleOf } from '../words.ts';

/** Before somebody pays: what on this network comes from the same rows. */
export function CopiesAlert({ copies }: { copies: readonly Copy[] }) {
  if (copies.length === 0) return null;
  // What came later is nothing against this one.
  return (
    <Alert color={copies.some((copy) => copy.earlier) ? 'orange' : 'gray'} variant="light" icon={<CopyCheck size={20} aria-hidden />} title={t('customer.copies.title', { count: copies.length })}>
      <Text size="sm">{t('customer.copies.text')}</Text>
      <ul style={{ margin: '8px 0 0', paddingInlineStart: 18 }}>
        {copies.map((copy) => (
          <li key={copy.id}>
            <Anchor component={Link} href={`/market/${copy.id}`} size="sm" underline="always" className="ph-wrap">{titleOf(copy)}</Anchor>
            <Text size="sm">{[
              t('customer.copies.line', { share: percent(copy.share), when: day(copy.publishedAt) }), t(copy.earlier ? 'customer.copies.earlier' : 'customer.copies.later'),
              t(copy.sameOwner ? 'customer.copies.sameOwner' : 'customer.copies.otherOwner'), copy.bought && t('customer.copies.bought'),
            ].filter(Boolean).join(', ')}</Text>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
