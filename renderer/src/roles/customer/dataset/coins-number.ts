import type { Coins } from '../../../../../shared/api/common.ts';

/** For the height of a line in a chart and nothing else: a float cannot hold an amount. */
export const coinsNumber = (amount: Coins): number => Number(BigInt(amount) / 10n ** 12n) / 1e6;
