import { CATEGORIES, Operation, type RecordRow } from '../../../shared/domain/consent.ts';
import { AppError, isAppError, toAppError, type ErrorCode } from '../../../shared/errors.ts';
import { allowed } from '../../../shared/permissions.ts';
import { fetchRecord } from '../../consent/records/fetch-record.ts';
import { openRecord } from '../../consent/records/open-record.ts';
import { writeDocument } from '../../consent/records/document.ts';
import type { ConsentReads } from '../../db/queries/consent-reads.ts';
import { endpointsOf } from '../../market/fetch-manifest.ts';
import type { Backstage } from '../backstage.ts';
import type { JobControl } from '../jobs.ts';
import { contractsOf } from './issue-record.ts';
import type { RecordStore } from './record-store.ts';

/** What no other try can change: the record itself is wrong. */
const FINAL: readonly ErrorCode[] = ['hash-mismatch', 'envelope-unreadable', 'proof-invalid', 'seal-tampered', 'seal-truncated', 'seal-format', 'seal-key-wrong', 'manifest-invalid', 'quota-exceeded', 'not-yours'];

/** Holds a record to the chain before its content is asked for. @throws AppError `proof-invalid` */
async function checkOnChain(b: Backstage, reads: ConsentReads, row: RecordRow): Promise<void> {
  const [matches] = await b.chain.read('records', 'matches', [row.id, row.patient, row.digest, row.contentHash, row.corrects]);
  if (matches !== true) throw new AppError('proof-invalid', 'The chain has another record under this number.', { hint: 'Wait until the app has caught up with the chain, and try again.' });
  if (!allowed(reads.accreditedAtIssue(row), Operation.issue, row.category)) throw new AppError('proof-invalid', `Whoever issued this was not accredited for records of the category «${CATEGORIES[row.category] ?? row.category}».`, { hint: 'Do not rely on it.' });
  if (row.corrects === 0) return;
  const earlier = reads.record(row.corrects);
  if (earlier?.issuer !== row.issuer || earlier.patient !== row.patient) throw new AppError('proof-invalid', `It says that it corrects record ${row.corrects}, which was not issued to you by the same party.`, { hint: 'Do not rely on it; ask whoever issued it.' });
}

/**
 * Fetches a record, verifies all of it, keeps it under a new key, and says so on chain from the account that it was
 * issued to. What is refused is noted with its reason; what could only not be fetched is not.
 */
export async function acceptRecord(b: Backstage, reads: ConsentReads, store: RecordStore, row: RecordRow, { signal, progress }: JobControl, timeoutMs?: number): Promise<{ bytes: number }> {
  const index = b.parts.accounts.indexOf(row.patient);
  if (index === undefined) throw new AppError('not-yours', `Record ${row.id} was issued to another person.`, { hint: 'See your records.' });
  const contract = contractsOf(b.chain);
  let kept = store.facts(row.id);
  if (!kept?.hash) {
    progress('fetching', 0, null);
    try {
      await checkOnChain(b, reads, row);
      const sealed = await fetchRecord(row.cid, endpointsOf([b.chain.reads.participant(row.issuer)]), b.blobs.store, { signal, timeoutMs });
      progress('verifying', 0, null);
      const opened = await openRecord(row, sealed, contract, b.parts.wallet.account(index));
      const document = writeDocument(opened);
      await store.keep(row.id, opened, document);
      document.fill(0);
      opened.content.fill(0);
    } catch (cause) {
      const error = toAppError(cause);
      if (FINAL.some((code) => isAppError(error, code)) && !signal.aborted) store.refuse(row.id, error.message);
      throw error;
    } finally { b.changed('records'); }
    kept = store.facts(row.id)!;
  }
  progress('sending', 0, null);
  await sayStored(b, reads, store, row, signal);
  return { bytes: kept.bytes ?? 0 };
}

/** Says on chain that a record is kept; after a restore, or a kill in between, the chain may know of it already or not yet. */
export async function sayStored(b: Backstage, reads: ConsentReads, store: RecordStore, row: RecordRow, signal?: AbortSignal): Promise<void> {
  const [index, kept] = [b.parts.accounts.indexOf(row.patient), store.facts(row.id)];
  if (index === undefined || !kept?.hash || reads.record(row.id)?.storedAt !== null) return;
  await b.chain.as(index).send({ key: `record:store:${row.id}`, contract: 'records', method: 'store', args: [row.id, row.digest, row.contentHash, row.corrects, kept.hash] }, { signal });
  b.changed('records', 'history');
}
