import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ClientName, RestScope, TokenIn, type TokenView } from '../../../shared/api/rest.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Db } from '../../db/open-database.ts';
import { apiTokens, type CallRow, type TokenRow } from '../../db/queries/api-tokens.ts';

/** `phdex_` ‖ 12 hexadecimal digits that name it ‖ `_` ‖ 32 random bytes in base64url. */
const FORM = /^phdex_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const DAY_MS = 86_400_000;
/** Stands in where there is no such token, so that the work is the same. */
const NOBODY = Buffer.alloc(32);

export type RestToken = { id: string; name: string; scopes: RestScope[]; expiresAt: number };
export type RestAccess = {
  /** @returns the token; null for one that is unknown, expired or revoked */
  check(bearer: string): RestToken | null;
  /** A line of the trace. @returns its id */
  note(call: Omit<CallRow, 'id'>): number;
};
export type RestTokens = {
  /** The token is shown this once: only its hash is kept. */
  create(input: { name: string; scopes: string[]; days: number }): { token: string; view: TokenView };
  list(): TokenView[];
  /** Works at once, also for a service that runs. @throws AppError `invalid-argument` */
  revoke(id: string): void;
  calls(limit: number): CallRow[];
};

/** A token has 256 random bits: a plain hash of it cannot be searched, and needs no salt. */
const hashOf = (token: string) => createHash('sha256').update(token).digest();

export function restAccess(db: Db, now: () => number = Date.now): RestAccess {
  const rows = apiTokens(db);
  return {
    check(bearer) {
      const id = FORM.exec(bearer)?.[1];
      // Read anew for each call: what `phdex token revoke` says in another process holds for the next one.
      const row = id === undefined ? undefined : rows.byId(id);
      const same = timingSafeEqual(hashOf(bearer), row?.hash ?? NOBODY);
      if (!row || !same || row.revokedAt !== null || row.expiresAt <= now()) return null;
      return { id: row.id, name: row.name, scopes: scopesOf(row), expiresAt: row.expiresAt };
    },
    note: (call) => rows.addCall(call),
  };
}

export function restTokens(db: Db, now: () => number = Date.now): RestTokens {
  const rows = apiTokens(db);
  return {
    create(input) {
      const parsed = TokenIn.safeParse({ ...input, scopes: [...new Set(input.scopes)] });
      if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new AppError('invalid-argument', `${issue.path.join('.') || 'The token'}: ${issue.message}.`, { hint: `Scopes are ${RestScope.options.join(', ')}.` }); }
      const { name, scopes, days } = parsed.data;
      const id = randomBytes(6).toString('hex');
      const token = `phdex_${id}_${randomBytes(32).toString('base64url')}`;
      const row = { id, name: ClientName.parse(name), hash: hashOf(token), scopes: JSON.stringify(scopes), createdAt: now(), expiresAt: now() + days * DAY_MS };
      rows.insert(row);
      return { token, view: { ...viewOf({ ...row, revokedAt: null }), usedAt: null } };
    },
    list: () => rows.list().map((row) => ({ ...viewOf(row), usedAt: row.usedAt })),
    revoke(id) {
      const known = rows.byId(id);
      if (!known) throw new AppError('invalid-argument', `There is no token ${id.slice(0, 40)}.`, { hint: '`phdex token list` shows those of this profile.' });
      rows.revoke(id, now());
    },
    calls: (limit) => rows.calls(limit),
  };
}

const scopesOf = (row: TokenRow) => (JSON.parse(row.scopes) as string[]).filter((s): s is RestScope => RestScope.safeParse(s).success);
const viewOf = (row: TokenRow) => ({ id: row.id, name: row.name, scopes: scopesOf(row), createdAt: row.createdAt, expiresAt: row.expiresAt, revokedAt: row.revokedAt });
