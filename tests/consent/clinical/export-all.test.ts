import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Provenance } from '@medplum/fhirtypes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openVault } from '../../../electron/app/at-rest.ts';
import { givenStore } from '../../../electron/app/consent/given.ts';
import { createReceipts } from '../../../electron/app/consent/receipts.ts';
import { createRightFacts } from '../../../electron/app/consent/right-facts.ts';
import { exportAll, type ExportAllDeps } from '../../../electron/app/export-all/export-all.ts';
import { openImports } from '../../../electron/capture/import/index.ts';
import { readBatches } from '../../../electron/datasets/read-segment.ts';
import { verifyReceipt } from '../../../electron/consent/receipts/sign.ts';
import { fhirIssues, parseFhir } from '../../../electron/fhir/validate.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { hex, rightFacts } from './facts.ts';
import { heartRate, profileParts } from './world.ts';
import { CHANNELS } from '../../../electron/capture/import/kinds.ts';

let world: Awaited<ReturnType<typeof profileParts>>;
let out: string;
let deps: ExportAllDeps;
const network = { name: 'test', chainId: 31337, contracts: { consent: hex('cc', 20) } as never };
const control = { signal: new AbortController().signal, progress: () => undefined };

function insert(table: string, row: Record<string, unknown>): void {
  const names = Object.keys(row);
  world.parts.db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((n) => `@${n}`).join(', ')})`).run(row);
}

beforeEach(async () => {
  world = await profileParts();
  out = mkdtempSync(join(tmpdir(), 'phdex-everything-'));
  const { parts } = world;
  await parts.recordings.add(heartRate(25_000, undefined, 'Night / heart'));
  await parts.recordings.add({
    draft: { title: 'Walk', nominalRateHz: 50, channels: [{ ...CHANNELS.acceleration, decimals: 2 }, { ...CHANNELS.steps, decimals: 0 }], source: { kind: 'csv', device: 'Watch 9', simulated: false, times: 'source' } },
    batches: (async function* () { yield { t: Float64Array.from({ length: 500 }, (_, i) => Date.UTC(2026, 9, 2) * 1000 + i * 20_000), columns: [1, 2, 3, 4].map((k) => Int32Array.from({ length: 500 }, (_, i) => k * i)) }; })(),
    finish: () => ({ report: { rowsRead: 500, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
  });
  const origins = [{ recorded: '2026-10-02T08:00:00Z', activity: 'Read out at the visit', who: ['Dr. Ohm, Clinic North'], from: ['Holter 7'] }, { recorded: '2026-10-03T08:00:00+02:00', activity: null, who: [], from: [] }];
  await parts.recordings.add({ ...heartRate(1030, undefined, 'Spot checks'), finish: () => ({ report: { rowsRead: 1030, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 1, origins }, annotations: [] }), draft: { ...heartRate(30).draft, title: 'Spot checks', nominalRateHz: null } });
  world.entries.put('00aa00aa00aa00aa', { kind: 'blood-pressure', systolic: 121, diastolic: 79, time: Date.UTC(2026, 9, 3), offsetMinutes: 120 });
  world.entries.put('00aa00aa00aa00ab', { kind: 'medicine', name: 'Ibuprofen', amount: 400, unit: 'mg', time: Date.UTC(2026, 9, 3), offsetMinutes: 120 });
  const account = parts.accounts.fresh('relationship', 'Dr. Ohm');
  const { right, scope, purpose } = rightFacts({}, { owner: account.address, expiry: 1_990_000_000 });
  insert('participants', { address: right.grantee, id: 9, roles: 64, encryption_key: hex('02', 33), endpoint: '', stake: '0', earnings: '0', compensation: '0' });
  insert('rights', { id: 7, owner: right.owner, grantee: right.grantee, category: 0, operations: 1, status: 'approved', expiry: right.expiry, epoch: 0, scope_root: right.scopeRoot, asked_root: right.askedRoot, purpose: right.purpose, encryption_key: right.encryptionKey, details: '0x0102', envelope: right.envelope, requested_at: 1_779_999_000, decided_at: 1_780_000_000, ended_at: null, tx: right.tx, block: 10 });
  insert('rights', { id: 8, owner: right.owner, grantee: hex('b3', 20), category: 0, operations: 1, status: 'pending', expiry: 3600, epoch: 0, scope_root: right.scopeRoot, asked_root: right.scopeRoot, purpose: right.purpose, encryption_key: right.encryptionKey, details: '0x0102', envelope: null, requested_at: 1_779_999_000, decided_at: null, ended_at: null, tx: right.tx, block: 10 });
  insert('uses', { right_id: 7, owner: right.owner, grantee: right.grantee, operation: 1, record_hash: hex('31', 32), place: hex('00', 32), at: 1_780_000_500, tx: hex('72', 32), block: 12, log_index: 0 });
  insert('given_rights', { key: 'k', right_id: 7, account: account.index, grantee: right.grantee, scope_root: right.scopeRoot, state: 'given', delivered: 1, created_at: 0, sealed: openVault(parts.wallet, 'consent').seal('given/k', { name: 'Dr. Ada Ohm', category: 'health', operations: 'read', scope, purpose, salt: hex('00', 32), names: [], granteeKey: hex('e1', 32), addresses: [], envelope: hex('ee', 32), seconds: 1, answers: null, what: [], before: [] }) });
  insert('datasets', { id: 1, owner: parts.address, content_hash: hex('c0', 32), record_root: hex('c1', 32), nonce: hex('c2', 32), cid: 'bafyone', price: '5', version: 1, keepers_bps: 0, validator_bps: 0, threshold: 2, status: 'certified', accepted_seats: 1, seats: 1, validator: hex('d4', 20), score: 87, report_hash: null, published_block: 5, published_at: 1_780_000_005 });
  insert('seats', { dataset_id: 1, seat: 0, keeper: hex('e5', 20), commitment: hex('e0', 32), status: 'accepted' });
  insert('accesses', { id: 3, dataset_id: 1, grantee: hex('f1', 20), kind: 'purchase', status: 'settled', px: '0x', py: '0x', version: 1, price: '5', deadline: 1, challenge_end: 1, seated_bits: 1, purpose: hex('f4', 32), opened_block: 8, opened_at: 1_780_000_008 });
  parts.db.transaction(() => { for (let i = 0; i < 3000; i++) insert('history', { block: 100 + i, log_index: 0, at: 1_780_000_000 + i, tx: hex('77', 32), event: 'AccessUsed', dataset_id: null, access_id: null, actor: right.grantee, subject: right.owner, amount: null, details: '{"n":1}' }); })();
  insert('history', { block: 1, log_index: 0, at: 1, tx: hex('77', 32), event: 'Transfer', dataset_id: null, access_id: null, actor: hex('66', 20), subject: hex('67', 20), amount: '1', details: '{"stranger":1}' });
  const facts = createRightFacts({ parts, network });
  deps = {
    parts, network, facts, receipt: createReceipts(parts, facts).receipt, settings: () => ({ theme: 'dark' }),
    healthLinks: () => [{ id: 'l', label: 'For Dr. Ohm', link: 'shlink:/SECRET', createdAt: 1, expiresAt: 2, revokedAt: null, opened: [{ at: 5, recipient: 'Clinic North', times: 1 }], times: 1, passcode: true, problem: null }],
    records: async () => [{ recordId: 1, state: 'stored' } as never, { recordId: 2, state: 'refused' } as never],
    record: async () => ({ title: 'Report ../../etc', mediaType: 'text/plain', content: Buffer.from('all is well') }),
  };
  expect(givenStore({ db: parts.db, vault: openVault(parts.wallet, 'consent') }).byRight(7)?.facts.name).toBe('Dr. Ada Ohm');
});
afterEach(() => { world.close(); rmSync(out, { recursive: true, force: true }); });

const read = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8');
const json = <T = never>(dir: string, path: string) => JSON.parse(read(dir, path)) as T;
const walk = (dir: string, below = ''): string[] => readdirSync(join(dir, below), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? walk(dir, `${below}${e.name}/`) : [`${below}${e.name}`]));

it('holds everything, in forms that others read, with an index that says what each file is', async () => {
  const result = await exportAll(deps, out, control);
  const dir = String(result.path);
  expect(readdirSync(out)).toEqual([dir.slice(out.length + 1)]);
  const index = json<{ parts: { title: string; about: string; source: string; entries: number; files: { path: string; bytes: number; sha256: string }[] }[]; recipients: { who: string; what: string }[] }>(dir, 'index.json');
  const listed = index.parts.flatMap((p) => p.files);
  expect([...listed.map((f) => f.path), 'README.txt', 'index.json'].sort()).toEqual(walk(dir).sort());
  for (const f of listed) expect([f.path, createHash('sha256').update(readFileSync(join(dir, f.path))).digest('hex'), statSync(join(dir, f.path)).size]).toEqual([f.path, f.sha256, f.bytes]);
  for (const f of walk(dir)) expect(statSync(join(dir, f)).mode & 0o077).toBe(0);
  expect(statSync(dir).mode & 0o077).toBe(0);
  expect(result.files).toBe(walk(dir).length);

  // Parquet: all rows come back.
  const segment = walk(dir).find((f) => /0001-night-heart\/.*\.parquet$/.test(f))!;
  let rows = 0;
  for await (const batch of readBatches((async function* () { yield { channel: 'heart-rate', day: 0, parquet: new Uint8Array(readFileSync(join(dir, segment))) }; })(), [{ ...CHANNELS.heartRate, decimals: 0 }])) { expect(batch.columns[0]![0]).toBe(55 + (rows % 20)); rows += batch.t.length; }
  expect(rows).toBe(25_000);
  expect(json<{ start: string; rows: number }>(dir, 'recordings/0001-night-heart/info.json')).toMatchObject({ start: '2026-10-01T00:00:00.000Z', rows: 25_000 });

  // FHIR: one valid Bundle with values of the recordings, entries, rights and uses.
  const bundle = parseFhir(read(dir, 'fhir/bundle.json')) as { entry: { resource: { resourceType: string; code?: { text?: string }; valueSampledData?: { data: string }; status?: string } }[] };
  expect(fhirIssues(bundle as never)).toEqual([]);
  const of = (type: string) => bundle.entry.map((e) => e.resource).filter((r) => r.resourceType === type);
  expect(of('Observation').filter((o) => o.code!.text === 'heart-rate' && o.valueSampledData).reduce((n, o) => n + o.valueSampledData!.data.split(' ').length, 0)).toBe(25_000);
  expect(of('Observation').filter((o) => o.code!.text === 'heart-rate' && !o.valueSampledData)).toHaveLength(1030);
  // What a file said of its origin is said again, in its words, of each value that came out of it.
  const spots = bundle.entry.filter((e) => e.resource.code?.text === 'heart-rate' && !e.resource.valueSampledData).map((e) => (e as unknown as { fullUrl: string }).fullUrl).sort();
  const again = (of('Provenance') as unknown as Provenance[]).filter((p) => p.recorded.startsWith('2026-10-02T') || p.recorded.startsWith('2026-10-03T'));
  expect(again.map((p) => p.target.length)).toEqual([1000, 1000, 30, 30]);
  expect([0, 2].flatMap((i) => again[i]!.target.map((x) => x.reference)).sort()).toEqual(spots);
  expect(again[0]).toMatchObject({ recorded: '2026-10-02T08:00:00Z', activity: { text: 'Read out at the visit' }, agent: [{ who: { display: 'Dr. Ohm, Clinic North' } }], entity: [{ role: 'source', what: { display: 'Holter 7' } }] });
  expect(again[1]!.agent).toEqual([{ who: { display: 'not named' } }]);
  expect(of('Observation').filter((o) => o.code!.text === 'acceleration')).toHaveLength(0);
  expect(of('MedicationStatement')).toHaveLength(1);
  expect(of('Consent').map((c) => c.status).sort()).toEqual(['active', 'proposed']);
  expect(of('AuditEvent')).toHaveLength(1);

  // Rights and receipts.
  expect(json<{ id: number; scope: object; purpose: { term: string } }[]>(dir, 'rights/rights.json').map((r) => r.id).sort()).toEqual([7, 8]);
  expect(verifyReceipt(read(dir, 'rights/receipts/7.json')).receipt.phdex.right_id).toBe(7);
  expect(existsSync(join(dir, 'rights/receipts/8.json'))).toBe(false);
  expect(read(dir, 'trace.ndjson').trim().split('\n')).toHaveLength(3000);
  expect(read(dir, 'trace.ndjson')).not.toContain('stranger');
  expect(json<{ keepers: unknown[] }[]>(dir, 'datasets.json')[0]!.keepers).toHaveLength(1);
  expect(read(dir, 'records/1-report-etc.txt')).toBe('all is well');
  expect(json<{ label: string }[]>(dir, 'accounts.json')).toEqual(expect.arrayContaining([expect.objectContaining({ label: 'Dr. Ohm' })]));

  // What the law wants said, and who got it.
  const told = index.recipients.map((r) => r.who).join('; ');
  for (const who of ['Dr. Ada Ohm', hex('f1', 20), hex('e5', 20), hex('d4', 20), 'Clinic North']) expect(told).toContain(who);
  const readme = read(dir, 'README.txt');
  for (const letter of ['(a)', '(b)', '(c)', '(d)', '(e)', '(f)', '(g)', '(h)']) expect(readme).toContain(letter);
  expect(readme).toContain('Dr. Ada Ohm');
  for (const p of index.parts) expect(readme).toContain(p.title);

  // No key of anything is in it.
  for (const f of walk(dir).filter((name) => !name.endsWith('.parquet'))) expect([f, /SECRET|shlink:/.test(read(dir, f))]).toEqual([f, false]);
});

it('its FHIR Bundle can be imported again, by this app or another', async () => {
  const { path } = await exportAll(deps, out, control);
  const imports = await openImports(join(String(path), 'fhir/bundle.json'), {});
  const rows: Record<string, number> = {};
  const origins: Record<string, unknown> = {};
  for await (const source of imports.recordings) { for await (const { t } of source.batches) rows[source.draft.title] = (rows[source.draft.title] ?? 0) + t.length; origins[source.draft.title] = source.finish().report.origins; }
  // The spot checks lie within the night, a second apart as its values do: the same rows, counted once.
  expect(rows).toMatchObject({ 'Heart rate (FHIR)': 25_000, 'Steps (FHIR)': 500, 'Blood pressure (FHIR)': 1 });
  // Of its Provenances those of the values come again; the one of the right that was given is about no value.
  expect(origins['Heart rate (FHIR)']).toEqual([expect.objectContaining({ who: ['Dr. Ohm, Clinic North'], from: ['Holter 7'] }), expect.objectContaining({ recorded: '2026-10-03T08:00:00+02:00', who: ['not named'] })]);
  expect(imports.report().total.skipped.filter((s) => !/^type-not-read|^repeated/.test(s.reason)).map((s) => [s.reason, s.count])).toEqual([['provenance-target-not-read', 1]]);
});

it('a second one gets a name of its own', async () => {
  const [a, b] = [await exportAll(deps, out, control), await exportAll(deps, out, control)];
  expect(a.path).not.toBe(b.path);
  expect(readdirSync(out)).toHaveLength(2);
});

it.each(['recordings', 'fhir', 'late'])('cancelled while %s it leaves nothing', async (where) => {
  const abort = new AbortController();
  let calls = 0;
  const progress = () => { calls++; if ((where === 'recordings' && calls === 1) || (where === 'fhir' && calls === 4)) abort.abort(new AppError('cancelled', 'Cancelled.')); };
  const stopped = where === 'late' ? { ...deps, healthLinks: () => { abort.abort(new AppError('cancelled', 'Cancelled.')); return []; } } : deps;
  await expect(exportAll(stopped, out, { signal: abort.signal, progress })).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(out)).toEqual([]);
});

it('what a killed run left is taken away by the next, and nothing else', async () => {
  const left = join(out, '.00112233aabb.phdex-export');
  mkdirSync(left);
  writeFileSync(join(left, 'heart.txt'), 'plaintext');
  world.parts.db.prepare("INSERT INTO kv VALUES ('export-all.under-way', ?)").run(left);
  await exportAll(deps, out, control);
  expect(existsSync(left)).toBe(false);
  const precious = join(out, 'precious');
  mkdirSync(precious);
  world.parts.db.prepare("UPDATE kv SET value = ? WHERE key = 'export-all.under-way'").run(precious);
  await exportAll(deps, out, control);
  expect(existsSync(precious)).toBe(true);
});

it('a folder that cannot be written to is told by name', async () => {
  writeFileSync(join(out, 'file'), '');
  await expect(exportAll(deps, join(out, 'file'), control)).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(exportAll(deps, 'not/absolute', control)).rejects.toMatchObject({ code: 'invalid-argument' });
});

it('a right that was given by another wallet has no receipt here', async () => {
  world.parts.db.prepare('UPDATE rights SET owner = ? WHERE id = 7').run(hex('66', 20) as Hex);
  await expect(deps.receipt(7)).rejects.toMatchObject({ code: 'not-yours' });
  await expect(deps.receipt(99)).rejects.toMatchObject({ code: 'access-unknown' });
  await expect(deps.receipt(8)).rejects.toMatchObject({ code: 'invalid-argument' });
});
