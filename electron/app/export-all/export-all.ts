import type { Job } from '../../../shared/api/app.ts';
import type { HealthLinkView, HeldRightView, ReceiptView, RequestView } from '../../../shared/api/consent.ts';
import type { RecordView } from '../../../shared/api/records.ts';
import { isAppError } from '../../../shared/errors.ts';
import { exportRows } from '../../db/queries/export-rows.ts';
import { keyValues } from '../../db/queries/profile-stores.ts';
import { chainReads } from '../../db/queries/chain-reads.ts';
import { relativeBatches } from '../../datasets/segment.ts';
import type { RightFactsReader } from '../consent/right-facts.ts';
import type { JobControl } from '../jobs.ts';
import { defaultExportDir, fileSafe, writeExport } from '../market/export-place.ts';
import { writeParquetFolder } from '../market/export-table.ts';
import { openEntryStore } from '../manual/entry-store.ts';
import type { NodeParts } from '../open-parts.ts';
import { noticeSeal } from '../notice-seal.ts';
import { createReports } from '../owner/reports.ts';
import { writeFhirPart } from './fhir-part.ts';
import { exportFolder, type ExportFolder, type IndexedFile, type PartAbout } from './folder.ts';
import { KEPT_OUT, readmeOf, type ReadmeFacts } from './readme.ts';
import { dropLeftovers, rememberUnderWay } from './under-way.ts';

export type ExportAllDeps = {
  parts: Pick<NodeParts, 'db' | 'wallet' | 'recordings' | 'accounts' | 'address'>;
  network: { name: string; chainId: number };
  facts: RightFactsReader;
  receipt(rightId: number): Promise<ReceiptView>;
  healthLinks(): HealthLinkView[];
  settings(): object;
  /** Requests with what was written with them, and rights I hold as the app shows them; the chain's part alone where left out. */
  requests?(): Promise<RequestView[]>;
  held?(): Promise<HeldRightView[]>;
  /** Records that were issued to me; those that are kept come with their content. */
  records?(): Promise<RecordView[]>;
  record?(id: number): Promise<{ title: string; mediaType: string; content: Uint8Array }>;
  now?(): number;
};

const FIRST_CLOCK = 1e14;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const parsed = (text: string | number | null): unknown => { try { return typeof text === 'string' ? JSON.parse(text) as unknown : text; } catch { return text; } };
const EXTENSION: Record<string, string> = { 'text/plain': '.txt', 'application/fhir+json': '.fhir.json', 'application/json': '.json', 'application/pdf': '.pdf', 'image/png': '.png', 'image/jpeg': '.jpg' };

/**
 * Everything that this profile and the chain hold about its person (GDPR 15 and 20), as one folder: FHIR, Parquet, JSON, receipts, and
 * what the law wants said. Written as it is read; it appears under its name when it is whole, and a failure leaves nothing.
 * @param dir the person's documents when left out
 * @returns `path`, `bytes`, `files`
 */
export async function exportAll(deps: ExportAllDeps, dir: string | undefined, control: Pick<JobControl, 'signal' | 'progress'>): Promise<NonNullable<Job['result']>> {
  const { parts, now = Date.now } = deps;
  const at = now();
  const kv = keyValues(parts.db);
  await dropLeftovers(kv);
  let files = 0;
  const { path, bytes } = await writeExport(dir ?? defaultExportDir(), { stem: `phdex-everything-${new Date(at).toISOString().slice(0, 10)}`, extension: '' }, async (temporary) => {
    const forget = rememberUnderWay(kv, temporary);
    const folder = exportFolder(temporary);
    await folder.reach('index.json');
    files = await write(folder, deps, at, control);
    forget();
  });
  return { path, bytes, files };
}

