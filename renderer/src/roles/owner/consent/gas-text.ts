import type { GasCost } from '../../../../../shared/api/common.ts';
import { native } from '../../../i18n/format.ts';

/** What a transaction costs; dots while it is still being asked for. */
export const gasText = (cost: GasCost | undefined): string => (cost ? native(cost.wei) : '…');
