import { hex, num, type EventHandlers, type EventTools } from './tools.ts';

/** The role of the AccessManager that accredits and suspends; see deploy.ts and contracts/DEPLOY.md. */
export const REGISTRAR_ROLE = 1;

/** Who holds the registrar's role. What else the AccessManager says concerns nobody's data. */
export function registrarEvents({ prepare }: EventTools): EventHandlers {
  const add = prepare('INSERT OR IGNORE INTO registrars VALUES (?, ?)');
  const remove = prepare('DELETE FROM registrars WHERE address = ?');
  return {
    RoleGranted(_e, a) { if (num(a.roleId) === REGISTRAR_ROLE) add.run(hex(a.account), num(a.since)); },
    RoleRevoked(_e, a) { if (num(a.roleId) === REGISTRAR_ROLE) remove.run(hex(a.account)); },
  };
}
