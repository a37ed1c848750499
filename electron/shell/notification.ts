import type { Notice, NoticeKind } from '../../shared/api/app.ts';

/** What is worth a word from the system: what others did and what may cost the person money. The rest waits in the app. */
const TOLD = new Set<NoticeKind>(['sale', 'request', 'payout', 'release-failed', 'slashed']);
const MAX = 120;

/** Titles of datasets come from strangers: one line, no control characters, not long. */
const plain = (value: string | number | undefined): string => {
  // Marks that reorder text would let a title forge the words around it.
  const line = String(value ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/\s+/g, ' ').trim();
  return line.length > MAX ? `${line.slice(0, MAX - 1)}…` : line;
};

const TITLES: Partial<Record<NoticeKind, string>> = {
  sale: 'A dataset was sold', request: 'A keeper is asked for a release', payout: 'Coins are ready to withdraw', 'release-failed': 'A release failed', slashed: 'Stake was lost',
};

/** The system's notification for a notice; null where it is none of its business. */
export function notificationOf(notice: Notice): { title: string; body: string; link: string | null } | null {
  if (!TOLD.has(notice.kind)) return null;
  const { params } = notice;
  const what = plain(params.title) || (params.datasetId === undefined ? '' : `Dataset ${plain(params.datasetId)}`);
  const why = plain(params.reason ?? params.message ?? params.error);
  return { title: TITLES[notice.kind]!, body: [what, why].filter((s) => s !== '').join(': ') || 'Open PHDex to see it.', link: notice.link !== null && /^\/[\w/-]*$/.test(notice.link) ? notice.link : null };
}
