import { randomUUID } from 'node:crypto';
import type { HealthLinkIn, HealthLinkView } from '../../../shared/api/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { encodeLink, hashPasscode, newKey, newToken, sealFile, tokenHash, type LinkPayload } from '../../consent/clinical/health-link.ts';
import { ipsBundle, type IpsInput } from '../../consent/clinical/ips.ts';
import { FHIR_JSON, recordFile } from '../../consent/clinical/link-files.ts';
import { summarise } from '../../consent/clinical/summarise.ts';
import { keyValues } from '../../db/queries/profile-stores.ts';
import type { HealthLinkFile, HealthLinkRow } from '../../db/queries/health-link-rows.ts';
import { openEntryStore } from '../manual/entry-store.ts';
import type { NodeParts } from '../open-parts.ts';
import { createHealthLinkDoor, type HealthLinkDoor } from './health-link-door.ts';
import { openHealthLinkStore } from './health-link-store.ts';

/** Where links lead. Loopback unless the person says otherwise; `publicUrl` is what stands before the app (a proxy with TLS). */
export type HealthLinkAddress = { host: string; port: number; publicUrl: string | null };
export type StoredRecord = { title: string; mediaType: string; content: Uint8Array; issuedAt: number };
export type HealthLinksDeps = {
  parts: Pick<NodeParts, 'db' | 'wallet' | 'recordings'>;
  /** Content of a record that was issued to me and stored. @throws AppError where there is none */
  record?(id: number): Promise<StoredRecord>;
  /** A reader opened a link for the first time that day. */
  onOpened?(label: string, recipient: string): void;
  onChange?(): void;
  now?(): number;
};

const DEFAULT_PORT = 48_137;
/** Tries of a passcode in all the life of a link. */
const ATTEMPTS = 10;
const LONGEST_MS = 366 * 86_400_000;
const LONG_TERM_MS = 86_400_000;
const MOST_RECORD_BYTES = 5 << 20;
/** Before this an absolute time is no wall clock but a count from the start. */
const FIRST_CLOCK = 1e14;

export type HealthLinks = ReturnType<typeof createHealthLinks>;

