import { Text, type TextProps } from '@mantine/core';
import type { Coins as Amount } from '../../../shared/api/common.ts';
import { COIN, coins, coinsExact } from '../i18n/format.ts';

/** An amount of PHD, every digit in its title. */
export function Coins({ amount, ...rest }: { amount: Amount } & TextProps) {
  return <Text component="span" inherit {...rest} className="ph-num" title={`${coinsExact(amount)} ${COIN}`}>{coins(amount)}</Text>;
}
