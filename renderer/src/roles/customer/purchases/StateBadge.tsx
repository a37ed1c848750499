import { Badge } from '@mantine/core';
import { t } from '../../../i18n/index.ts';
import type { PurchaseState } from './purchase-state.ts';

const COLOUR: Record<PurchaseState, string> = { waiting: 'blue', ready: 'green', opened: 'gray', refundable: 'orange', refunded: 'gray', closed: 'gray' };

export const StateBadge = ({ state }: { state: PurchaseState }) => <Badge variant="light" radius="sm" tt="none" color={COLOUR[state]} style={{ flexShrink: 0 }}>{t(`customer.purchase.state.${state}`)}</Badge>;
