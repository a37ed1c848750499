import type { Search } from '../../../../shared/api/market.ts';
import { address, coins, number, rate } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { describeSpecification } from './specification/words.ts';
import { ageName, typeName } from './words.ts';

/** A search in words: what its name is at first, and what a saved one shows. */
export function describeSearch(s: Search): string {
  const parts = [
    s.text?.trim() && t('customer.saved.part.text', { text: s.text.trim() }),
    s.types && s.types.length > 0 && s.types.map(typeName).join(', '),
    s.minQuality && t('customer.saved.part.quality', { score: s.minQuality }),
    s.minHours && t('customer.saved.part.minHours', { hours: number(s.minHours) }),
    s.maxHours && t('customer.saved.part.maxHours', { hours: number(s.maxHours) }),
    s.minRateHz && t('customer.saved.part.minRate', { rate: rate(s.minRateHz) }),
    s.specification && describeSpecification(s.specification),
    s.device && t('customer.saved.part.device', { device: s.device }),
    s.ageBand && t('customer.saved.part.age', { band: ageName(s.ageBand) }),
    s.minPrice && t('customer.saved.part.minPrice', { price: coins(s.minPrice) }),
    s.maxPrice && t('customer.saved.part.maxPrice', { price: coins(s.maxPrice) }),
    !s.certifiedOnly && t('customer.saved.part.uncertified'),
    s.simulated !== undefined && t(s.simulated ? 'customer.saved.part.onlySimulated' : 'customer.saved.part.noSimulated'),
    s.owner && t('customer.saved.part.owner', { owner: address(s.owner) }),
  ].filter((p): p is string => typeof p === 'string' && p !== '');
  return parts.length > 0 ? parts.join(', ') : t('customer.saved.everything');
}
