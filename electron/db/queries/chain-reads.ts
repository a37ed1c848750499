import type { AccessRow, AccessKind, AccessStatus, DatasetRow, DatasetStatus, Hex, HistoryRow, ParticipantRow, ReleaseRow, SeatRow } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

type Raw = Record<string, string | number | null>;
const hex = (v: unknown) => v as Hex;

const participantOf = (r: Raw): ParticipantRow => ({ address: hex(r.address), id: r.id as number, roles: r.roles as number, encryptionKey: hex(r.encryption_key), endpoint: r.endpoint as string, stake: BigInt(r.stake!), earnings: BigInt(r.earnings!), compensation: BigInt(r.compensation!) });
const seatOf = (r: Raw): SeatRow => ({ datasetId: r.dataset_id as number, index: r.seat as number, keeper: hex(r.keeper), commitment: hex(r.commitment), status: r.status as SeatRow['status'] });
const datasetOf = (r: Raw): DatasetRow => ({
  id: r.id as number, owner: hex(r.owner), contentHash: hex(r.content_hash), recordRoot: hex(r.record_root), nonce: hex(r.nonce), cid: r.cid as string, price: BigInt(r.price!), version: r.version as number,
  keepersBps: r.keepers_bps as number, validatorBps: r.validator_bps as number, threshold: r.threshold as number, status: r.status as DatasetStatus, acceptedSeats: r.accepted_seats as number, seats: r.seats as number,
  validator: r.validator as Hex | null, score: r.score as number | null, reportHash: r.report_hash as Hex | null, publishedBlock: r.published_block as number, publishedAt: r.published_at as number,
});
const accessOf = (r: Raw): AccessRow => ({
  id: r.id as number, datasetId: r.dataset_id as number, grantee: hex(r.grantee), kind: r.kind as AccessKind, status: r.status as AccessStatus, px: hex(r.px), py: hex(r.py), version: r.version as number, price: BigInt(r.price!),
  deadline: r.deadline as number, challengeEnd: r.challenge_end as number | null, seatedBits: r.seated_bits as number, purpose: hex(r.purpose), openedBlock: r.opened_block as number, openedAt: r.opened_at as number,
});
const releaseOf = (r: Raw): ReleaseRow => ({ accessId: r.access_id as number, index: r.seat as number, keeper: hex(r.keeper), ex: hex(r.ex), ey: hex(r.ey), ct: hex(r.ct), status: r.status as ReleaseRow['status'], block: r.block as number });
const historyOf = (r: Raw): HistoryRow => ({
  block: r.block as number, logIndex: r.log_index as number, at: r.at as number, tx: hex(r.tx), event: r.event as string, datasetId: r.dataset_id as number | null, accessId: r.access_id as number | null,
  actor: r.actor as Hex | null, subject: r.subject as Hex | null, amount: r.amount === null ? null : BigInt(r.amount!), details: JSON.parse(r.details as string) as HistoryRow['details'],
});

const lower = (address: string) => address.toLowerCase();

/** The event cache as the rest of the app reads it. Addresses are lower-case. */
export function chainReads(db: Db) {
  const one = <T>(sql: string, map: (r: Raw) => T) => { const s = db.prepare(sql); return (...args: unknown[]): T | undefined => { const r = s.get(...args) as Raw | undefined; return r && map(r); }; };
  const many = <T>(sql: string, map: (r: Raw) => T) => { const s = db.prepare(sql); return (...args: unknown[]): T[] => (s.all(...args) as Raw[]).map(map); };
  const dataset = one('SELECT * FROM datasets WHERE id = ?', datasetOf);
  const datasetsByStatus = many('SELECT * FROM datasets WHERE status = ? ORDER BY id', datasetOf);
  const datasetsOf = many('SELECT * FROM datasets WHERE owner = ? ORDER BY id', datasetOf);
  const seats = many('SELECT * FROM seats WHERE dataset_id = ? ORDER BY seat', seatOf);
  const seatsOf = many('SELECT * FROM seats WHERE keeper = ? ORDER BY dataset_id, seat', seatOf);
  const access = one('SELECT * FROM accesses WHERE id = ?', accessOf);
  const accessesOf = many('SELECT * FROM accesses WHERE grantee = ? ORDER BY id', accessOf);
  const openAccesses = many("SELECT * FROM accesses WHERE status = 'open' ORDER BY id", accessOf);
  const releases = many('SELECT * FROM releases WHERE access_id = ? ORDER BY block, seat', releaseOf);
  const participant = one('SELECT * FROM participants WHERE address = ?', participantOf);
  const participantsByRole = many('SELECT * FROM participants WHERE roles & ? <> 0 ORDER BY address', participantOf);
  const balance = db.prepare('SELECT amount FROM balances WHERE address = ?').pluck();
  const head = db.prepare('SELECT number FROM cursor').pluck();
  const history = db.prepare(`
    SELECT * FROM history WHERE (@dataset IS NULL OR dataset_id = @dataset)
      AND (@accounts IS NULL OR actor IN (SELECT value FROM json_each(@accounts)) OR subject IN (SELECT value FROM json_each(@accounts))
        OR dataset_id IN (SELECT id FROM datasets WHERE owner IN (SELECT value FROM json_each(@accounts))))
    ORDER BY block DESC, log_index DESC LIMIT @limit`);
  return {
    dataset,
    datasetsByStatus: (status: DatasetStatus) => datasetsByStatus(status),
    datasetsOf: (owner: Hex) => datasetsOf(lower(owner)),
    seats, seatsOf: (keeper: Hex) => seatsOf(lower(keeper)),
    access, accessesOf: (grantee: Hex) => accessesOf(lower(grantee)), openAccesses: () => openAccesses(),
    releases,
    participant: (address: Hex) => participant(lower(address)),
    participantsByRole: (role: number) => participantsByRole(role),
    balanceOf: (address: Hex) => BigInt((balance.get(lower(address)) as string | undefined) ?? '0'),
    /** Newest block that has been applied; −1 before the first. */
    head: () => (head.get() as number | undefined) ?? -1,
    /** What happened to one or several accounts and their data, newest first. */
    history: ({ account, datasetId, limit = 100 }: { account?: Hex | readonly Hex[]; datasetId?: number; limit?: number }) =>
      (history.all({ accounts: account ? JSON.stringify([account].flat().map(lower)) : null, dataset: datasetId ?? null, limit }) as Raw[]).map(historyOf),
  };
}
export type ChainReads = ReturnType<typeof chainReads>;
