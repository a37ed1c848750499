import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

export type ErasureRow = { nonce: Hex; recordingId: string | null; bytesFreed: number; recordingErased: boolean; certificate: string | null; erasedAt: number };

/** Sealed quality reports of recordings; sealing is the caller's. */
export function sealedReports(db: Db) {
  const get = db.prepare('SELECT sealed FROM recording_reports WHERE recording_id = ?').pluck();
  const put = db.prepare('INSERT OR REPLACE INTO recording_reports VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM recording_reports WHERE recording_id = ?');
  return {
    get: (recordingId: string) => get.get(recordingId) as Buffer | undefined,
    put(recordingId: string, sealed: Uint8Array): void { put.run(recordingId, sealed); },
    remove(recordingId: string): void { remove.run(recordingId); },
  };
}

/** What an owner knows of its datasets beyond the chain: which recording they are of, and what was erased. */
export function ownerRows(db: Db) {
  const published = db.prepare("SELECT id, json_extract(publication, '$.sealed.nonce') AS nonce, json_extract(publication, '$.request.recordingId') AS recordingId, json_extract(publication, '$.request.title') AS title, json_extract(publication, '$.sealed.sealedBytes') AS sealedBytes FROM publications WHERE state = 'listed'");
  const dropPublications = db.prepare("DELETE FROM publications WHERE json_extract(publication, '$.sealed.nonce') = ?");
  const sent = db.prepare('SELECT 1 FROM outbox WHERE key = ?');
  const erasure = db.prepare('SELECT nonce, recording_id AS recordingId, bytes_freed AS bytesFreed, recording_erased AS recordingErased, certificate, erased_at AS erasedAt FROM erasures WHERE nonce = ?');
  const saveErasure = db.prepare(`
    INSERT INTO erasures VALUES (@nonce, @recordingId, @bytesFreed, @recordingErased, NULL, @erasedAt)
    ON CONFLICT (nonce) DO UPDATE SET bytes_freed = bytes_freed + excluded.bytes_freed, recording_erased = max(recording_erased, excluded.recording_erased)`);
  const saveCertificate = db.prepare('UPDATE erasures SET certificate = ? WHERE nonce = ?');
  return {
    /** Listed publications by nonce. */
    published: () => new Map((published.all() as { id: string; nonce: Hex; recordingId: string; title: string; sealedBytes: number }[]).map((r) => [r.nonce, r])),
    dropPublications(nonce: Hex): void { dropPublications.run(nonce); },
    /** Whether a transaction of that key was signed: it may be on the chain. */
    wasSent: (key: string) => sent.get(key) !== undefined,
    erasure(nonce: Hex): ErasureRow | undefined {
      const row = erasure.get(nonce) as (Omit<ErasureRow, 'recordingErased'> & { recordingErased: number }) | undefined;
      return row && { ...row, recordingErased: row.recordingErased === 1 };
    },
    saveErasure(row: Omit<ErasureRow, 'certificate'>): void { saveErasure.run({ ...row, recordingErased: row.recordingErased ? 1 : 0 }); },
    saveCertificate(nonce: Hex, text: string): void { saveCertificate.run(text, nonce); },
  };
}

/** What the chain says of an owner's dataset. Days are Unix milliseconds of their midnight, UTC. */
export function ownDatasetFacts(db: Db) {
  const open = db.prepare("SELECT count(*) FROM accesses WHERE dataset_id = ? AND status = 'open'").pluck();
  const destroyed = db.prepare("SELECT count(*) FROM seats WHERE dataset_id = ? AND status = 'destroyed'").pluck();
  const settled = db.prepare("SELECT at, json_extract(details, '$.toOwner') AS amount FROM history WHERE dataset_id = ? AND event = 'AccessSettled'");
  // The owner's part of the reward is minted in the transaction of the certificate.
  const reward = db.prepare("SELECT t.at, t.amount FROM history c JOIN history t ON t.tx = c.tx AND t.block = c.block AND t.event = 'Transfer' AND t.actor IS NULL AND t.subject = c.subject WHERE c.dataset_id = ? AND c.event = 'DatasetCertified'");
  const served = db.prepare("SELECT count(*) FROM accesses a JOIN datasets d ON d.id = a.dataset_id WHERE a.dataset_id = ? AND (SELECT count(*) FROM releases r WHERE r.access_id = a.id AND r.status = 'standing') >= d.threshold").pluck();
  const ended = db.prepare("SELECT at, tx FROM history WHERE dataset_id = ? AND event IN ('DatasetWithdrawn', 'DatasetRejected') ORDER BY block DESC, log_index DESC LIMIT 1");
  const destructions = db.prepare("SELECT json_extract(details, '$.seat') AS seat, at, tx FROM history WHERE dataset_id = ? AND event = 'ShareDestroyed'");
  type Paid = { at: number; amount: string };
  const paid = (id: number): Paid[] => [...(settled.all(id) as Paid[]), ...(reward.all(id) as Paid[])];
  return {
    openAccesses: (id: number) => open.get(id) as number,
    destroyedSeats: (id: number) => destroyed.get(id) as number,
    earned: (id: number) => paid(id).reduce((sum, p) => sum + BigInt(p.amount), 0n),
    earningsByDay(id: number): { day: number; amount: string }[] {
      const days = new Map<number, bigint>();
      for (const { at, amount } of paid(id)) { const day = Math.floor(at / 86_400) * 86_400_000; days.set(day, (days.get(day) ?? 0n) + BigInt(amount)); }
      return [...days].sort((a, b) => a[0] - b[0]).map(([day, amount]) => ({ day, amount: amount.toString() }));
    },
    /** Accesses for which enough shares were released. */
    servedAccesses: (id: number) => served.get(id) as number,
    ended: (id: number) => ended.get(id) as { at: number; tx: Hex } | undefined,
    destructions: (id: number) => new Map((destructions.all(id) as { seat: number; at: number; tx: Hex }[]).map((r) => [r.seat, r])),
  };
}

/** What erasures ended beyond a listing, sealed; sealing is the caller's. */
export function erasureGrantRows(db: Db) {
  const get = db.prepare('SELECT sealed FROM erasure_grants WHERE nonce = ?').pluck();
  const put = db.prepare('INSERT OR REPLACE INTO erasure_grants VALUES (?, ?)');
  return {
    get: (nonce: Hex) => get.get(nonce) as Buffer | undefined,
    put(nonce: Hex, sealed: Uint8Array): void { put.run(nonce, sealed); },
  };
}
