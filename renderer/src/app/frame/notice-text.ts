import type { Notice, NoticeKind } from '../../../../shared/api/app.ts';
import { coins, native, t, type Params } from '../../i18n/all.ts';

export const NOTICE_KEYS = {
  sale: 'shell.notice.sale', request: 'shell.notice.request', payout: 'shell.notice.payout', 'release-failed': 'shell.notice.release-failed', certified: 'shell.notice.certified', rejected: 'shell.notice.rejected',
  'saved-search': 'shell.notice.saved-search', 'refund-due': 'shell.notice.refund-due', 'backup-due': 'shell.notice.backup-due', 'job-done': 'shell.notice.job-done', 'job-failed': 'shell.notice.job-failed', slashed: 'shell.notice.slashed',
  'access-requested': 'shell.notice.access-requested', 'access-granted': 'shell.notice.access-granted', 'access-revoked': 'shell.notice.access-revoked', 'right-undone': 'shell.notice.right-undone', 'record-issued': 'shell.notice.record-issued',
  'emergency-opened': 'shell.notice.emergency-opened', 'emergency-for-registrar': 'shell.notice.emergency-for-registrar', contested: 'shell.notice.contested', 'health-link-opened': 'shell.notice.health-link-opened',
  'study-drawn': 'shell.notice.study-drawn', 'study-struck': 'shell.notice.study-struck', 'study-abandoned': 'shell.notice.study-abandoned', 'study-approved': 'shell.notice.study-approved',
} as const satisfies Record<NoticeKind, string>;

/** Amounts of notices are decimal text (`2.5`); whole digits are the smallest unit, as everywhere else. */
function amountOf(kind: NoticeKind, amount: string): string {
  const [whole = '', fraction] = amount.split('.');
  const smallest = fraction === undefined ? amount : `${whole}${fraction.slice(0, 18).padEnd(18, '0')}`.replace(/^0+(?=\d)/, '');
  // What is taken of a stake is the chain's own coin.
  return kind === 'slashed' ? native(smallest) : coins(smallest);
}

/** A notice as a sentence; a dataset without a title goes by its number. */
export function noticeText({ kind, params }: Notice): string {
  const shown: Params = {
    ...params,
    title: params.title ?? (params.datasetId === undefined ? t('shell.notice.something') : `#${params.datasetId}`),
    ...(params.amount === undefined ? {} : { amount: amountOf(kind, String(params.amount)) }),
  };
  return t(NOTICE_KEYS[kind], shown);
}
