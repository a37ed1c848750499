import type { KeeperReputation, OwnerReputation } from '../../../shared/api/owner.ts';
import type { Db } from '../open-database.ts';

/** z of the one-sided 90 % bound: few observations are doubted, but a newcomer with a clean record is not buried. */
const Z = 1.2815515655446004;

/**
 * Lower end of Wilson's interval (1927) for a share of good outcomes: 1 of 1 says less than 100 of 100.
 * @returns 0–1, or null without an observation
 */
export function wilsonLower(good: number, total: number, z = Z): number | null {
  if (total <= 0) return null;
  const p = Math.min(1, Math.max(0, good / total));
  const z2 = z * z;
  return Math.max(0, (p + z2 / (2 * total) - z * Math.sqrt((p * (1 - p) + z2 / (4 * total)) / total)) / (1 + z2 / total));
}

const points = (share: number | null): number | null => (share === null ? null : Math.round(share * 100));

/**
 * A keeper's good outcomes are standing releases; the bad ones are seats that stayed silent in an access that failed, and
 * false shares. A lie weighs ten times a silence: silence can be a dead line, a disputed release is proved by arithmetic.
 */
export function keeperScore({ released, missed, disputed }: Pick<KeeperReputation, 'released' | 'missed' | 'disputed'>): number | null {
  return points(wilsonLower(released, released + missed + 10 * disputed));
}

/**
 * An owner's good outcomes are certified datasets and sales that were paid; the bad ones are rejected datasets (five times:
 * a validator held the claim against the data) and sales that had to be given back. Withdrawing is a right and costs nothing.
 */
export function ownerScore({ certified, rejected, sales, refunded }: Pick<OwnerReputation, 'certified' | 'rejected' | 'sales' | 'refunded'>): number | null {
  return points(wilsonLower(certified + sales, certified + sales + 5 * rejected + refunded));
}

type KeeperCounts = { seats: number; released: number; missed: number; disputed: number; since: number | null };
type OwnerCounts = Omit<OwnerReputation, 'score'>;

/**
 * Reputation from the cached events and nothing else, so that everybody who reads the chain comes to the same number.
 * `since`: Unix milliseconds of the first stake, or of the first listing.
 */
export function reputationQueries(db: Db) {
  const keeperCounts = db.prepare(`
    SELECT
      (SELECT count(*) FROM seats WHERE keeper = @a AND status = 'accepted') AS seats,
      (SELECT count(*) FROM releases WHERE keeper = @a AND status = 'standing') AS released,
      (SELECT count(*) FROM releases WHERE keeper = @a AND status = 'disputed') AS disputed,
      -- Silent as the contract counts it: the seat was taken when the access opened, the access was refunded, no release was posted.
      (SELECT count(*) FROM accesses x CROSS JOIN seats s ON s.dataset_id = x.dataset_id AND s.keeper = @a
        WHERE x.status = 'refunded' AND (x.seated_bits >> s.seat) & 1 AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.access_id = x.id AND r.seat = s.seat)) AS missed,
      (SELECT min(at) FROM history WHERE actor = @a AND event = 'StakeAdded') * 1000 AS since`);
  const slashes = db.prepare("SELECT details FROM history WHERE actor = ? AND event = 'Slashed'").pluck();
  // A rejected dataset cannot be withdrawn, so any other status with a validator was certified once.
  const ownerCounts = db.prepare(`
    SELECT count(*) AS datasets,
      count(*) FILTER (WHERE validator IS NOT NULL AND status <> 'rejected') AS certified,
      count(*) FILTER (WHERE status = 'rejected') AS rejected,
      count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,
      (SELECT count(*) FROM history WHERE subject = @a AND event = 'AccessSettled') AS sales,
      (SELECT count(*) FROM accesses x CROSS JOIN datasets o ON o.id = x.dataset_id WHERE x.status = 'refunded' AND x.kind = 'purchase' AND o.owner = @a) AS refunded,
      min(published_at) * 1000 AS since
    FROM datasets WHERE owner = @a`);

  return {
    keeper(address: string): KeeperReputation {
      const a = address.toLowerCase();
      const counts = keeperCounts.get({ a }) as KeeperCounts;
      const slashed = (slashes.all(a) as string[]).reduce((sum, text) => sum + BigInt((JSON.parse(text) as { wei?: string }).wei ?? '0'), 0n);
      return { seats: counts.seats, released: counts.released, missed: counts.missed, disputed: counts.disputed, slashed: slashed.toString(), since: counts.since, score: keeperScore(counts) };
    },
    owner(address: string): OwnerReputation {
      const counts = ownerCounts.get({ a: address.toLowerCase() }) as OwnerCounts;
      return { ...counts, score: ownerScore(counts) };
    },
  };
}
export type ReputationQueries = ReturnType<typeof reputationQueries>;
