import { createHash } from 'node:crypto';
import type { KeeperCandidate } from '../../../shared/api/owner.ts';
import { Role, type Hex, type ParticipantRow } from '../../../shared/domain/chain.ts';
import type { OwnerBase } from './base.ts';

/** What a newcomer without history counts for: better than a keeper that failed, worse than one that served. */
const NEWCOMER = 50;
export const DEFAULT_KEEPERS = 5;

/** As many as is usual or as there are, and more than half of them to release. */
export function suggestedKeepers(there: number): { keepers: number; threshold: number } {
  const keepers = Math.max(2, Math.min(DEFAULT_KEEPERS, there));
  return { keepers, threshold: Math.max(2, Math.floor(keepers / 2) + 1) };
}
/** Keepers that a page waits for: the rest is asked behind it. */
const MAX_ASKED = 64;

export type Ranked = { candidate: KeeperCandidate; row: ParticipantRow };

/** The keepers that could take a share of this owner's data, best first: online, then reputation, then stake. */
export function createKeeperRanking(base: OwnerBase) {
  const { b, me, reads, reputation } = base;
  // Among equals each owner has its own order, so that not all choose the same; it stays the same while the app runs.
  const tie = (address: string) => createHash('sha256').update(`${me}${address}`).digest('hex');
  const minStake = (() => {
    let known: Promise<bigint> | undefined;
    return () => (known ??= b.chain.read('participants', 'minStake', []).then(([wei]) => BigInt(wei as bigint)).catch((error: unknown) => { known = undefined; throw error; }));
  })();

  async function ranked(): Promise<Ranked[]> {
    const least = await minStake();
    const rows = reads.participantsByRole(Role.keeper).filter((p) => p.stake >= least && p.address !== me);
    // Whoever was asked before answers at once, and is asked again behind that; only the unknown are waited for.
    const known = new Map(rows.map((r) => [r.address, b.presence.known(r.address)] as const));
    const unknown = rows.filter((r) => known.get(r.address) === null).sort((x, y) => (x.stake > y.stake ? -1 : 1)).slice(0, MAX_ASKED);
    const asked = await b.presence.online(unknown.map((r) => r.address));
    const online = new Map([...known, ...asked]);
    const weight = (r: Ranked) => (r.candidate.online ? 1000 : 0) + (r.candidate.reputation.score ?? NEWCOMER);
    return rows
      .map((row): Ranked => ({ row, candidate: { address: row.address, stake: row.stake.toString(), online: online.get(row.address) ?? null, uptime: b.presence.uptime(row.address), reputation: reputation.keeper(row.address), chosen: false } }))
      .sort((x, y) => weight(y) - weight(x) || (x.row.stake === y.row.stake ? (tie(x.row.address) < tie(y.row.address) ? -1 : 1) : x.row.stake > y.row.stake ? -1 : 1));
  }

  /** Marks those that were named, or else the best `n`. */
  function choose(all: readonly Ranked[], n: number, named?: readonly Hex[]): Ranked[] {
    const chosen = new Set(named ? named.map((a) => a.toLowerCase()) : all.slice(0, n).map((r) => r.row.address));
    return all.map(({ row, candidate }) => ({ row, candidate: { ...candidate, chosen: chosen.has(row.address) } }));
  }
  return { ranked, choose, minStake };
}
