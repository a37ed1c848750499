import { Text } from '@mantine/core';
import type { Coins as Amount } from '../../../../shared/api/common.ts';
import { Coins } from '../../components/Coins.tsx';
import { t } from '../../i18n/index.ts';

export const isFree = (price: Amount): boolean => /^0+$/.test(price);

/** A price; that of nothing has a word of its own. */
export const Price = ({ amount }: { amount: Amount }) => (isFree(amount) ? <Text span size="sm">{t('customer.free')}</Text> : <Coins amount={amount} fz="sm" />);
