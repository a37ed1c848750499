import type { PartyView } from '../../../shared/api/consent.ts';
import { Role, type Hex, type RoleName } from '../../../shared/domain/chain.ts';
import type { Db } from '../../db/open-database.ts';

/** Roles that a registrar gives. */
export const ACCREDITED = Role.validator | Role.provider | Role.insurer | Role.researcher | Role.agency | Role.institution;

/** Accounts as an owner sees them: roles by the chain, names by whoever knows one. */
export function partyViews(db: Db, nameOf: (address: Hex) => string | null = () => null): (address: Hex) => PartyView {
  const rolesOf = db.prepare('SELECT roles FROM participants WHERE address = ?').pluck();
  const taken = db.prepare("SELECT details ->> '$.roles' FROM history WHERE subject = ? AND event = 'Suspended'").pluck();
  return (address) => {
    const roles = (rolesOf.get(address) as number | undefined) ?? 0;
    // A role that was taken and not given again.
    const lost = (taken.all(address) as number[]).reduce((all, r) => all | r, 0) & ~roles & ACCREDITED;
    return {
      address, name: nameOf(address), roles: (Object.keys(Role) as RoleName[]).filter((name) => (roles & Role[name]) !== 0),
      accredited: (roles & ACCREDITED) !== 0, suspended: lost !== 0,
    };
  };
}