/** SMART Health Links: a summary for somebody without the app, for a time, revocable at once. */
export function createHealthLinks(deps: HealthLinksDeps) {
  const { parts, now = Date.now } = deps;
  const store = openHealthLinkStore(parts);
  const settings = keyValues(parts.db);
  const changed = () => deps.onChange?.();
  let serving: { port: number } | { problem: string } | null = null;

  const door: HealthLinkDoor = createHealthLinkDoor({
    store, now,
    onOpened(row, recipient, news) { if (news) deps.onOpened?.(store.secretOf(row).label, recipient); changed(); },
    onLocked: changed,
  });

  function address(): HealthLinkAddress {
    return { host: settings.get('health-link.host') ?? '127.0.0.1', port: Number(settings.get('health-link.port') ?? DEFAULT_PORT), publicUrl: settings.get('health-link.url') || null };
  }
  /** What has expired loses its files and its key; and so does what shows a recording that is not there any more. */
  function sweep(): void {
    const held = new Set(store.rows.withFiles());
    for (const row of store.rows.list()) {
      if (!held.has(row.id)) continue;
      if (row.expiresAt <= now()) store.end(row, null);
      else if (store.secretOf(row).recordings.some((id) => !parts.recordings.get(id))) store.end(row, now());
    }
  }
  const urlOf = (token: string): string => { const { host, port, publicUrl } = address(); return `${publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`}/shl/${token}/m`; };

  function problemOf(row: HealthLinkRow): string | null {
    if (row.revokedAt !== null) return 'You took it back.';
    if (row.expiresAt <= now()) return 'Its time is over.';
    if (row.attemptsLeft === 0) return `It is locked: a wrong passcode was tried ${ATTEMPTS} times.`;
    if (serving === null) return 'The app does not serve links now: it opens while the app, or phdex serve, runs.';
    if ('problem' in serving) return serving.problem;
    const { host, publicUrl } = address();
    return publicUrl === null && (host === '127.0.0.1' || host === '::1' || host === 'localhost') ? 'It opens on this machine only; see docs/sharing.md for how others reach it.' : null;
  }

  function view(row: HealthLinkRow): HealthLinkView {
    const { label, token, key, direct } = store.secretOf(row);
    return {
      id: row.id, label, link: token === null || key === null ? '' : linkOf({ token, key, label, direct, passcode: row.passcode !== null, row }), createdAt: row.createdAt, expiresAt: row.expiresAt, revokedAt: row.revokedAt,
      ...store.openings(row.id), passcode: row.passcode !== null, problem: problemOf(row),
    };
  }
  function linkOf(it: { token: string; key: string; label: string; direct: boolean; passcode: boolean; row: Pick<HealthLinkRow, 'createdAt' | 'expiresAt'> }): string {
    const flag = `${it.row.expiresAt - it.row.createdAt > LONG_TERM_MS ? 'L' : ''}${it.passcode ? 'P' : ''}${it.direct ? 'U' : ''}`;
    const payload: LinkPayload = { url: urlOf(it.token), key: it.key, exp: Math.floor(it.row.expiresAt / 1000), ...(flag === '' ? {} : { flag }), label: it.label, v: 1 };
    return encodeLink(payload);
  }

  async function summary(input: HealthLinkIn): Promise<Uint8Array> {
    const recordings: IpsInput['recordings'] = [];
    for (const id of new Set(input.recordings)) {
      const info = parts.recordings.get(id);
      if (!info) throw new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: 'It was forgotten; choose again.' });
      recordings.push({ title: info.title, clock: info.source.times === 'source' && info.startTime >= FIRST_CLOCK, channels: await summarise(info, parts.recordings.read(id)) });
    }
    const entries = input.entries ? openEntryStore(parts).list().map((e) => e.entry) : [];
    return Buffer.from(JSON.stringify(ipsBundle({ recordings, entries, now: now() })), 'utf8');
  }
  async function recordFiles(ids: readonly number[]): Promise<Uint8Array[]> {
    const files: Uint8Array[] = [];
    for (const id of new Set(ids)) {
      if (!deps.record) throw new AppError('invalid-argument', 'Records cannot be shared by a link here.', { hint: 'Leave them out.' });
      const record = await deps.record(id);
      if (record.content.length > MOST_RECORD_BYTES) throw new AppError('quota-exceeded', `«${record.title}» is larger than ${MOST_RECORD_BYTES >> 20} MB.`, { hint: 'Leave it out of the link; share it by a right.' });
      files.push(recordFile(record));
    }
    return files;
  }

  function setAddress(next: Partial<HealthLinkAddress>): HealthLinkAddress {
    const it = { ...address(), ...next };
    if (!/^[A-Za-z0-9.:-]{1,64}$/.test(it.host)) throw new AppError('invalid-argument', `«${it.host}» is no address to listen on.`, { hint: 'Such as 127.0.0.1 or 0.0.0.0.' });
    if (!Number.isInteger(it.port) || it.port < 1 || it.port > 65_535) throw new AppError('invalid-argument', 'A port is a number from 1 to 65535.');
    const url = it.publicUrl?.replace(/\/+$/, '') ?? null;
    if (url !== null && (!/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(url) || url.length > 75)) throw new AppError('invalid-argument', `«${url}» is no URL that links can begin with.`, { hint: 'Such as https://health.example.org, at most 75 characters.' });
    settings.set('health-link.host', it.host);
    settings.set('health-link.port', String(it.port));
    settings.set('health-link.url', url ?? '');
    changed();
    return address();
  }

  return {
    door, address, setAddress, sweep,
    /** Told by the server: null while it does not listen. */
    setServing(state: typeof serving): void { serving = state; },
    list(): HealthLinkView[] { sweep(); return store.rows.list().map(view); },
    /** @throws AppError `invalid-argument` where there is nothing to show or the time is over or too long */
    async make(input: HealthLinkIn): Promise<HealthLinkView> {
      sweep();
      const createdAt = now();
      const direct = input.direct === true;
      if (input.expiresAt <= createdAt) throw new AppError('invalid-argument', 'The link would have expired already.', { hint: 'Choose a later time.' });
      if (input.expiresAt - createdAt > LONGEST_MS) throw new AppError('invalid-argument', 'A link lives for a year at most.', { hint: 'Choose an earlier time; make a new one then.' });
      if (input.recordings.length + input.records.length === 0 && !input.entries) throw new AppError('invalid-argument', 'The link would show nothing.', { hint: 'Choose recordings, records, or what you wrote down.' });
      if (direct && (input.passcode !== undefined || input.records.length > 0)) throw new AppError('invalid-argument', 'A link without a manifest shows the summary alone and has no passcode.', { hint: 'Leave one of the two out.' });
      const [token, key] = [newToken(), newKey()];
      const contents = [await summary(input), ...await recordFiles(input.records)];
      const files: HealthLinkFile[] = [];
      for (const content of contents) files.push({ contentType: FHIR_JSON, jwe: await sealFile(content, FHIR_JSON, key) });
      const id = randomUUID();
      const secret = { label: input.label, token, key, direct, recordings: [...new Set(input.recordings)], records: [...new Set(input.records)], entries: input.entries };
      const passcode = input.passcode === undefined ? null : await hashPasscode(input.passcode);
      // The address may be too long for a link: that is said before anything is kept.
      linkOf({ token, key, label: input.label, direct, passcode: passcode !== null, row: { createdAt, expiresAt: input.expiresAt } });
      store.rows.insert({ id, tokenHash: tokenHash(token), sealed: store.seal(id, secret), passcode, attemptsLeft: ATTEMPTS, createdAt, expiresAt: input.expiresAt }, files);
      changed();
      return view(store.rows.get(id)!);
    },
    /** At once: the next request finds nothing. */
    revoke(id: string): void {
      const row = store.rows.get(id);
      if (!row) throw new AppError('invalid-argument', 'There is no such health link.', { hint: '`phdex health-link list` shows what is there.' });
      if (row.revokedAt === null) store.end(row, now());
      changed();
    },
    /** Ends every live link that shows something which is erased. @returns how many */
    revokeShowing(what: { recordingId?: string; recordId?: number }): number {
      let ended = 0;
      for (const row of store.rows.list()) {
        if (row.revokedAt !== null || row.expiresAt <= now()) continue;
        const { recordings, records } = store.secretOf(row);
        if ((what.recordingId !== undefined && recordings.includes(what.recordingId)) || (what.recordId !== undefined && records.includes(what.recordId))) { store.end(row, now()); ended++; }
      }
      if (ended > 0) changed();
      return ended;
    },
  };
}