async function write(folder: ExportFolder, deps: ExportAllDeps, at: number, { signal, progress }: Pick<JobControl, 'signal' | 'progress'>): Promise<number> {
  const { parts, facts } = deps;
  const rows = exportRows(parts.db);
  const notices = noticeSeal(parts.wallet);
  const mine = parts.accounts.mine();
  const recipients: ReadmeFacts['recipients'] = [];
  const part = async (about: PartAbout, work: () => Promise<{ files: IndexedFile[]; entries: number }>) => { signal.throwIfAborted(); const done = await work(); folder.add(about, done.files, done.entries); };
  const json = async (about: PartAbout, path: string, list: readonly unknown[]) => part(about, async () => ({ files: [await folder.json(path, list)], entries: list.length }));
  const lines = async (about: PartAbout, path: string, list: Iterable<unknown>) => part(about, async () => { const { file, count } = await folder.lines(path, list, signal); return { files: [file], entries: count }; });

  const recordings = parts.recordings.list();
  const reports = createReports(parts);
  const totalRows = recordings.reduce((sum, r) => sum + r.rows, 0) * 2;
  let done = 0;
  const step = (rowsOfOne: number) => progress('writing', done + rowsOfOne, totalRows);

  await part({ title: 'Recordings', about: 'What your devices recorded and your files held, as Parquet, with the quality report of each.', source: 'your devices, files you imported, and what you wrote down' }, async () => {
    const all: IndexedFile[] = [];
    for (const [i, info] of recordings.entries()) {
      signal.throwIfAborted();
      const name = `recordings/${String(i + 1).padStart(4, '0')}-${fileSafe(info.title)}`;
      await writeParquetFolder(await folder.reach(name), { channels: info.channels, batches: relativeBatches(info, parts.recordings.read(info.id)), signal, onRows: step }, {
        'info.json': `${JSON.stringify({ ...info, start: info.source.times === 'source' && info.startTime >= FIRST_CLOCK ? new Date(info.startTime / 1000).toISOString() : null, columns: 't: microseconds since the first row; values with «decimals» are whole numbers to be divided by 10^decimals' }, null, 2)}\n`,
        'report.json': `${JSON.stringify(reports.get(info.id), null, 2)}\n`,
      });
      done += info.rows;
      all.push(...await folder.written(name));
    }
    return { files: all, entries: recordings.length };
  });

  const entries = openEntryStore(parts).list();
  await json({ title: 'Entries', about: 'What you wrote down.', source: 'you' }, 'entries.json', entries.map(({ id, entry }) => ({ id, ...entry })));

  const rights = facts.reads.rightsOf(mine).map((r) => facts.of(r.id));
  await part({ title: 'Clinical data', about: 'The same in FHIR R4, for a clinic or a health record; raw signals are in the Parquet files only.', source: 'the parts named here, put in another form' }, async () => {
    const count = await writeFhirPart(await folder.reach('fhir/bundle.json'), {
      recordings: recordings.map((info) => ({ info, clock: info.source.times === 'source' && info.startTime >= FIRST_CLOCK, batches: () => parts.recordings.read(info.id) })),
      entries, rights, now: at, signal, onRows: step,
    });
    return { files: await folder.written('fhir/bundle.json'), entries: count };
  });

  await part({ title: 'Rights you gave', about: 'Requests to you and rights you gave, with their uses and a signed receipt for each right.', source: 'people who asked you, and you' }, async () => {
    const list = rights.map(({ right, ...rest }) => { const { details: _sealed, ...row } = right; return { ...row, ...rest }; });
    const all = [await folder.json('rights/rights.json', list)];
    for (const it of rights) {
      signal.throwIfAborted();
      recipients.push({ who: `${it.grantee.name ?? 'a recipient'} (${it.right.grantee})`, what: it.right.decidedAt === null ? 'asked for access' : `may use ${it.scope?.channels.join(', ') || 'what the right names'}`, until: it.status === 'approved' ? `until ${iso(it.right.expiry)}` : `now ${it.status}` });
      try { all.push(await folder.text(`rights/receipts/${it.right.id}.json`, (await deps.receipt(it.right.id)).json)); } catch (error) { if (!isAppError(error, 'invalid-argument')) throw error; }
    }
    if (deps.requests) all.push(await folder.json('rights/requests.json', await deps.requests()));
    return { files: all, entries: rights.length };
  });
  await json({ title: 'Rights you hold', about: 'What others let you read, and what you asked for.', source: 'you and the people you asked' }, 'held-rights.json', deps.held ? await deps.held() : [...mine].flatMap((a) => facts.reads.rightsHeldBy(a)).map(({ details: _sealed, ...row }) => row));

  const reads = chainReads(parts.db);
  const datasets = [...rows.datasets(mine)];
  await part({ title: 'Datasets', about: 'What you listed: label, price, state, and who keeps a share of its key.', source: 'you; keepers and validators where they acted' }, async () => {
    const list = datasets.map((d) => {
      const keepers = reads.seats(d.id as number).map((s) => ({ seat: s.index, keeper: s.keeper, status: s.status }));
      for (const k of keepers) recipients.push({ who: `Keeper ${k.keeper}`, what: `a share of the key of dataset ${d.id} and its sealed copy (neither opens it alone)`, until: k.status === 'destroyed' ? 'destroyed' : 'until you erase it' });
      if (d.validator) recipients.push({ who: `Validator ${d.validator}`, what: `opened dataset ${d.id} to certify it`, until: 'once' });
      return { ...d, label: parsed(d.label!), keepers };
    });
    return { files: [await folder.json('datasets.json', list)], entries: list.length };
  });
  await part({ title: 'Accesses', about: 'Who opened or bought what of yours, and what you opened or bought.', source: 'the chain' }, async () => {
    const { file, count } = await folder.lines('accesses.ndjson', (function* () {
      for (const a of rows.accesses(mine)) { if (a.onMine === 1 && recipients.length < 10_000) recipients.push({ who: String(a.grantee), what: `${a.kind} of dataset ${a.datasetId} on ${iso(a.openedAt as number)}`, until: String(a.status) }); yield a; }
    })(), signal);
    return { files: [file], entries: count };
  });
  await lines({ title: 'Emergencies', about: 'Who opened your data in an emergency.', source: 'institutions, on the chain' }, 'emergencies.ndjson', facts.reads.emergenciesOf(mine).map(({ reason: _sealed, ...row }) => { recipients.push({ who: row.institution, what: `emergency access to dataset ${row.datasetId} on ${iso(row.at)}`, until: row.contestedAt === null ? 'logged for good' : 'contested' }); return row; }));

  await part({ title: 'Records', about: 'What institutions issued to you; those that you accepted with their content.', source: 'institutions' }, async () => {
    const list = deps.records ? await deps.records() : facts.reads.recordsOf(mine);
    const all = [await folder.json('records/records.json', list)];
    for (const r of list) {
      signal.throwIfAborted();
      if (!deps.record || !('state' in r) || r.state !== 'stored') continue;
      const { title, mediaType, content } = await deps.record(r.recordId);
      const path = `records/${r.recordId}-${fileSafe(title)}${EXTENSION[mediaType] ?? '.bin'}`;
      await (await import('node:fs/promises')).writeFile(await folder.reach(path), content, { mode: 0o600, flag: 'wx' });
      content.fill(0);
      all.push(...await folder.written(path));
    }
    return { files: all, entries: list.length };
  });

  const links = deps.healthLinks();
  for (const l of links) for (const o of l.opened) recipients.push({ who: o.recipient, what: `opened the health link «${l.label}» on ${new Date(o.at).toISOString()}`, until: l.revokedAt === null ? `the link ends ${new Date(l.expiresAt).toISOString()}` : 'the link was taken back' });
  // The link itself carries its key: who finds this folder must not open it.
  await json({ title: 'Health links', about: 'Summaries you handed out by a link, and who opened them.', source: 'you; readers name themselves' }, 'health-links.json', links.map(({ link: _key, ...rest }) => rest));
  await json({ title: 'Erasures', about: 'What you erased, with the certificate of each.', source: 'you and the keepers' }, 'erasures.json', [...rows.erasures()].map((e) => ({ ...e, certificate: parsed(e.certificate!) })));
  await lines({ title: 'Anchors', about: 'Times at which you had the chain note that your records existed.', source: 'you' }, 'anchors.ndjson', map(rows.anchors(), (a) => ({ ...a, proof: parsed(a.proof!) })));
  await json({ title: 'Studies', about: 'Calls that you enrolled in.', source: 'you and researchers' }, 'studies.json', [...rows.enrolled(mine)]);
  await json({ title: 'Purchases', about: 'What you opened of others; their data is not in this export.', source: 'you' }, 'purchases.json', [...rows.purchases()].map((p) => ({ ...p, verification: parsed(p.verification!) })));
  await json({ title: 'Exports', about: 'Files that you had written from purchases.', source: 'you' }, 'exports.json', [...rows.exports()]);
  await json({ title: 'Shares you keep', about: 'Of which datasets of others you keep a share.', source: 'their owners' }, 'kept-shares.json', [...rows.keptShares()]);
  await json({ title: 'Accounts', about: 'Your addresses, what each is for, registration and balances.', source: 'your wallet and the chain' }, 'accounts.json', [
    { own: parts.address }, ...parts.accounts.list(), ...[...rows.participants(mine)].map((p) => ({ registered: p })), ...[...rows.balances(mine)].map((b) => ({ balance: b })),
  ]);
  await lines({ title: 'Trace', about: 'Everything that happened on the chain to you and your data, oldest first.', source: 'the chain' }, 'trace.ndjson', map(rows.trace(mine), (h) => ({ ...h, details: parsed(h.details!) })));
  await lines({ title: 'Notices', about: 'What the app told you.', source: 'the app' }, 'notices.ndjson', map(rows.notices(), (n) => ({ ...n, params: notices.open(String(n.kind), Number(n.at), String(n.params)) })));
  await json({ title: 'Settings and searches', about: 'How the app is set, searches you saved, tokens you gave out by name.', source: 'you' }, 'settings.json', [{ settings: deps.settings() }, ...[...rows.savedSearches()].map((s) => ({ search: { ...s, search: parsed(s.search!) } })), ...[...rows.apiTokens()].map((t) => ({ token: { ...t, scopes: parsed(t.scopes!) } }))]);
  await lines({ title: 'Calls of the REST interface', about: 'What was asked of this app by programs that you gave a token to.', source: 'those programs' }, 'api-calls.ndjson', rows.apiCalls());

  await folder.text('README.txt', readmeOf({ at, network: deps.network.name, recipients, parts: folder.parts, keptOut: KEPT_OUT }));
  await folder.json('index.json', { format: 'phdex/everything/v1', at: new Date(at).toISOString(), network: deps.network, accounts: [...mine], recipients, parts: folder.parts, keptOut: KEPT_OUT });
  progress('writing', totalRows, totalRows);
  return folder.parts.reduce((n, p) => n + p.files.length, 0) + 2;
}

function* map<T, U>(list: Iterable<T>, to: (it: T) => U): Generator<U> { for (const it of list) yield to(it); }
