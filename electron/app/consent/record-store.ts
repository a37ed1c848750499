import { createHmac, randomBytes } from 'node:crypto';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { readDocument, type RecordDocument } from '../../consent/records/document.ts';
import type { Db } from '../../db/open-database.ts';
import { recordRows } from '../../db/queries/record-rows.ts';
import { collectBytes, once } from '../../vault/collect-bytes.ts';
import { canonicalBytes } from '../../vault/manifest.ts';
import { sha256 } from '../../vault/sha256.ts';
import { openStream, sealStream } from '../../vault/stream.ts';
import type { WalletHandle } from '../../wallet/wallet.ts';
import { openVault } from '../at-rest.ts';

/** An issue that was begun. `dir` holds the ciphertext until `cid` is known. */
export type BegunIssue = { patient: Hex; category: number; corrects: number; digest: Hex; contentHash: Hex; sealedKey: string; dir: string; cid: string | null; /** Unix milliseconds. */ at: number };

/** What is known of a record that was opened. A refused one has a `problem` and no content. */
export type StoredFacts = { title: string | null; mediaType: string | null; bytes: number | null; /** Of the content's own key. */ key: string | null; /** SHA-256 of what is kept, as it goes on chain. */ hash: Hex | null; problem: string | null };
export type IssuedFacts = { title: string; mediaType: string; bytes: number; cid: string };

/** Records at rest: content under a key of its own for each, all else under the profile's. */
export function createRecordStore(db: Db, wallet: WalletHandle) {
  const rows = recordRows(db);
  const { seal: write, open: read } = openVault(wallet, 'records');
  const name = (recordId: number) => `record/${recordId}`;
  const aad = (recordId: number) => Buffer.from(name(recordId));

  return {
    facts(recordId: number): StoredFacts | undefined { const sealed = rows.facts(recordId); return sealed && read(name(recordId), sealed); },
    /** Encrypts a document under a fresh key and keeps it. @returns the hash for the chain */
    async keep(recordId: number, { head }: RecordDocument, document: Uint8Array, now = Date.now()): Promise<Hex> {
      const key = randomBytes(32);
      try {
        const sealed = await collectBytes(sealStream({ key, aad: aad(recordId), source: once(document) }));
        const hash = sha256(sealed);
        rows.put(recordId, write(name(recordId), { title: head.title, mediaType: head.mediaType, bytes: head.bytes, key: key.toString('hex'), hash, problem: null } satisfies StoredFacts), sealed, now);
        return hash;
      } finally { key.fill(0); }
    },
    refuse(recordId: number, problem: string, now = Date.now()): void {
      rows.put(recordId, write(name(recordId), { title: null, mediaType: null, bytes: null, key: null, hash: null, problem } satisfies StoredFacts), null, now);
    },
    /** @returns the document as it was issued, the caller's to wipe @throws AppError `blob-not-found` where it is not kept · `seal-tampered` */
    async document(recordId: number): Promise<{ document: Uint8Array } & RecordDocument> {
      const facts = this.facts(recordId);
      const sealed = rows.content(recordId);
      if (!facts?.key || !sealed) throw new AppError('blob-not-found', `Record ${recordId} is not kept in this profile.`, { hint: 'Accept it first.' });
      const key = Buffer.from(facts.key, 'hex');
      try {
        const document = await collectBytes(openStream({ key, aad: aad(recordId), source: once(sealed) }));
        return { document, ...readDocument(document) };
      } finally { key.fill(0); }
    },
    putIssued(digest: Hex, facts: IssuedFacts, now = Date.now()): void { rows.putIssued(digest, write(`issued/${digest}`, facts), now); },
    issued(digest: Hex): IssuedFacts | undefined { const sealed = rows.issued(digest); return sealed && read(`issued/${digest}`, sealed); },
    dropIssued(digest: Hex): void { rows.dropIssued(digest); },
    /** Of what a record says, to whom: the same for the same, and nothing to whoever has not the wallet. @returns 64 hex digits */
    mark(says: { patient: Hex; category: number; corrects: number; title: string; mediaType: string; content: Uint8Array }): string {
      const { content, ...rest } = says;
      const key = wallet.storageKey('record-marks');
      try { return createHmac('sha256', key).update(canonicalBytes({ ...rest, content: sha256(content) })).digest('hex'); } finally { key.fill(0); }
    },
    putBegun(mark: string, issue: BegunIssue): void { rows.putBegun(mark, write(`begun/${mark}`, issue)); },
    begun(mark: string): BegunIssue | undefined { const sealed = rows.begun(mark); return sealed && read(`begun/${mark}`, sealed); },
    begunMarks: (): string[] => rows.begunMarks(),
    endBegun(mark: string): void { rows.endBegun(mark); },
  };
}
export type RecordStore = ReturnType<typeof createRecordStore>;
