import { Role } from './domain/chain.ts';

/** Rows of contracts/src/libraries/Permissions.sol: four bits a category, lowest first (health, history, insurance). */
const ROWS: readonly (readonly [role: number, row: number])[] = [
  [Role.institution, 0x1f9], [Role.provider, 0x179], [Role.insurer, 0x711], [Role.researcher, 0x011], [Role.agency, 0x011], [Role.customer, 0x001],
];
const CATEGORY_COUNT = 3;

/**
 * Whether an account with `roles` may do every operation of the set `operations` with `category`; one role must allow
 * them all. The contract's table, which decides; a test holds this one against it.
 * @param operations bits of `Operation`; @param category index into `CATEGORIES`
 */
export function allowed(roles: number, operations: number, category: number): boolean {
  if (operations === 0 || category >= CATEGORY_COUNT) return false;
  return ROWS.some(([role, row]) => (roles & role) !== 0 && (operations & ~((row >> (4 * category)) & 0xf)) === 0);
}
