import type { HealthLinkView } from '../../../shared/api/consent.ts';
import { healthLinkRows, type HealthLinkRow } from '../../db/queries/health-link-rows.ts';
import { openAtRest, sealAtRest } from '../at-rest.ts';
import type { NodeParts } from '../node.ts';

/** What a link is for, and while it lives the secrets that it carries. */
export type LinkSecret = { label: string; /** Null once it has ended. */ token: string | null; key: string | null; direct: boolean; /** What it shows, so that erasing that ends the link. */ recordings: string[]; records: number[]; entries: boolean };

/** The rows of health links with what is sealed in them opened under the wallet. */
export function openHealthLinkStore({ db, wallet }: Pick<NodeParts, 'db' | 'wallet'>) {
  const rows = healthLinkRows(db);
  const withKey = <T>(use: (key: Uint8Array) => T): T => { const key = wallet.storageKey('health-links'); try { return use(key); } finally { key.fill(0); } };
  const name = (id: string) => `health-link/${id}`;
  const secretOf = (row: HealthLinkRow): LinkSecret => withKey((key) => JSON.parse(Buffer.from(openAtRest(key, name(row.id), row.sealed)).toString('utf8')) as LinkSecret);
  const seal = (id: string, secret: LinkSecret): Uint8Array => withKey((key) => sealAtRest(key, name(id), Buffer.from(JSON.stringify(secret), 'utf8')));
  return {
    rows, secretOf, seal,
    /** Ends a link for good: files, key and token are gone with this. */
    end(row: HealthLinkRow, revokedAt: number | null): void { rows.end(row.id, seal(row.id, { ...secretOf(row), token: null, key: null }), revokedAt); },
    addOpening(id: string, at: number, recipient: string): void { rows.addOpening(id, at, withKey((key) => sealAtRest(key, `${name(id)}/opening`, Buffer.from(recipient, 'utf8')))); },
    openings: (id: string): HealthLinkView['opened'] => withKey((key) => rows.openings(id).map((o) => ({ at: o.at, recipient: Buffer.from(openAtRest(key, `${name(id)}/opening`, o.recipient)).toString('utf8') }))),
  };
}
export type HealthLinkStore = ReturnType<typeof openHealthLinkStore>;
