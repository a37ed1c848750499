import type { IssuedView, IssueIn, RecordContent, RecordView } from '../../../shared/api/records.ts';
import { CATEGORIES, type RecordRow } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { consentReads } from '../../db/queries/consent-reads.ts';
import type { SegmentSource } from '../../vault/seal-segment.ts';
import type { Backstage } from '../backstage.ts';
import type { Started } from '../api-types.ts';
import { acceptRecord, sayStored } from './accept-record.ts';
import { createBegunIssues } from './begun-issues.ts';
import { issueRecord } from './issue-record.ts';
import { partyViews } from './party.ts';
import { createRecordStore } from './record-store.ts';

/** A record as a segment of a delivery: the whole document, whose SHA-256 is the digest on chain. */
export const RECORD_MEDIA_TYPE = 'application/vnd.phdex.record';
const TEXT = /^text\/|[/+](json|xml)$/;

/** Records, for the patient who keeps them and the institution that issues them. */
export function createRecords(b: Backstage, options: { /** How long a record's content may take to come. */ timeoutMs?: number } = {}) {
  const reads = consentReads(b.parts.db);
  const store = createRecordStore(b.parts.db, b.parts.wallet);
  const begun = createBegunIssues(b, store);
  const party = partyViews(b.parts.db);
  const mine = () => b.parts.accounts.mine();

  /** @throws AppError `blob-not-found`, `not-yours` */
  function own(recordId: number): RecordRow {
    const row = reads.record(recordId);
    if (!row) throw new AppError('blob-not-found', `There is no record ${recordId} on this network.`, { hint: 'See your records.' });
    if (!mine().has(row.patient)) throw new AppError('not-yours', `Record ${recordId} was issued to another person.`, { hint: 'See your records.' });
    return row;
  }

  function view(row: RecordRow): RecordView {
    const facts = store.facts(row.id);
    return {
      recordId: row.id, issuer: party(row.issuer), category: CATEGORIES[row.category]!, issuedAt: row.issuedAt * 1000, corrects: row.corrects || null, correctedBy: reads.correctedBy(row) ?? null,
      state: facts === undefined ? 'issued' : facts.problem === null ? 'stored' : 'refused', problem: facts?.problem ?? null,
      title: facts?.title ?? null, mediaType: facts?.mediaType ?? null, bytes: facts?.bytes ?? null, digest: row.digest, storedAt: row.storedAt === null ? null : row.storedAt * 1000,
    };
  }

  return {
    records: async (): Promise<RecordView[]> => reads.recordsOf(mine()).map(view),
    accept(recordId: number): Started {
      const row = own(recordId);
      return b.jobs.start({ kind: 'accept', title: `#${recordId}`, run: (control) => acceptRecord(b, reads, store, row, control, options.timeoutMs).then(({ bytes }) => ({ recordId, bytes })) });
    },
    async content(recordId: number): Promise<RecordContent> {
      own(recordId);
      const { head, content, document } = await store.document(recordId);
      try {
        return { recordId, title: head.title, mediaType: head.mediaType, text: TEXT.test(head.mediaType) ? Buffer.from(content).toString('utf8') : null, bytes: head.bytes };
      } finally { document.fill(0); }
    },
    issue(input: IssueIn): Started {
      const work = issueRecord(b, reads, store, begun, input);
      // Not by its title: what ended stands in the list of notices for whoever looks at the screen.
      return b.jobs.start({ kind: 'issue', title: input.category, run: async (control) => { const made = await work(control); b.changed('records', 'history'); return made; } });
    },
    issued: (): IssuedView[] => reads.recordsBy(b.parts.address).map((row) => ({
      recordId: row.id, patient: row.patient, category: CATEGORIES[row.category]!, title: store.issued(row.digest)?.title ?? null, issuedAt: row.issuedAt * 1000, stored: row.storedAt !== null, corrects: row.corrects || null, tx: row.tx,
    })),

    /** Goes on with issues that a kill interrupted, and says of what is kept that it is. */
    async resume(): Promise<void> { await begun.resume(); for (const row of reads.recordsOf(mine())) if (row.storedAt === null) await sayStored(b, reads, store, row); },
    /** A record that is kept here, as it was issued; for exports and summaries. The caller wipes `content`. */
    async stored(recordId: number): Promise<{ row: RecordRow; title: string; mediaType: string; content: Uint8Array }> {
      const row = own(recordId);
      const { head, content } = await store.document(recordId);
      return { row, title: head.title, mediaType: head.mediaType, content };
    },
    /**
     * A kept record as a segment of a delivery: its whole document, so that the reader finds its digest on chain.
     * @param index within the delivery, below 100,000 @throws AppError `blob-not-found` where it is not kept
     */
    async *recordSegments(recordId: number, index: number): AsyncGenerator<SegmentSource & { mediaType: string; title: string }> {
      const row = own(recordId);
      const { document, head } = await store.document(recordId);
      try {
        yield {
          name: `record/day-${String(index).padStart(3, '0')}`, channel: 'record', day: index, mediaType: RECORD_MEDIA_TYPE, title: head.title,
          parquet: (async function* () { yield document; })(),
          finish: () => ({ rows: 1, recordRoot: row.digest, records: 1 }),
        };
      } finally { document.fill(0); }
    },
  };
}
export type Records = ReturnType<typeof createRecords>;
