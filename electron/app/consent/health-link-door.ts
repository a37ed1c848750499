import { createHash } from 'node:crypto';
import { isPasscode, newToken, tokenHash } from '../../consent/clinical/health-link.ts';
import type { HealthLinkFile, HealthLinkRow } from '../../db/queries/health-link-rows.ts';
import type { HealthLinkStore } from './health-link-store.ts';

export type ManifestRequest = { recipient: string; passcode?: string; embeddedLengthMax?: number };
export type ManifestAnswer =
  /** Unknown, expired, revoked or locked: a stranger cannot tell which. */
  | { kind: 'gone' } | { kind: 'busy' } | { kind: 'passcode'; remainingAttempts: number }
  | { kind: 'files'; files: ({ contentType: string; embedded: string } | { contentType: string; ticket: string })[] };

/** What the HTTP server of health links may do; nothing else of the profile is behind it. */
export type HealthLinkDoor = {
  /** Whether any link can be opened now: else nothing needs to listen. */
  live(): boolean;
  manifest(token: string, request: ManifestRequest): Promise<ManifestAnswer>;
  /** A file by a ticket of a manifest: once, within five minutes, and not after the link has ended. */
  file(ticket: string): HealthLinkFile | null;
  /** The only file of a link with flag U. */
  direct(token: string, recipient: string): HealthLinkFile | 'busy' | null;
};

const TICKET_MS = 5 * 60_000;
const MOST_TICKETS = 2000;
/** Openings of one link a minute, right ones and wrong ones. */
const PER_MINUTE = 30;
/** Passcodes that are derived at once: each takes 32 MB. */
const MOST_DERIVING = 4;

export function createHealthLinkDoor(deps: { store: HealthLinkStore; now(): number; /** @param news whether it is worth telling: not each of many */ onOpened(row: HealthLinkRow, recipient: string, news: boolean): void; onLocked(row: HealthLinkRow): void }): HealthLinkDoor {
  const { store, now } = deps;
  const tickets = new Map<string, { linkId: string; index: number; until: number }>();
  const recent = new Map<string, number[]>();
  let deriving = 0;

  const isLive = (row: HealthLinkRow | undefined): row is HealthLinkRow => row !== undefined && row.revokedAt === null && row.expiresAt > now() && row.attemptsLeft > 0;
  const find = (token: string): HealthLinkRow | null => { const row = store.rows.byToken(tokenHash(token)); return isLive(row) ? row : null; };

  function tooOften(id: string): boolean {
    const since = now() - 60_000;
    const times = (recent.get(id) ?? []).filter((t) => t > since);
    if (times.length >= PER_MINUTE) return true;
    times.push(now());
    recent.set(id, times);
    return false;
  }
  function ticketFor(linkId: string, index: number): string {
    for (const [key, t] of tickets) if (t.until < now() || tickets.size >= MOST_TICKETS) tickets.delete(key);
    const ticket = newToken();
    tickets.set(createHash('sha256').update(ticket).digest('hex'), { linkId, index, until: now() + TICKET_MS });
    return ticket;
  }
  function opened(row: HealthLinkRow, recipient: string): void {
    deps.onOpened(row, recipient, store.addOpening(row.id, now(), recipient));
  }

  /** @returns null where it may pass */
  async function check(row: HealthLinkRow, passcode: string | undefined): Promise<ManifestAnswer | null> {
    if (row.passcode === null) return null;
    if (deriving >= MOST_DERIVING) return { kind: 'busy' };
    // Taken before it is looked at: requests that come together cannot try more often than they may.
    const left = store.rows.takeAttempt(row.id);
    if (left === null) return { kind: 'gone' };
    deriving++;
    let right = false;
    try { right = passcode !== undefined && await isPasscode(passcode, row.passcode); } finally { deriving--; }
    if (right) { store.rows.giveAttemptBack(row.id); return null; }
    if (left === 0) { const now_ = store.rows.get(row.id); if (now_ && now_.attemptsLeft === 0) { store.end(now_, null); deps.onLocked(now_); } }
    return { kind: 'passcode', remainingAttempts: left };
  }

  return {
    live: () => store.rows.list().some(isLive),
    async manifest(token, { recipient, passcode, embeddedLengthMax }) {
      const row = find(token);
      if (!row) return { kind: 'gone' };
      if (tooOften(row.id)) return { kind: 'busy' };
      const refused = await check(row, passcode);
      if (refused) return refused;
      // It may have been taken back meanwhile.
      if (!find(token)) return { kind: 'gone' };
      opened(row, recipient);
      return {
        kind: 'files',
        files: store.rows.files(row.id).map((f, i) => (f.jwe.length <= (embeddedLengthMax ?? 0) ? { contentType: f.contentType, embedded: f.jwe } : { contentType: f.contentType, ticket: ticketFor(row.id, i) })),
      };
    },
    file(ticket) {
      const hash = createHash('sha256').update(ticket).digest('hex');
      const it = tickets.get(hash);
      tickets.delete(hash);
      if (!it || it.until < now() || !isLive(store.rows.get(it.linkId))) return null;
      return store.rows.files(it.linkId)[it.index] ?? null;
    },
    direct(token, recipient) {
      const row = find(token);
      if (!row || row.passcode !== null || !store.secretOf(row).direct) return null;
      if (tooOften(row.id)) return 'busy';
      opened(row, recipient);
      return store.rows.files(row.id)[0] ?? null;
    },
  };
}
