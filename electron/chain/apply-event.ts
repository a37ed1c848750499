import { CID } from 'multiformats/cid';
import type { Db } from '../db/open-database.ts';

/** One decoded event of our contracts with its place on the chain. */
export type ChainEvent = { name: string; args: Record<string, unknown>; block: number; at: number; tx: string; logIndex: number };

const KINDS = ['none', 'purchase', 'validation', 'grant', 'emergency'];
const ZERO = `0x${'0'.repeat(40)}`;

const num = (v: unknown): number => Number(v as bigint);
const big = (v: unknown): bigint => BigInt(v as bigint);
const text = (v: unknown): string => String(v);
const addr = (v: unknown): string => String(v).toLowerCase();
const word = (v: unknown): string => `0x${big(v).toString(16).padStart(64, '0')}`;

/** Text of a CID; bytes that are none become their hex, which no store will find: a stranger's event must not stop us. */
function cidText(bytes: unknown): string {
  try { return CID.decode(Buffer.from(String(bytes).slice(2), 'hex')).toString(); } catch { return String(bytes); }
}

/**
 * Applies events to the tables of the event cache. Statements are prepared once; the caller holds the transaction.
 * Unknown events are passed over: a newer contract may say more.
 */
export function createEventApplier(db: Db): (event: ChainEvent) => void {
  const prepare = (sql: string) => db.prepare(sql);
  const history = prepare('INSERT INTO history (block, log_index, at, tx, event, dataset_id, access_id, actor, subject, amount, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const note = (e: ChainEvent, it: { dataset?: number | null; access?: number | null; actor?: string | null; subject?: string | null; amount?: bigint | null; details?: Record<string, string | number> }) => {
    history.run(e.block, e.logIndex, e.at, e.tx, e.name, it.dataset ?? null, it.access ?? null, it.actor ?? null, it.subject ?? null, it.amount?.toString() ?? null, JSON.stringify(it.details ?? {}));
  };
  const ensurePerson = prepare(`INSERT OR IGNORE INTO participants VALUES (?, 0, 0, '0x${'0'.repeat(64)}', '', '0', '0', '0')`);
  const person = prepare('SELECT stake, earnings, compensation, roles FROM participants WHERE address = ?');
  const setAmounts = prepare('UPDATE participants SET stake = ?, earnings = ?, compensation = ? WHERE address = ?');
  const setRoles = prepare('UPDATE participants SET roles = ? WHERE address = ?');
  type Person = { stake: string; earnings: string; compensation: string; roles: number };
  const change = (address: string, change: (p: { stake: bigint; earnings: bigint; compensation: bigint }) => void) => {
    ensurePerson.run(address);
    const row = person.get(address) as Person;
    const p = { stake: BigInt(row.stake), earnings: BigInt(row.earnings), compensation: BigInt(row.compensation) };
    change(p);
    setAmounts.run(p.stake.toString(), p.earnings.toString(), p.compensation.toString(), address);
  };
  const roles = (address: string) => (person.get(address) as Person | undefined)?.roles ?? 0;
  const balance = prepare('SELECT amount FROM balances WHERE address = ?').pluck();
  const setBalance = prepare('INSERT INTO balances VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET amount = excluded.amount');
  const move = (address: string, by: bigint) => { if (address !== ZERO) setBalance.run(address, (BigInt((balance.get(address) as string | undefined) ?? '0') + by).toString()); };
  const register = prepare('INSERT INTO participants VALUES (?, ?, ?, ?, ?, \'0\', \'0\', \'0\') ON CONFLICT (address) DO UPDATE SET id = excluded.id, roles = excluded.roles, encryption_key = excluded.encryption_key, endpoint = excluded.endpoint');
  const setEndpoint = prepare('UPDATE participants SET endpoint = ? WHERE address = ?');
  const addDataset = prepare("INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, 'published', 0, ?, NULL, NULL, NULL, ?, ?)");
  const addSeat = prepare("INSERT INTO seats VALUES (?, ?, ?, ?, 'named')");
  const setSeat = prepare('UPDATE seats SET status = ? WHERE dataset_id = ? AND seat = ?');
  const countSeats = prepare("UPDATE datasets SET accepted_seats = (SELECT count(*) FROM seats WHERE dataset_id = @id AND status = 'accepted') WHERE id = @id");
  const setPrice = prepare('UPDATE datasets SET price = ?, version = ? WHERE id = ?');
  const judge = prepare('UPDATE datasets SET status = ?, validator = ?, score = ?, report_hash = ? WHERE id = ?');
  const setDataset = prepare('UPDATE datasets SET status = ? WHERE id = ?');
  const addAccess = prepare("INSERT INTO accesses VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)");
  const setAccess = prepare('UPDATE accesses SET status = ? WHERE id = ?');
  const setChallenge = prepare('UPDATE accesses SET challenge_end = ? WHERE id = ?');
  const reopen = prepare('UPDATE accesses SET challenge_end = NULL, deadline = ? WHERE id = ?');
  const datasetOf = prepare('SELECT dataset_id, grantee FROM accesses WHERE id = ?');
  const addRelease = prepare("INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, 'standing', ?)");
  const dispute = prepare("UPDATE releases SET status = 'disputed' WHERE access_id = ? AND seat = ?");
  const ownerOf = prepare('SELECT owner FROM datasets WHERE id = ?').pluck();
  const owner = (dataset: number) => (ownerOf.get(dataset) as string | undefined) ?? null;
  const accessOf = (id: number) => (datasetOf.get(id) as { dataset_id: number; grantee: string } | undefined) ?? { dataset_id: 0, grantee: null };

  const handlers: Record<string, (e: ChainEvent, a: Record<string, unknown>) => void> = {
    Transfer(e, a) {
      const [from, to, value] = [addr(a.from), addr(a.to), big(a.value)];
      move(from, -value);
      move(to, value);
      note(e, { actor: from === ZERO ? null : from, subject: to, amount: value });
    },
    Registered(e, a) { register.run(addr(a.account), num(a.id), num(a.roles), text(a.encryptionKey).toLowerCase(), text(a.endpoint)); note(e, { actor: addr(a.account) }); },
    EndpointChanged(e, a) { setEndpoint.run(text(a.endpoint), addr(a.account)); note(e, { actor: addr(a.account) }); },
    Accredited(e, a) { ensurePerson.run(addr(a.account)); setRoles.run(roles(addr(a.account)) | num(a.roles), addr(a.account)); note(e, { subject: addr(a.account), details: { roles: num(a.roles) } }); },
    Suspended(e, a) { setRoles.run(roles(addr(a.account)) & ~num(a.roles), addr(a.account)); note(e, { subject: addr(a.account), details: { roles: num(a.roles) } }); },
    StakeAdded(e, a) { change(addr(a.account), (p) => { p.stake = big(a.stake); }); note(e, { actor: addr(a.account), details: { wei: text(a.amount) } }); },
    UnstakeRequested(e, a) { note(e, { actor: addr(a.account), details: { wei: text(a.amount), availableAt: num(a.availableAt) } }); },
    StakeWithdrawn(e, a) { change(addr(a.account), (p) => { p.stake = big(a.stake); }); note(e, { actor: addr(a.account), details: { wei: text(a.amount) } }); },
    Slashed(e, a) {
      change(addr(a.keeper), (p) => { p.stake = big(a.stake); });
      change(addr(a.to), (p) => { p.compensation += big(a.amount); });
      note(e, { actor: addr(a.keeper), subject: addr(a.to), details: { wei: text(a.amount) } });
    },
    CompensationWithdrawn(e, a) { change(addr(a.account), (p) => { p.compensation -= big(a.amount); }); note(e, { actor: addr(a.account), details: { wei: text(a.amount) } }); },
    EarningsCredited(e, a) { change(addr(a.account), (p) => { p.earnings += big(a.amount); }); note(e, { subject: addr(a.account), amount: big(a.amount) }); },
    EarningsWithdrawn(e, a) { change(addr(a.account), (p) => { p.earnings -= big(a.amount); }); note(e, { actor: addr(a.account), amount: big(a.amount) }); },
    DatasetPublished(e, a) {
      const id = num(a.datasetId);
      const keepers = a.keepers as unknown[];
      const commitments = a.commitments as unknown[];
      addDataset.run(id, addr(a.owner), text(a.contentHash), text(a.recordRoot), text(a.nonce), cidText(a.cid), big(a.price).toString(), num(a.keepersBps), num(a.validatorBps), num(a.threshold), keepers.length, e.block, e.at);
      keepers.forEach((keeper, i) => addSeat.run(id, i, addr(keeper), text(commitments[i])));
      note(e, { dataset: id, actor: addr(a.owner), details: { price: text(a.price) } });
    },
    SeatAccepted(e, a) { setSeat.run('accepted', num(a.datasetId), num(a.index)); countSeats.run({ id: num(a.datasetId) }); note(e, { dataset: num(a.datasetId), actor: addr(a.keeper), subject: owner(num(a.datasetId)), details: { seat: num(a.index) } }); },
    SeatResigned(e, a) { setSeat.run('resigned', num(a.datasetId), num(a.index)); countSeats.run({ id: num(a.datasetId) }); note(e, { dataset: num(a.datasetId), actor: addr(a.keeper), subject: owner(num(a.datasetId)), details: { seat: num(a.index) } }); },
    PriceChanged(e, a) { setPrice.run(big(a.price).toString(), num(a.version), num(a.datasetId)); note(e, { dataset: num(a.datasetId), actor: owner(num(a.datasetId)), details: { price: text(a.price), version: num(a.version) } }); },
    DatasetCertified(e, a) { judge.run('certified', addr(a.validator), num(a.score), text(a.reportHash), num(a.datasetId)); note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: addr(a.validator), subject: owner(num(a.datasetId)), amount: big(a.reward), details: { score: num(a.score) } }); },
    DatasetRejected(e, a) { judge.run('rejected', addr(a.validator), num(a.score), text(a.reportHash), num(a.datasetId)); note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: addr(a.validator), subject: owner(num(a.datasetId)), details: { score: num(a.score) } }); },
    DatasetWithdrawn(e, a) { setDataset.run('withdrawn', num(a.datasetId)); note(e, { dataset: num(a.datasetId), actor: owner(num(a.datasetId)) }); },
    ShareDestroyed(e, a) { setSeat.run('destroyed', num(a.datasetId), num(a.index)); countSeats.run({ id: num(a.datasetId) }); note(e, { dataset: num(a.datasetId), actor: addr(a.keeper), subject: owner(num(a.datasetId)), details: { seat: num(a.index) } }); },
    AccessOpened(e, a) {
      addAccess.run(num(a.accessId), num(a.datasetId), addr(a.grantee), KINDS[num(a.kind)] ?? 'none', word(a.px), word(a.py), num(a.version), big(a.price).toString(), num(a.deadline), num(a.seats), text(a.purpose), e.block, e.at);
      note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: addr(a.grantee), subject: owner(num(a.datasetId)), amount: big(a.price), details: { kind: KINDS[num(a.kind)] ?? 'none' } });
    },
    ShareReleased(e, a) {
      addRelease.run(num(a.accessId), num(a.index), addr(a.keeper), word(a.ex), word(a.ey), text(a.ct), e.block);
      const it = accessOf(num(a.accessId));
      note(e, { dataset: it.dataset_id, access: num(a.accessId), actor: addr(a.keeper), subject: it.grantee, details: { seat: num(a.index) } });
    },
    AccessReady(e, a) { setChallenge.run(num(a.challengeEnd), num(a.accessId)); const it = accessOf(num(a.accessId)); note(e, { dataset: it.dataset_id, access: num(a.accessId), subject: it.grantee }); },
    ReleaseDisputed(e, a) {
      dispute.run(num(a.accessId), num(a.index));
      reopen.run(num(a.deadline), num(a.accessId));
      const it = accessOf(num(a.accessId));
      note(e, { dataset: it.dataset_id, access: num(a.accessId), actor: addr(a.keeper), subject: it.grantee, details: { seat: num(a.index) } });
    },
    AccessSettled(e, a) {
      setAccess.run('settled', num(a.accessId));
      const it = accessOf(num(a.accessId));
      note(e, { dataset: it.dataset_id, access: num(a.accessId), actor: it.grantee, subject: owner(it.dataset_id), amount: big(a.toOwner) + big(a.toKeepers) + big(a.toValidator), details: { toOwner: text(a.toOwner), toKeepers: text(a.toKeepers), toValidator: text(a.toValidator) } });
    },
    AccessRefunded(e, a) { setAccess.run('refunded', num(a.accessId)); const it = accessOf(num(a.accessId)); note(e, { dataset: it.dataset_id, access: num(a.accessId), subject: it.grantee, amount: big(a.amount) }); },
    AccessClosed(e, a) { setAccess.run('closed', num(a.accessId)); const it = accessOf(num(a.accessId)); note(e, { dataset: it.dataset_id, access: num(a.accessId), subject: it.grantee }); },
  };
  return (event) => { handlers[event.name]?.(event, event.args); };
}
