import { memo, useCallback, useEffect, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { Link } from 'wouter';
import type { ListingView } from '../../../../../shared/api/market.ts';
import { ScoreBadge } from '../../../components/ScoreBadge.tsx';
import { duration, number, rate } from '../../../i18n/format.ts';
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

const ROW_PX = 58;
const HEAD_PX = 40;

type Props = { total: number; row: ListingsResult['row']; need: ListingsResult['need']; basket: Basket };

export function ResultsTable({ total, row, need, basket }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroll.current, estimateSize: () => ROW_PX, overscan: 8, paddingStart: HEAD_PX, scrollPaddingStart: HEAD_PX });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const keys = useRowKeys(scroll, total, 10, useCallback((i: number) => virtual.scrollToIndex(i), [virtual]));
  useEffect(() => { if (total > 0) need(first, last); keys.focusWanted(); }, [first, last, total, row, need, keys]);

  const columns = ['dataset', 'quality', 'length', 'rate', 'device', 'owner', 'sales', 'price', 'basket'] as const;
  const places: Partial<Record<(typeof columns)[number], string | undefined>> = { quality: css['right'], length: css['right'], rate: `${css['rate']} ${css['right']}`, device: css['device'], owner: css['owner'], sales: `${css['sales']} ${css['right']}`, price: css['right'], basket: css['right'] };
  return (
    <div ref={scroll} className={css['scroll']} role="table" aria-label={t('customer.market.results')} aria-rowcount={total + 1} tabIndex={0} onKeyDown={keys.onKeyDown}>
      <div role="rowgroup" style={{ position: 'absolute', zIndex: 1, left: 0, right: 0, height: virtual.getTotalSize(), pointerEvents: 'none' }}>
        <div role="row" aria-rowindex={1} className={`${css['row']} ${css['head']}`} style={{ pointerEvents: 'auto' }}>
          {columns.map((c) => <div key={c} role="columnheader" className={places[c]}>{c === 'basket' ? <VisuallyHidden>{t('customer.market.col.basket')}</VisuallyHidden> : t(`customer.market.col.${c}`)}</div>)}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => <Row key={item.key} index={item.index} start={item.start} listing={row(item.index)} basket={basket} />)}
      </div>
    </div>
  );
}

const Row = memo(function Row({ index, start, listing, basket }: { index: number; start: number; listing: ListingView | undefined; basket: Basket }) {
  const place = { transform: `translateY(${start}px)` };
  if (!listing) {
    return (
      <div role="row" aria-rowindex={index + 2} data-row={index} className={`${css['row']} ${css['line']}`} style={place}>
        <div role="cell"><Skeleton height={14} width="60%" aria-label={t('customer.market.rowLoading')} /></div>
      </div>
    );
  }
  const hz = fastestRate(listing.label);
  return (
    <div role="row" aria-rowindex={index + 2} data-row={index} className={`${css['row']} ${css['line']}`} style={place}>
      <div role="cell" style={{ minWidth: 0 }}>
        <Link href={`/market/${listing.id}`} className={css['title']} data-result={index} title={titleOf(listing)}>{titleOf(listing)}</Link>
        <span className={css['under']}><span className={css['clip']}>{listing.label?.dataTypes.map(typeName).join(', ')}</span><span className={css['ownerUnder']}><Reputation score={listing.ownerReputation} /></span><Marks listing={listing} /></span>
      </div>
      <div role="cell" className={css['right']}><ScoreBadge score={listing.score ?? listing.label?.quality ?? null} /></div>
      <div role="cell" className={css['right']}><Text size="sm">{listing.label ? duration(listing.label.durationSeconds) : '–'}</Text></div>
      <div role="cell" className={`${css['rate']} ${css['right']}`}><Text size="sm">{hz === null ? '–' : rate(hz)}</Text></div>
      <div role="cell" className={`${css['device']} ${css['clip']}`} title={listing.label?.device ?? undefined}><Text size="sm" span c={listing.label?.device ? undefined : 'dimmed'}>{listing.label?.device ?? t('customer.unknown')}</Text></div>
      <div role="cell" className={css['owner']}><Reputation score={listing.ownerReputation} /></div>
      <div role="cell" className={`${css['sales']} ${css['right']}`}><Text size="sm">{number(listing.sales)}</Text></div>
      <div role="cell" className={css['right']}><Price amount={listing.price} /></div>
      <div role="cell" className={css['right']}><BasketButton listing={listing} basket={basket} /></div>
    </div>
  );
});
