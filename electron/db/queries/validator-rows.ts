import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

/** A validator's own notes, and its past from the cached events. */
export function validatorRows(db: Db) {
  const check = db.prepare('SELECT view, report_hash AS hash FROM validator_checks WHERE dataset_id = ?');
  const saveCheck = db.prepare('INSERT OR REPLACE INTO validator_checks VALUES (?, ?, ?, ?)');
  const reasons = db.prepare('SELECT reasons FROM validator_reasons WHERE dataset_id = ?').pluck();
  const saveReasons = db.prepare('INSERT OR REPLACE INTO validator_reasons VALUES (?, ?, ?)');
  const decided = db.prepare("SELECT event, dataset_id AS datasetId, at, tx, details FROM history WHERE actor = ? AND event IN ('DatasetCertified', 'DatasetRejected') ORDER BY block DESC, log_index DESC");
  const fees = db.prepare("SELECT json_extract(details, '$.toValidator') FROM history WHERE dataset_id = ? AND event = 'AccessSettled'").pluck();
  const rewards = db.prepare("SELECT t.amount FROM history h JOIN history t ON t.block = h.block AND t.tx = h.tx AND t.event = 'Transfer' AND t.subject = @me WHERE h.dataset_id = @id AND h.event = 'DatasetCertified'").pluck();
  const sum = (amounts: unknown[]) => (amounts as string[]).reduce((n, v) => n + BigInt(v), 0n);
  return {
    check: (datasetId: number) => check.get(datasetId) as { view: string; hash: string } | undefined,
    saveCheck(datasetId: number, view: string, hash: string): void { saveCheck.run(datasetId, view, hash, Date.now()); },
    reasons: (datasetId: number) => JSON.parse((reasons.get(datasetId) as string | undefined) ?? '[]') as string[],
    saveReasons(datasetId: number, list: readonly string[]): void { saveReasons.run(datasetId, JSON.stringify(list), Date.now()); },
    decided: (me: Hex) => (decided.all(me) as { event: string; datasetId: number; at: number; tx: Hex; details: string }[]).map((r) => ({ ...r, score: (JSON.parse(r.details) as { score: number }).score })),
    /** What a certificate has brought: the reward that came with it, and the validator's part of each sale. */
    fees: (datasetId: number, me: Hex) => sum(rewards.all({ me, id: datasetId })) + sum(fees.all(datasetId)),
  };
}
