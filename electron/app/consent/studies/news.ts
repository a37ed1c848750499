import { formatEther } from 'ethers';
import type { Notice, NoticeKind } from '../../../../shared/api/app.ts';
import { shuffleOf } from '../../../consent/studies/phase.ts';
import { readCriteria } from '../../../consent/studies/criteria.ts';
import { studyReads } from '../../../db/queries/study-reads.ts';
import type { Db } from '../../../db/open-database.ts';

type Row = { event: string; call_id?: number | null; subject: string | null; actor: string | null; amount: string | null; details: string };
type News = { kind: NoticeKind; params: Notice['params']; link: string | null };

/** What an event of a study means to who has the accounts `mine`; null where it is no news. Who is drawn follows from the seed. */
export function createStudyNews(db: Db): (row: Row, mine: ReadonlySet<string>) => News | null {
  const reads = studyReads(db);
  const OWN = '/owner/consent/studies';
  return (row, mine) => {
    if (row.call_id === null || row.call_id === undefined) return null;
    const call = reads.call(row.call_id);
    if (!call) return null;
    const params = { callId: call.id, title: readCriteria(call).criteria?.title ?? `#${call.id}` };
    switch (row.event) {
      case 'CallDrawn':
      case 'PlaceOffered': {
        const shuffle = shuffleOf(call);
        if (!shuffle) return null;
        const at = row.event === 'PlaceOffered' ? (JSON.parse(row.details) as { position: number }).position : null;
        const drawn = reads.entriesOf(call.id, [...mine] as `0x${string}`[]).some((e) => e.status === 'entered' && (at === null ? shuffle.positionOf(e.index) < (call.firstOffers ?? 0) : shuffle.entryAt(at) === e.index));
        return drawn ? { kind: 'study-drawn', params, link: OWN } : null;
      }
      case 'EntryStruck': return row.subject !== null && mine.has(row.subject) ? { kind: 'study-struck', params, link: OWN } : null;
      case 'BondShared': return row.subject !== null && mine.has(row.subject) ? { kind: 'study-abandoned', params: { ...params, amount: row.amount === null ? '' : formatEther(row.amount) }, link: OWN } : null;
      case 'PlaceApproved': return row.subject !== null && mine.has(row.subject) ? { kind: 'study-approved', params, link: `/held/studies/${call.id}` } : null;
      default: return null;
    }
  };
}
