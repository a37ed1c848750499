import type { Coins } from '../../../../shared/api/common.ts';
import type { CallView } from '../../../../shared/api/studies.ts';
import { coins } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

/** A call's title is a stranger's words; one that could not be read goes by its number. */
export const callTitle = (c: Pick<CallView, 'criteria' | 'callId'>): string => c.criteria?.title.trim() || t('studies.untitled', { id: String(c.callId) });
export const rewardText = (reward: Coins): string => (/^0+$/.test(reward) ? t('studies.noReward') : t('studies.reward', { amount: coins(reward) }));
