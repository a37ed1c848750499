import type { HealthLinkView } from '../../../shared/api/consent.ts';
import { healthLinkRows, type HealthLinkRow } from '../../db/queries/health-link-rows.ts';
import { openAtRest, openVault } from '../at-rest.ts';
import type { NodeParts } from '../open-parts.ts';

const DAY = 86_400_000;
/** Rows of openings that a link may have; what is older than those is counted without names. */
const MOST_OPENINGS = 200;
/** Readers of one link that are told of on one day: they name themselves as they like. */
const TOLD_A_DAY = 5;
/** Stands for the readers of openings that are counted only. */
const EARLIER = '';

/** What a link is for, and while it lives the secrets that it carries. */
export type LinkSecret = { label: string; /** Null once it has ended. */ token: string | null; key: string | null; direct: boolean; /** What it shows, so that erasing that ends the link. */ recordings: string[]; records: number[]; entries: boolean };

/** The rows of health links with what is sealed in them opened under the wallet. */
export function openHealthLinkStore({ db, wallet }: Pick<NodeParts, 'db' | 'wallet'>) {
  const rows = healthLinkRows(db);
  const vault = openVault(wallet, 'health-links');
  const name = (id: string) => `health-link/${id}`;
  const secretOf = (row: HealthLinkRow): LinkSecret => vault.open(name(row.id), row.sealed);
  const seal = (id: string, secret: LinkSecret): Uint8Array => vault.seal(name(id), secret);
  const sealReader = (id: string, recipient: string): Uint8Array => vault.sealText(`${name(id)}/opening`, recipient);
  const opened = (id: string) => vault.withKey((key) => rows.openings(id).map((o) => ({ ...o, recipient: Buffer.from(openAtRest(key, `${name(id)}/opening`, o.recipient)).toString('utf8') })));
  return {
    rows, secretOf, seal,
    /** Ends a link for good: files, key and token are gone with this. */
    end(row: HealthLinkRow, revokedAt: number | null): void { rows.end(row.id, seal(row.id, { ...secretOf(row), token: null, key: null }), revokedAt); },
    /** @param at Unix milliseconds @returns whether it is news: a reader’s first of the day (UTC), and among the first readers of it */
    addOpening(id: string, at: number, recipient: string): boolean {
      const today = opened(id).filter((o) => Math.floor(o.at / DAY) === Math.floor(at / DAY));
      const before = today.find((o) => o.recipient === recipient);
      if (before) { rows.addAgain(before.id, at); return false; }
      rows.addOpening(id, at, sealReader(id, recipient));
      const over = rows.openings(id)[MOST_OPENINGS - 1];
      if (over && rows.openings(id).length > MOST_OPENINGS) rows.foldOpenings(id, over, sealReader(id, EARLIER));
      return today.length < TOLD_A_DAY;
    },
    /** Newest first, and how often it was opened in all. */
    openings(id: string): Pick<HealthLinkView, 'opened' | 'times'> {
      const all = opened(id);
      return {
        opened: all.filter((o) => o.recipient !== EARLIER).map(({ at, recipient, times }) => ({ at, recipient, times })).sort((a, z) => z.at - a.at),
        times: all.reduce((n, o) => n + o.times, 0),
      };
    },
  };
}
export type HealthLinkStore = ReturnType<typeof openHealthLinkStore>;
