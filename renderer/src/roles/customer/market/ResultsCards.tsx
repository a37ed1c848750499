import { memo, useCallback, useEffect, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useElementSize } from '@mantine/hooks';
import { Group, Skeleton, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ListingView } from '../../../../../shared/api/market.ts';
import { ScoreBadge } from '../../../components/ScoreBadge.tsx';
import { duration, rate } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Marks } from '../Marks.tsx';
import { Price } from '../Price.tsx';
import { Reputation } from '../Reputation.tsx';
import type { Basket } from '../use-basket.ts';
import type { ListingsResult } from '../use-listings.ts';
import { fastestRate, titleOf, typeName } from '../words.ts';
import { BasketButton } from './BasketButton.tsx';
import css from './market.module.css';
import { useRowKeys } from './use-row-keys.ts';

const ROW_PX = 228;
const CARD_MIN_PX = 270;

type Props = { total: number; row: ListingsResult['row']; need: ListingsResult['need']; basket: Basket };

export function ResultsCards({ total, row, need, basket }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize();
  const perRow = Math.max(1, Math.floor((width || CARD_MIN_PX) / CARD_MIN_PX));
  const virtual = useVirtualizer({ count: Math.ceil(total / perRow), getScrollElement: () => scroll.current, estimateSize: () => ROW_PX, overscan: 2 });
  const items = virtual.getVirtualItems();
  const first = (items[0]?.index ?? 0) * perRow;
  const last = Math.min(total - 1, ((items.at(-1)?.index ?? 0) + 1) * perRow - 1);
  const keys = useRowKeys(scroll, total, perRow * 2, useCallback((i: number) => virtual.scrollToIndex(Math.floor(i / perRow)), [virtual, perRow]), perRow);
  useEffect(() => { if (total > 0) need(first, last); keys.focusWanted(); }, [first, last, total, row, need, keys]);

  return (
    <div ref={scroll} className={css['scroll']} tabIndex={0} role="region" aria-label={t('customer.market.results')} onKeyDown={keys.onKeyDown}>
      <div ref={measured} role="list" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => (
          <div key={item.key} role="presentation" className={css['cardRow']} style={{ transform: `translateY(${item.start}px)`, gridTemplateColumns: `repeat(${perRow}, minmax(0, 1fr))` }}>
            {Array.from({ length: Math.min(perRow, total - item.index * perRow) }, (_, i) => item.index * perRow + i).map((index) => <Card key={index} index={index} total={total} listing={row(index)} basket={basket} />)}
          </div>
        ))}
      </div>
    </div>
  );
}

const Card = memo(function Card({ index, total, listing, basket }: { index: number; total: number; listing: ListingView | undefined; basket: Basket }) {
  const hz = fastestRate(listing?.label ?? null);
  return (
    <div role="listitem" aria-posinset={index + 1} aria-setsize={total} data-row={index} className={css['card']}>
      {!listing ? <Skeleton height={120} aria-label={t('customer.market.rowLoading')} /> : (
        <>
          <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
            <Link href={`/market/${listing.id}`} className={css['cardTitle']} data-result={index} title={titleOf(listing)}>{titleOf(listing)}</Link>
            <div style={{ flexShrink: 0 }}><ScoreBadge score={listing.score ?? listing.label?.quality ?? null} /></div>
          </Group>
          <Marks listing={listing} />
          {listing.label?.description && <Text size="sm" c="dimmed" className={css['cardText']}>{listing.label.description}</Text>}
          <Text size="sm" className={css['clip']}>{[listing.label?.dataTypes.map(typeName).join(', '), listing.label && duration(listing.label.durationSeconds), hz !== null && rate(hz)].filter(Boolean).join(' · ')}</Text>
          <Group justify="space-between" mt="auto" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Price amount={listing.price} />
              <Reputation score={listing.ownerReputation} />
            </Group>
            <BasketButton listing={listing} basket={basket} />
          </Group>
        </>
      )}
    </div>
  );
});
