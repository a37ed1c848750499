import type { Hex } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

type Credit = { amount: string; dataset_id: number | null; access_id: number | null; at: number };
type Released = { at: number; access_id: number; dataset_id: number; details: string; status: string | null; kind: string };
type Missed = { access_id: number; dataset_id: number; seat: number; kind: string; at: number | null; tx: string | null };

/** A keeper's past, from the cached events. Amounts are decimal text, so sums are made here and not in SQL. */
export function keeperRows(db: Db) {
  // A credit names no dataset; the settlement or certificate of the same transaction does.
  const credits = db.prepare(`
    SELECT e.amount, e.at, s.dataset_id, s.access_id FROM history e
    LEFT JOIN history s ON s.block = e.block AND s.tx = e.tx AND s.event IN ('AccessSettled', 'DatasetCertified')
    WHERE e.subject = ? AND e.event = 'EarningsCredited'`);
  const earned = db.prepare("SELECT amount FROM history WHERE subject = ? AND event = 'EarningsCredited'").pluck();
  const released = db.prepare(`
    SELECT h.at, h.access_id, h.dataset_id, h.details, a.kind,
      (SELECT r.status FROM releases r WHERE r.access_id = h.access_id AND r.seat = json_extract(h.details, '$.seat')) AS status
    FROM history h JOIN accesses a ON a.id = h.access_id WHERE h.actor = ? AND h.event = 'ShareReleased' ORDER BY h.block DESC, h.log_index DESC LIMIT ?`);
  const missed = db.prepare(`
    SELECT x.id AS access_id, x.dataset_id, s.seat, x.kind, h.at, h.tx FROM accesses x CROSS JOIN seats s ON s.dataset_id = x.dataset_id AND s.keeper = @me
    LEFT JOIN history h ON h.dataset_id = x.dataset_id AND h.access_id = x.id AND h.event = 'AccessRefunded'
    WHERE x.status = 'refunded' AND (x.seated_bits >> s.seat) & 1 AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.access_id = x.id AND r.seat = s.seat)`);
  const slashes = db.prepare("SELECT tx, details FROM history WHERE actor = ? AND event = 'Slashed'");
  const disputes = db.prepare("SELECT access_id, tx FROM history WHERE actor = ? AND event = 'ReleaseDisputed'");
  const perDataset = db.prepare('SELECT a.dataset_id AS id, count(*) AS n FROM releases r JOIN accesses a ON a.id = r.access_id WHERE r.keeper = ? GROUP BY a.dataset_id');
  return {
    earned: (me: Hex) => (earned.all(me) as string[]).reduce((sum, amount) => sum + BigInt(amount), 0n),
    credits: (me: Hex) => credits.all(me) as Credit[],
    released: (me: Hex, limit: number) => (released.all(me, limit) as Released[]).map((r) => ({ ...r, seat: Number((JSON.parse(r.details) as { seat: number }).seat) })),
    missed: (me: Hex) => missed.all({ me }) as Missed[],
    /** Wei taken, by transaction. */
    slashedByTx(me: Hex): Map<string, bigint> {
      const sums = new Map<string, bigint>();
      for (const { tx, details } of slashes.all(me) as { tx: string; details: string }[]) sums.set(tx, (sums.get(tx) ?? 0n) + BigInt((JSON.parse(details) as { wei: string }).wei));
      return sums;
    },
    disputes: (me: Hex) => disputes.all(me) as { access_id: number; tx: string }[],
    releasesByDataset: (me: Hex) => new Map((perDataset.all(me) as { id: number; n: number }[]).map((r) => [r.id, r.n])),
  };
}
