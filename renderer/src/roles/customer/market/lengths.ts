import type { Search } from '../../../../../shared/api/market.ts';
import { number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';

type Length = { key: 'any' | 'under1' | 'from1' | 'from8' | 'from24' | 'from168'; minHours: number | undefined; maxHours: number | undefined };

/** Lengths that one chooses from; a link may carry others. */
export const LENGTHS: readonly Length[] = [
  { key: 'any', minHours: undefined, maxHours: undefined },
  { key: 'under1', minHours: undefined, maxHours: 1 },
  { key: 'from1', minHours: 1, maxHours: undefined },
  { key: 'from8', minHours: 8, maxHours: undefined },
  { key: 'from24', minHours: 24, maxHours: undefined },
  { key: 'from168', minHours: 168, maxHours: undefined },
];

export const lengthOf = ({ minHours, maxHours }: Search): Length['key'] | 'custom' => LENGTHS.find((l) => l.minHours === minHours && l.maxHours === maxHours)?.key ?? 'custom';
export const lengthName = ({ minHours, maxHours }: Search): string => t('customer.filter.length.custom', { from: minHours ?? 0, to: maxHours === undefined ? '∞' : number(maxHours) });
