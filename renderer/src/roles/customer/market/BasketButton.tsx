import { ActionIcon, Tooltip } from '@mantine/core';
import { Check, ShoppingBasket } from 'lucide-react';
import type { ListingView } from '../../../../../shared/api/market.ts';
import { t } from '../../../i18n/index.ts';
import type { Basket } from '../use-basket.ts';
import { titleOf } from '../words.ts';

/** Puts a listing in the basket or takes it out; nothing for what cannot be bought. */
export function BasketButton({ listing, basket }: { listing: ListingView; basket: Basket }) {
  if (listing.mine || listing.status !== 'certified') return null;
  const inside = basket.has(listing.id);
  const label = t(inside ? 'customer.basket.removeNamed' : 'customer.basket.addNamed', { title: titleOf(listing) });
  const hint = inside ? t('customer.basket.in') : basket.full ? t('customer.basket.full') : t('customer.basket.add');
  return (
    <Tooltip label={hint} openDelay={300}>
      <ActionIcon variant={inside ? 'light' : 'subtle'} size="lg" aria-label={label} aria-pressed={inside} disabled={!inside && basket.full} onClick={() => (inside ? basket.remove(listing.id) : basket.add(listing.id))}>
        {inside ? <Check size={18} aria-hidden /> : <ShoppingBasket size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
