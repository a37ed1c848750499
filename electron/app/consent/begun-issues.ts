import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CID } from 'multiformats/cid';
import { AppError } from '../../../shared/errors.ts';
import { RECORD_FILE } from '../../consent/records/record-context.ts';
import type { SealedRecord } from '../../consent/records/seal-record.ts';
import { outboxRows } from '../../db/queries/outbox-rows.ts';
import type { Backstage } from '../backstage.ts';
import type { BegunIssue, RecordStore } from './record-store.ts';

/** What was taken up at a start is given, for so long, to whoever tries the same again: they may not know that it went out. */
const KNOWN_MS = 86_400_000;

export type IssueFacts = Pick<BegunIssue, 'patient' | 'category' | 'corrects'> & { title: string; mediaType: string; bytes: number };

const keyOf = ({ digest }: BegunIssue): string => `record:issue:${digest}`;

/** Issues under way. Each is kept from before its ciphertext is pinned, so that a kill or a refusal neither doubles a record nor leaves one behind. */
export function createBegunIssues(b: Backstage, store: RecordStore, now: () => number = Date.now) {
  const { chain, parts, blobs } = b;
  const outbox = outboxRows(parts.db, null);
  const active = new Set<string>();
  const wasSent = (it: BegunIssue): boolean => outbox.byKey(keyOf(it)) !== undefined;

  async function drop(mark: string, it: BegunIssue): Promise<void> {
    // The same file has the same CID: what was pinned of it when the process ended is found.
    const cid = it.cid ?? (existsSync(it.dir) ? (await blobs.store.addDirectory(it.dir)).cid : null);
    if (cid !== null) await blobs.store.unpin(cid);
    await rm(it.dir, { recursive: true, force: true });
    store.dropIssued(it.digest);
    store.endBegun(mark);
  }

  async function lay(mark: string, record: SealedRecord, { title, mediaType, bytes, ...facts }: IssueFacts, signal: AbortSignal): Promise<BegunIssue> {
    const dir = join(parts.profile.path('work'), `record-${randomBytes(6).toString('hex')}`);
    const { digest, contentHash } = record;
    const begun: BegunIssue = { ...facts, digest, contentHash, sealedKey: Buffer.from(record.sealedKey).toString('hex'), dir, cid: null, at: now() };
    store.putBegun(mark, begun);
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await writeFile(join(dir, RECORD_FILE), record.sealed, { mode: 0o600 });
      const { cid } = await blobs.store.addDirectory(dir, { signal });
      store.putIssued(digest, { title, mediaType, bytes, cid });
      store.putBegun(mark, { ...begun, cid });
      await rm(dir, { recursive: true, force: true });
      return { ...begun, cid };
    } catch (error) {
      await drop(mark, begun).catch(() => undefined);
      throw error;
    }
  }

  /** Sends it, or learns how it went where it was sent before. What was refused before it went out, or by the chain, is let go of. */
  async function send(mark: string, it: BegunIssue, signal?: AbortSignal): Promise<number> {
    try {
      const sent = await chain.sendAndSee({
        key: keyOf(it), contract: 'records', method: 'issue',
        args: [it.patient, it.category, it.digest, it.contentHash, CID.parse(it.cid!).bytes, Buffer.from(it.sealedKey, 'hex'), it.corrects],
      }, { signal });
      return Number(sent.events.find((e) => e.name === 'RecordIssued')!.args.recordId as bigint);
    } catch (error) {
      if (!wasSent(it)) await drop(mark, it);
      throw error;
    }
  }

  return {
    /** @param mark of what the record says @returns its number: of the one that was begun before, where the same was @throws AppError as `sendAndSee`, `invalid-argument` while it is under way */
    async issue(mark: string, record: SealedRecord, facts: IssueFacts, signal: AbortSignal): Promise<number> {
      if (active.has(mark)) throw new AppError('invalid-argument', 'The same record is being issued to that account now.', { hint: 'Wait until it is, or has failed.' });
      active.add(mark);
      try {
        let it = store.begun(mark);
        if (it && it.cid === null) { await drop(mark, it); it = undefined; }
        it ??= await lay(mark, record, facts, signal);
        const recordId = await send(mark, it, signal);
        store.endBegun(mark);
        return recordId;
      } finally { active.delete(mark); }
    },
    /** Goes on with what a kill interrupted: what was signed goes out, of what was not nothing stays. */
    async resume(): Promise<void> {
      for (const mark of store.begunMarks()) {
        if (active.has(mark)) continue;
        active.add(mark);
        try {
          const it = store.begun(mark)!;
          if (!wasSent(it)) { await drop(mark, it); continue; }
          await send(mark, it);
          if (now() - it.at > KNOWN_MS) store.endBegun(mark);
        } catch { /* It stays begun: the next start, or whoever tries it again, takes it up. */ } finally { active.delete(mark); }
      }
    },
  };
}
export type BegunIssues = ReturnType<typeof createBegunIssues>;
