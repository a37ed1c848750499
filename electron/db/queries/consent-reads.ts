import type { Hex } from '../../../shared/domain/chain.ts';
import type { EmergencyRow, RecordRow, RightRow, RightStatus, UseRow } from '../../../shared/domain/consent.ts';
import { allowed } from '../../../shared/permissions.ts';
import type { Db } from '../open-database.ts';

type Raw = Record<string, string | number | null>;

const rightRow = (r: Raw) => ({
  id: r.id, owner: r.owner, grantee: r.grantee, category: r.category, operations: r.operations, status: r.status, expiry: r.expiry, epoch: r.epoch, scopeRoot: r.scope_root, askedRoot: r.asked_root, purpose: r.purpose,
  encryptionKey: r.encryption_key, details: r.details, envelope: r.envelope, requestedAt: r.requested_at, decidedAt: r.decided_at, endedAt: r.ended_at, tx: r.tx, block: r.block,
}) as RightRow;
const useRow = (r: Raw) => ({ rightId: r.right_id, owner: r.owner, grantee: r.grantee, operation: r.operation, recordHash: r.record_hash, place: r.place, at: r.at, tx: r.tx, block: r.block, logIndex: r.log_index }) as UseRow;
const recordRow = (r: Raw) => ({
  id: r.id, issuer: r.issuer, patient: r.patient, category: r.category, digest: r.digest, contentHash: r.content_hash, cid: r.cid, sealedKey: r.sealed_key, corrects: r.corrects,
  storedHash: r.stored_hash, issuedAt: r.issued_at, storedAt: r.stored_at, tx: r.tx, block: r.block,
}) as RecordRow;
const emergencyRow = (r: Raw) => ({ accessId: r.access_id, datasetId: r.dataset_id, institution: r.institution, owner: r.owner, reasonHash: r.reason_hash, reason: r.reason, at: r.at, contestedAt: r.contested_at, contestHash: r.contest_hash, tx: r.tx, block: r.block }) as EmergencyRow;

