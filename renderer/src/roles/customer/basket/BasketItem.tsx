import { ActionIcon, Group, Text } from '@mantine/core';
import { CircleAlert, CircleCheck, Trash2 } from 'lucide-react';
import { Link } from 'wouter';
import type { Quote } from '../../../../../shared/api/market.ts';
import { bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Price } from '../Price.tsx';
import { titleOf } from '../words.ts';
import css from './basket.module.css';

export function BasketItem({ item, onRemove }: { item: Quote['items'][number]; onRemove(): void }) {
  const title = titleOf({ id: item.datasetId, title: item.title });
  const facts = [
    item.keepers > 0 && t('customer.basket.keepers', { online: item.keepersOnline, count: item.keepers, threshold: item.threshold }),
    item.keepers > 0 && t(item.reachable ? 'customer.basket.reachable' : 'customer.basket.unreachable'),
    item.bytes !== null && bytes(item.bytes),
  ].filter(Boolean).join(' · ');
  return (
    <li className={css['item']}>
      <div style={{ minWidth: 0 }}>
        <Link href={`/market/${item.datasetId}`} className={css['title']}>{title}</Link>
        {item.problem ? (
          <Group gap={8} wrap="nowrap" align="flex-start" mt={4}>
            <CircleAlert size={16} aria-hidden color="var(--mantine-color-red-text)" style={{ flexShrink: 0, marginTop: 3 }} />
            <div>
              <Text size="sm">{item.problem.message}</Text>
              {item.problem.hint && <Text size="sm" c="dimmed">{item.problem.hint}</Text>}
            </div>
          </Group>
        ) : (
          <Group gap={8} wrap="nowrap" align="flex-start" mt={4}>
            <CircleCheck size={16} aria-hidden color="var(--mantine-color-teal-text)" style={{ flexShrink: 0, marginTop: 3 }} />
            <Text size="sm" c="dimmed">{facts}</Text>
          </Group>
        )}
        {item.alreadyOwned !== null && <Text size="sm" mt={4}>{t('customer.basket.owned')} <Link href={`/purchases/${item.alreadyOwned}`}>{t('customer.buy.toPurchase')}</Link></Text>}
      </div>
      <Text span mt={2}><Price amount={item.price} /></Text>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('customer.basket.removeNamed', { title })} onClick={onRemove}><Trash2 size={18} aria-hidden /></ActionIcon>
    </li>
  );
}
