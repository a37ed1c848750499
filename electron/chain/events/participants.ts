import { big, hex, num, text, type EventHandlers, type EventTools } from './tools.ts';

/** Who takes part, in which roles, with which stake and earnings. */
export function participantEvents({ prepare, note }: EventTools): EventHandlers {
  const ensurePerson = prepare(`INSERT OR IGNORE INTO participants VALUES (?, 0, 0, '0x${'0'.repeat(64)}', '', '0', '0', '0')`);
  const person = prepare('SELECT stake, earnings, compensation, roles FROM participants WHERE address = ?');
  const setAmounts = prepare('UPDATE participants SET stake = ?, earnings = ?, compensation = ? WHERE address = ?');
  const setRoles = prepare('UPDATE participants SET roles = ? WHERE address = ?');
  const register = prepare('INSERT INTO participants VALUES (?, ?, ?, ?, ?, \'0\', \'0\', \'0\') ON CONFLICT (address) DO UPDATE SET id = excluded.id, roles = excluded.roles, encryption_key = excluded.encryption_key, endpoint = excluded.endpoint');
  const setEndpoint = prepare('UPDATE participants SET endpoint = ? WHERE address = ?');
  type Person = { stake: string; earnings: string; compensation: string; roles: number };
  const change = (address: string, change: (p: { stake: bigint; earnings: bigint; compensation: bigint }) => void) => {
    ensurePerson.run(address);
    const row = person.get(address) as Person;
    const p = { stake: BigInt(row.stake), earnings: BigInt(row.earnings), compensation: BigInt(row.compensation) };
    change(p);
    setAmounts.run(p.stake.toString(), p.earnings.toString(), p.compensation.toString(), address);
  };
  const roles = (address: string) => (person.get(address) as Person | undefined)?.roles ?? 0;
  return {
    Registered(e, a) { register.run(hex(a.account), num(a.id), num(a.roles), hex(a.encryptionKey), text(a.endpoint)); note(e, { actor: hex(a.account) }); },
    EndpointChanged(e, a) { setEndpoint.run(text(a.endpoint), hex(a.account)); note(e, { actor: hex(a.account) }); },
    Accredited(e, a) { ensurePerson.run(hex(a.account)); setRoles.run(roles(hex(a.account)) | num(a.roles), hex(a.account)); note(e, { subject: hex(a.account), details: { roles: num(a.roles) } }); },
    Suspended(e, a) { setRoles.run(roles(hex(a.account)) & ~num(a.roles), hex(a.account)); note(e, { subject: hex(a.account), details: { roles: num(a.roles) } }); },
    StakeAdded(e, a) { change(hex(a.account), (p) => { p.stake = big(a.stake); }); note(e, { actor: hex(a.account), details: { wei: text(a.amount) } }); },
    UnstakeRequested(e, a) { note(e, { actor: hex(a.account), details: { wei: text(a.amount), availableAt: num(a.availableAt) } }); },
    StakeWithdrawn(e, a) { change(hex(a.account), (p) => { p.stake = big(a.stake); }); note(e, { actor: hex(a.account), details: { wei: text(a.amount) } }); },
    Slashed(e, a) {
      change(hex(a.keeper), (p) => { p.stake = big(a.stake); });
      change(hex(a.to), (p) => { p.compensation += big(a.amount); });
      note(e, { actor: hex(a.keeper), subject: hex(a.to), details: { wei: text(a.amount) } });
    },
    CompensationWithdrawn(e, a) { change(hex(a.account), (p) => { p.compensation -= big(a.amount); }); note(e, { actor: hex(a.account), details: { wei: text(a.amount) } }); },
    EarningsCredited(e, a) { change(hex(a.account), (p) => { p.earnings += big(a.amount); }); note(e, { subject: hex(a.account), amount: big(a.amount) }); },
    EarningsWithdrawn(e, a) { change(hex(a.account), (p) => { p.earnings -= big(a.amount); }); note(e, { actor: hex(a.account), amount: big(a.amount) }); },
  };
}