/** Sharing by consent as the event cache has it. Lists are newest first. Addresses may be in any case. */
export function consentReads(db: Db) {
  const one = <T>(sql: string, map: (r: Raw) => T) => { const s = db.prepare(sql); return (key: number): T | undefined => { const r = s.get(key) as Raw | undefined; return r && map(r); }; };
  const by = <T>(sql: string, map: (r: Raw) => T) => { const s = db.prepare(sql); return (key: number | string): T[] => (s.all(key) as Raw[]).map(map); };
  /** For several accounts: by the index for each, as a set of accounts can be of any size. */
  const many = <T>(sql: string, map: (r: Raw) => T) => { const s = db.prepare(sql); return (accounts: Iterable<string>): T[] => (s.all(JSON.stringify([...accounts].map((a) => a.toLowerCase()))) as Raw[]).map(map); };
  const ANY = 'IN (SELECT value FROM json_each(?))';
  const right = one('SELECT * FROM rights WHERE id = ?', rightRow);
  const rightsHeldBy = many(`SELECT * FROM rights WHERE grantee ${ANY} ORDER BY id DESC`, rightRow);
  const emergenciesBy = many(`SELECT * FROM emergencies WHERE institution ${ANY} ORDER BY access_id DESC`, emergencyRow);
  const recordsBy = many(`SELECT * FROM records WHERE issuer ${ANY} ORDER BY id DESC`, recordRow);
  const epoch = db.prepare('SELECT epoch FROM epochs WHERE owner = ?').pluck();
  const roles = db.prepare('SELECT roles FROM participants WHERE address = ?').pluck();
  const readable = db.prepare('SELECT readable FROM emergency_readable WHERE dataset_id = ?').pluck();
  const allReadable = db.prepare("SELECT r.dataset_id FROM emergency_readable r JOIN datasets d ON d.id = r.dataset_id WHERE r.readable = 1 AND d.status NOT IN ('withdrawn', 'rejected') ORDER BY r.dataset_id").pluck();
  const allEmergencies = db.prepare('SELECT * FROM emergencies ORDER BY access_id DESC');
  const correctedBy = db.prepare('SELECT max(id) FROM records WHERE corrects = ? AND issuer = ? AND patient = ?').pluck();
  const rolesThen = db.prepare(`
    SELECT event, details ->> '$.roles' AS roles FROM history WHERE subject = @account AND event IN ('Accredited', 'Suspended')
      AND (block, log_index) < (SELECT block, log_index FROM history WHERE record_id = @record AND event = 'RecordIssued') ORDER BY block, log_index`);
  const registrar = db.prepare('SELECT 1 FROM registrars WHERE address = ?').pluck();
  const registrars = db.prepare('SELECT address FROM registrars ORDER BY since, address').pluck();
  const epochOf = (owner: string) => (epoch.get(owner.toLowerCase()) as number | undefined) ?? 0;
  const rolesOf = (account: string) => (roles.get(account.toLowerCase()) as number | undefined) ?? 0;

  return {
    right,
    rightsOf: many(`SELECT * FROM rights WHERE owner ${ANY} ORDER BY id DESC`, rightRow),
    rightsHeldBy: (grantee: string) => rightsHeldBy([grantee]),
    pendingFor: many(`SELECT * FROM rights WHERE owner ${ANY} AND status = 'pending' ORDER BY id DESC`, rightRow),
    uses: by('SELECT * FROM uses WHERE right_id = ? ORDER BY block DESC, log_index DESC', useRow),
    recordsOf: many(`SELECT * FROM records WHERE patient ${ANY} ORDER BY id DESC`, recordRow),
    recordsBy: (issuer: string) => recordsBy([issuer]),
    record: one('SELECT * FROM records WHERE id = ?', recordRow),
    /** The newest record of the same issuer to the same patient that says it corrects this one. */
    correctedBy: (r: Pick<RecordRow, 'id' | 'issuer' | 'patient'>) => (correctedBy.get(r.id, r.issuer, r.patient) as number | null) ?? undefined,
    /** Accredited roles that the account held when it issued a record: given before, and not taken away. */
    accreditedAtIssue(r: Pick<RecordRow, 'id' | 'issuer'>): number {
      return (rolesThen.all({ account: r.issuer, record: r.id }) as { event: string; roles: number }[]).reduce((held, it) => (it.event === 'Accredited' ? held | it.roles : held & ~it.roles), 0);
    },
    emergency: one('SELECT * FROM emergencies WHERE access_id = ?', emergencyRow),
    emergenciesOf: many(`SELECT * FROM emergencies WHERE owner ${ANY} ORDER BY access_id DESC`, emergencyRow),
    emergenciesBy: (institution: string) => emergenciesBy([institution]),
    emergencies: () => (allEmergencies.all() as Raw[]).map(emergencyRow),
    isEmergencyReadable: (datasetId: number) => readable.get(datasetId) === 1,
    /** Ids of datasets that are marked and still listed. */
    emergencyReadable: () => allReadable.all() as number[],
    epochOf,
    /** All roles of an account now, as bits of `Role`. */
    rolesOf,
    isRegistrar: (account: string) => registrar.get(account.toLowerCase()) === 1,
    registrars: () => registrars.all() as Hex[],
    /** What holds at `now` (Unix seconds), as `isLive` on chain: an approved right ends by time, by a new epoch, or while its grantee may not. */
    statusOf(r: RightRow, now: number): RightStatus {
      if (r.status !== 'approved') return r.status;
      if (r.epoch !== epochOf(r.owner)) return r.expiry < (r.endedAt ?? Infinity) ? 'expired' : 'ended';
      if (now > r.expiry) return 'expired';
      return allowed(rolesOf(r.grantee), r.operations, r.category) ? 'approved' : 'suspended';
    },
  };
}
export type ConsentReads = ReturnType<typeof consentReads>;
