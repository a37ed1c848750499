import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { HDNodeWallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiRouter } from '../../electron/api/router.ts';
import { openAtRest } from '../../electron/app/at-rest.ts';
import type { Host } from '../../electron/app/host-types.ts';
import { startLocalNetwork } from '../../electron/app/local-network.ts';
import { openParts } from '../../electron/app/open-parts.ts';
import { createShareStore } from '../../electron/app/secret-stores.ts';
import type { Job } from '../../shared/api/app.ts';
import { ShareIn } from '../../shared/api/owner.ts';
import { hostKit, when } from '../app/host-kit.ts';
import { driveSharing, SHARED } from './drive-sharing.ts';
import { filesBelow, inBytes, inText, mnemonicWords, plainRows, searchFor, secretBytes, watchFiles, type Planted } from './secret-forms.ts';

// One person does everything that the app and the command line can do. Then all that was said (answers, errors with their
// causes, events, notices, both output streams) and every file that ever lay in the profile is searched for what must
// not leave: the wallet's words and keys, storage keys, dataset keys, shares, and rows of the person's body.
// Of random entropy: that of BIP-39's examples is a run of one byte, as receipts' trie nodes have them.
const MNEMONIC = 'sing idle undo doll tennis crouch combine fragile other nerve strike art';
const PASSPHRASE = 'planted-passphrase-57';
const BACKUP_PASSPHRASE = 'planted-for-the-backup-58';
const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));

const kit = hostKit();
const profile = kit.profile('person');
const out = join(kit.dir, 'out');
const temporary = join(kit.dir, 'tmp');
const tmpBefore = process.env.TMPDIR;

// A walk: 6 decimals, so that no value is met by chance.
const walk = Array.from({ length: 3000 }, (_, i) => [
  1.2 * Math.sin(i / 7.3) + 0.31 * Math.sin(i / 1.9) + 0.0137 * Math.sin(i * 12.9898), 0.8 * Math.cos(i / 7.3) + 0.0211 * Math.sin(i * 78.233), 9.81 + 1.7 * Math.sin(i / 3.65) + 0.0173 * Math.sin(i * 37.719),
].map((v) => Math.round(v * 1e6) / 1e6));
const csv = `t_ms,x,y,z\n${walk.map((row, i) => `${1_750_000_000_000 + i * 20},${row.map((v) => v.toFixed(6)).join(',')}`).join('\n')}\n`;
/** The same rows at another time: what is there already is not imported again. */
const later = (text: string, from: string): string => text.replaceAll('\n1750', `\n${from}`);
/** What a person writes down is told to nobody but who asks for it. */
const NOTE = 'Zolmitriptan by hand';

const account = HDNodeWallet.fromPhrase(MNEMONIC);
const planted: Planted[] = [
  mnemonicWords('the mnemonic', MNEMONIC, ['crouch', 'fragile']),
  secretBytes('the entropy', Buffer.from(account.mnemonic!.entropy.slice(2), 'hex')),
  secretBytes('the seed', Buffer.from(account.mnemonic!.computeSeed().slice(2), 'hex')),
  secretBytes('the private key', Buffer.from(account.privateKey.slice(2), 'hex')),
  { name: 'a passphrase', texts: [PASSPHRASE, BACKUP_PASSPHRASE], bytes: [] },
  plainRows('rows of the recording', walk, 6),
];

/** Where: what was said there. */
const said: [string, string][] = [];
const called = new Map<string, 'answered' | 'refused'>();
const streams: string[] = [];
let spies: ReturnType<typeof vi.spyOn>[];
let host: Host & { events: unknown[] };
let doctor: Host & { events: unknown[] };
let watcher: ReturnType<typeof watchFiles>;

const plots: string[] = [];
/** What this person is refused whatever it tries: it is no validator, holds no share and has nothing to take back. */
const REFUSED = [
  'account.withdrawEarnings', 'app.createWallet', 'app.restoreBackup', 'app.retryJob', 'devices.update', 'keeper.release', 'keeper.withdrawEarnings', 'keeper.withdrawStake', 'market.refund', 'owner.resume',
  'validator.automatic', 'validator.check', 'validator.decide',
];

/** Calls a route as a page would. What fails is looked at with its causes and stacks, more than a page ever gets. */
async function call(path: string, input?: unknown, of: Host = host): Promise<unknown> {
  let at: unknown = apiRouter.createCaller({ host: of });
  for (const name of path.split('.')) at = (at as Record<string, unknown>)[name];
  try {
    const answer = await (at as (input: unknown) => Promise<unknown>)(input);
    called.set(path, 'answered');
    // A plot, and the preview of an import, show rows to who asks for them; nothing else does.
    (path.endsWith('.plot') || path === 'owner.previewImport' ? plots : { push: (text: string) => said.push([path, text]) }).push(JSON.stringify(answer) ?? '');
    return answer;
  } catch (error) {
    if (!called.has(path)) called.set(path, 'refused');
    said.push([`${path} refused`, inspect(error, { depth: 10, maxArrayLength: null, maxStringLength: null, showHidden: true })]);
    return error;
  }
}
async function done(path: string, input: unknown, of: Host = host): Promise<Job> {
  const { jobId } = await call(path, input, of) as { jobId: string };
  await vi.waitUntil(() => of.jobs().find((j) => j.id === jobId)?.state !== 'running', { timeout: 90_000 });
  return of.jobs().find((j) => j.id === jobId)!;
}
const must = async (path: string, input: unknown): Promise<Job> => { const job = await done(path, input); expect(job, path).toMatchObject({ state: 'done', error: null }); return job; };
const send = async (name: string, text: string): Promise<string> => (await host.upload(name, (async function* () { for (let at = 0; at < text.length; at += 5000) yield Buffer.from(text.slice(at, at + 5000)); })())).upload;

const ran: { args: string; code: number; stdout: string; stderr: string }[] = [];
function phdex(args: string[], input?: string, dir = profile): Promise<(typeof ran)[number]> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args, '--profile', dir], { env: { ...process.env, PHDEX_PASSPHRASE: PASSPHRASE, PHDEX_NETWORK: join(profile, 'demo', 'network', 'network.json') } }, (error, stdout, stderr) => {
      const it = { args: args.join(' '), code: error ? Number(error.code) : 0, stdout, stderr };
      ran.push(it);
      said.push([`phdex ${it.args}`, stdout + stderr]);
      resolve(it);
    });
    child.stdin!.end(input ?? '');
  });
}

beforeAll(async () => {
  mkdirSync(out);
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;
  // Node's own, of our code.
  process.env.NODE_COMPILE_CACHE = join(kit.dir, 'cache');
  spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')].map((spy) => spy.mockImplementation((text) => { streams.push(String(text)); return true; }));
  host = await kit.open('person', { demo: { keepers: 3, listings: 1, minutes: 1 } });
  watcher = watchFiles([profile, `${profile}.uploads`, kit.profile('doctor'), temporary], searchFor(planted, 'all'));
  await theApp();
  await doctor.stop();
  await host.stop();
  // A last look before the command line writes: it is given its CSV outside of what is watched.
  await theCommandLine();
  watcher.stop();
  for (const spy of spies) spy.mockRestore();
}, 480_000);
afterAll(async () => { process.env.TMPDIR = tmpBefore ?? ''; if (tmpBefore === undefined) delete process.env.TMPDIR; delete process.env.NODE_COMPILE_CACHE; await kit.close(); });

async function theApp(): Promise<void> {
  const page = new AbortController();
  for (const path of ['app.state', 'app.settings', 'owner.recordings']) await call(path);
  await call('app.restoreWallet', { mnemonic: MNEMONIC.replace('art', 'crouch'), passphrase: PASSPHRASE, remember: false });
  await call('app.restoreWallet', { mnemonic: `${MNEMONIC} `.repeat(8), passphrase: PASSPHRASE, remember: false });
  await call('app.restoreWallet', { mnemonic: MNEMONIC, passphrase: 'short', remember: false });
  expect(await call('app.restoreWallet', { mnemonic: MNEMONIC, passphrase: PASSPHRASE, remember: false })).toEqual({ address: account.address.toLowerCase() });
  await call('app.createWallet', { passphrase: PASSPHRASE, remember: false });
  await call('app.chooseNetwork', { kind: 'demo' });
  // The events as a page gets them.
  const events = await apiRouter.createCaller({ host }, { signal: page.signal }).app.events();
  called.set('app.events', 'answered');
  void (async () => { for await (const event of events as AsyncIterable<unknown>) said.push(['app.events', JSON.stringify(event)]); })();
  await call('app.lock');
  await call('app.unlock', { passphrase: BACKUP_PASSPHRASE, remember: false });
  await call('app.unlock', { passphrase: PASSPHRASE, remember: false });
  await when(host, (s) => s.phase === 'ready');

  // What is imported is looked for ever after; one with a broken row says which, and no value of it.
  await must('owner.importFile', { file: { upload: await send('walk.csv', csv) }, device: 'LG G Watch' });
  const broken = csv.replace(/\n(\d+),([-\d.]+),([-\d.]+),/g, (row, t: string, x: string, y: string) => (t.endsWith('20000') ? `\n${t},${x},${y}x,` : row));
  expect(await done('owner.importFile', { file: { upload: await send('broken.csv', broken) } })).toMatchObject({ state: 'failed', error: { code: 'row-malformed' } });
  await must('owner.importFile', { file: { upload: await send('skipped.csv', later(broken, '1760')) }, skipMalformed: true });
  // Its rows are there already: none is added, and the report says so.
  const again = await must('owner.importFile', { file: { upload: await send('again.csv', csv) }, device: 'LG G Watch' });
  expect(again.result).toMatchObject({ recordings: 0, alreadyThere: walk.length });
  await call('owner.importOutcome', again.id);
  for (const text of [csv, broken, csv.slice(csv.indexOf('\n') + 1)]) await call('owner.previewImport', { file: { upload: await send('seen.csv', text) } });
  const { id: entry } = await call('owner.addEntry', { kind: 'medicine', name: NOTE, amount: 2.5, unit: 'mg', time: 1_750_000_000_000, offsetMinutes: 60 }) as { id: string };
  await call('owner.editEntry', { id: entry, entry: { kind: 'symptom', name: NOTE, severity: 3, time: 1_750_000_000_000, offsetMinutes: 60 } });
  await call('owner.addEntry', { kind: 'symptom', name: NOTE, severity: 1, time: 1_750_000_300_000, offsetMinutes: 60 });
  await call('owner.manualEntries');
  await call('owner.deleteEntry', entry);
  await call('owner.addEntry', { kind: 'weight', value: -1, unit: 'kg', time: 0, offsetMinutes: 0 });
  // Without a header its first row stands where names are expected.
  for (const text of [csv.slice(csv.indexOf('\n') + 1), csv.slice(csv.indexOf('\n') + 1).replaceAll(/^\d+/gm, '$&e0'), csv.slice(0, -30), csv.replace('1750000000000,', 'soon,')]) expect((await done('owner.importFile', { file: { upload: await send('headless.csv', text) } })).state).toBe('failed');
  await must('owner.simulate', { minutes: 1, seed: 5 });
  await call('capture.state');
  const live = await apiRouter.createCaller({ host }, { signal: page.signal }).capture.events();
  called.set('capture.events', 'answered');
  void (async () => { for await (const event of live as AsyncIterable<unknown>) said.push(['capture.events', JSON.stringify(event)]); })();
  await call('capture.scan', { seconds: 1 });
  await call('capture.stopScan');
  await call('capture.start', { simulated: { rateHz: 50, seed: 5 } });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await call('capture.stop', {});
  await call('devices.list');
  await call('devices.update', { list: { upload: await send('devices.json', csv) }, signature: { upload: await send('devices.json.sig', csv) } });
  await call('devices.refresh');
  const recordings = await call('owner.recordings') as { id: string; title: string }[];
  const id = recordings.find((r) => r.title === 'walk')!.id;
  await must('owner.score', id);
  await must('devices.name', { recordingId: id, device: 'lg-g-watch' });
  await call('owner.recording', id);
  await call('owner.plot', { id, range: { channel: 'acceleration', from: 0, to: 60e6, pixels: 400 } });
  await call('owner.forget', recordings.find((r) => r.title === 'skipped')!.id);
  const full = await when(host, (s) => s.demo.state === 'ready' || s.demo.state === 'failed', 60_000);
  expect(full.demo).toMatchObject({ state: 'ready' });

  const share = ShareIn.parse({ recordingId: id, title: 'A walk', description: '', tags: ['walk'], demographics: { ageBand: 'undisclosed', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, price: '2000000000000000000', keepers: 3, threshold: 2, exclude: [{ from: 0, to: 2e6 }] });
  await call('owner.preview', share);
  await call('owner.keepers');
  await call('owner.cost', 'setPrice');
  await must('owner.publish', share);
  await call('owner.publications');
  await call('owner.resume', 'nothing');
  await call('owner.discard', 'nothing');
  const [mine] = await call('owner.datasets') as { id: number }[];
  await vi.waitUntil(() => host.notices().some((n) => n.kind === 'certified'), { timeout: 90_000 });
  await call('owner.dataset', mine!.id);
  await call('owner.setPrice', { datasetId: mine!.id, price: '3000000000000000000' });

  await when(host, (s) => BigInt(s.balance!.phd) > 0n, 120_000);
  const found = await call('market.search', { certifiedOnly: true }) as { rows: { id: number; mine: boolean; version: number; price: string }[] };
  const theirs = found.rows.find((r) => !r.mine)!;
  await call('market.listing', theirs.id);
  await call('market.quote', [theirs.id, mine!.id]);
  const bought = await must('market.buy', { items: [{ datasetId: theirs.id, version: theirs.version, maxPrice: theirs.price }], purpose: 'a study' });
  const [purchase] = await call('market.purchases') as { accessId: number }[];
  const accessId = purchase!.accessId;
  await vi.waitUntil(async () => host.jobs().every((j) => j.state !== 'running'), { timeout: 90_000 });
  const opened = (await call('market.purchase', accessId) as { opened: boolean }).opened;
  if (!opened) await must('market.open', accessId);
  expect(bought.state).toBe('done');
  // Their rows are as secret while they lie in this profile.
  await must('market.exportAs', { accessId, format: 'csv', dir: out });
  await must('market.exportAs', { accessId, format: 'parquet', dir: out });
  const exported = filesBelow(out).find((p) => p.endsWith('.csv'))!;
  const theirRows = readFileSync(exported, 'utf8').trim().split('\n').slice(1).map((l) => l.split(',').slice(1).map(Number));
  expect(theirRows.length).toBeGreaterThan(500);
  const decimals = Math.max(...theirRows.slice(0, 50).flat().map((v) => String(v).split('.')[1]?.length ?? 0));
  // Single values of so few digits may be met by chance: whole rows are looked for.
  const theirsPlanted = plainRows('rows of the purchase', theirRows, decimals);
  planted.push({ ...theirsPlanted, texts: theirsPlanted.texts.filter((t) => t.includes(',')) });
  const purchaseView = await call('market.purchase', accessId) as { channels: { name: string }[] };
  await call('market.plot', { accessId, range: { channel: purchaseView.channels[0]!.name, from: 0, to: 30e6, pixels: 200 } });
  await call('market.refund', accessId);
  const saved = await call('market.saveSearch', { name: 'walks', search: { text: 'walk', certifiedOnly: true, sort: 'newest' }, notify: true }) as { id: number };
  await call('market.savedSearches');
  await call('market.seenSearch', saved.id);
  await call('market.forgetSearch', saved.id);

  await call('keeper.start', { stake: '2000000000000000000' });
  for (const path of ['keeper.overview', 'keeper.shares', 'keeper.checkHealth', 'validator.queue', 'validator.decided', 'keeper.withdrawEarnings', 'keeper.withdrawStake', 'account.withdrawEarnings']) await call(path);
  await call('keeper.releases', {});
  await call('keeper.pause', true);
  await call('keeper.addStake', '1000');
  await call('keeper.requestUnstake', '1000');
  await call('keeper.release', { accessId, index: 0 });
  await call('keeper.stop');
  await call('validator.check', mine!.id);
  await call('validator.checked', mine!.id);
  await call('validator.decide', { datasetId: mine!.id, certify: true, reasons: [] });
  await call('validator.automatic', true);
  await call('account.trace', {});
  await call('account.previewSend', { to: `0x${'12'.repeat(20)}`, amount: '1' });
  await call('account.send', { to: `0x${'12'.repeat(20)}`, amount: '1' });

  await driveSharing({ call, done, said, plots }, {
    person: host, doctor: (doctor = await kit.open('doctor')), doctorDir: kit.profile('doctor'), network: join(profile, 'demo', 'network', 'network.json'), out, recordingId: id, datasetId: mine!.id, csv: later(csv, '1780'), passphrase: PASSPHRASE,
  });
  await must('app.backup', { path: join(out, 'a.phdxbackup'), passphrase: BACKUP_PASSPHRASE });
  const other = await kit.open('other');
  await call('app.restoreBackup', { source: { path: join(out, 'a.phdxbackup') }, passphrase: PASSPHRASE, remember: false }, other);
  await call('app.restoreBackup', { source: { upload: 'none' }, passphrase: PASSPHRASE, remember: false }, other);
  await call('app.chooseNetwork', { kind: 'rpc', file: `{ "chainId": "${MNEMONIC}"` }, other);
  await other.stop();

  await call('owner.stopSharing', mine!.id);
  await call('owner.certificate', mine!.id);
  await done('owner.erase', { datasetId: mine!.id, alsoRecording: false });
  await call('owner.certificate', mine!.id);
  await call('app.set', { theme: 'dark' });
  await call('app.forgetPassphrase');
  await call('app.readNotices', 3);
  for (const path of ['app.cancelJob', 'app.retryJob', 'app.dismissJob']) await call(path, host.jobs()[0]!.id);
  for (const path of ['app.jobs', 'app.notices', 'app.state']) await call(path);
  page.abort();
}

async function theCommandLine(): Promise<void> {
  const network = await startLocalNetwork({ dir: join(profile, 'demo', 'network') });
  try {
    // Imported by a path that is outside of the profile, as people have it.
    const sources = join(kit.dir, 'mine');
    mkdirSync(sources);
    writeFileSync(join(sources, 'cli.csv'), later(csv, '1770'));
    writeFileSync(join(sources, 'broken.csv'), csv.replace(/,([-\d.]+)\n1750000020000,/, ',$1e\n1750000020000,'));
    const imported = await phdex(['import', join(sources, 'cli.csv'), '--json']);
    expect(imported.code).toBe(0);
    await phdex(['import', join(sources, 'broken.csv')]);
    const { recordingId } = JSON.parse(imported.stdout.trim().split('\n').at(-1)!) as { recordingId: string };
    await phdex(['score', recordingId]);
    await phdex(['list', '--recordings', '--json']);
    await phdex(['list', '--mine']);
    await phdex(['balance', '--json']);
    await phdex(['history', '--json']);
    await phdex(['send', 'nobody', '1']);
    await phdex(['publish', recordingId, '--title', 'Again', '--price', '1', '--keepers', '9', '--json']);
    await phdex(['buy', '99']);
    await phdex(['open', '99', '--json']);
    await phdex(['forget', recordingId]);
    await phdex(['wallet', 'restore', '--json'], `${MNEMONIC} zoo`, join(kit.dir, 'restored'));
    expect((await phdex(['wallet', 'restore', '--json'], MNEMONIC, join(kit.dir, 'restored'))).code).toBe(0);
    await phdex(['wallet', 'address', '--json']);
  } finally { await network.stop(); }
}

describe('what must not leave', () => {
  it('was driven over every route', () => {
    const routes = Object.keys((apiRouter as unknown as { _def: { procedures: Record<string, unknown> } })._def.procedures);
    expect(routes.filter((r) => !called.has(r))).toEqual([]);
    // Whether a scan is answered depends on the machine's Bluetooth; and there is no study whose entries could be acted on.
    expect(routes.filter((r) => called.get(r) === 'refused' && r !== 'capture.scan' && !r.startsWith('studies.')).sort()).toEqual(REFUSED);
    expect(ran.filter((r) => r.code !== 0).map((r) => r.args.split(' ')[0])).not.toContain('score');
  });

  it('is in no answer, error, event or line of output', () => {
    const texts = searchFor(planted, 'texts');
    said.push(['stdout and stderr', streams.join('')], ['events of the host', JSON.stringify(host.events)], ['events of the doctor’s host', JSON.stringify(doctor.events)]);
    expect(said.length).toBeGreaterThan(100);
    expect(said.flatMap(([where, text]) => inText(texts, text).map((what) => `${where}: ${what}`))).toEqual([]);
    // Plots show rows, and nothing else that is secret.
    expect(plots.some((p) => inText(texts, p).length > 0)).toBe(true);
    expect(plots.flatMap((p) => inText(searchFor(planted.filter((s) => !s.name.startsWith('rows')), 'texts'), p))).toEqual([]);
  });

  it('was never in a file of the profile, not for a moment, nor among temporary ones', () => {
    const all = searchFor(planted, 'all');
    expect(watcher.looked()).toBeGreaterThan(100);
    expect([...watcher.found]).toEqual([]);
    for (const dir of [profile, kit.profile('restored'), kit.profile('doctor'), temporary]) for (const path of filesBelow(dir)) expect(inBytes(all, readFileSync(path)), path).toEqual([]);
    const note = searchFor([{ name: 'a note', texts: [NOTE], bytes: [Buffer.from(NOTE)] }], 'all');
    for (const dir of [profile, temporary]) for (const path of filesBelow(dir)) expect(note(readFileSync(path)), path).toEqual([]);
    for (const [name, text] of Object.entries(SHARED)) {
      const find = searchFor([{ name, texts: [text], bytes: [Buffer.from(text)] }], 'all');
      for (const dir of [profile, kit.profile('doctor'), temporary]) for (const path of filesBelow(dir)) expect(find(readFileSync(path)), path).toEqual([]);
    }
    expect(readdirSync(temporary)).toEqual([]);
    const backup = readFileSync(join(out, 'a.phdxbackup'));
    expect(inBytes(all, backup)).toEqual([]);
    // The search finds what is there: the export that was asked for.
    expect(filesBelow(out).some((path) => inBytes(all, readFileSync(path)).length > 0)).toBe(true);
    expect(filesBelow(out).flatMap((path) => inBytes(all, readFileSync(path)))).toContain('a Parquet file');
  });

  it('holds for the keys and shares below the wallet', async () => {
    const secrets: Planted[] = [];
    const { parts, stop } = await openParts({ dir: profile, passphrase: async () => PASSPHRASE, network: () => '' });
    for (const what of ['recordings', 'shares', 'dataset-keys', 'reports', 'purchases']) secrets.push(secretBytes(`the storage key of ${what}`, parts.wallet.storageKey(what)));
    for (const { idx } of parts.db.prepare('SELECT idx FROM access_keys').all() as { idx: number }[]) parts.wallet.withAccessSecret(idx, (secret) => { secrets.push(secretBytes(`access key ${idx}`, secret)); });
    await parts.wallet.withEncryptionKey(async (key) => { secrets.push(secretBytes('the encryption key', key)); });
    await stop();
    // The shares that were made of the person's dataset, and of the one it bought, as their keepers hold them.
    const people = join(profile, 'demo', 'people');
    const { passphrase } = JSON.parse(readFileSync(join(people, '..', 'people.json'), 'utf8')) as { passphrase: string };
    for (const name of readdirSync(people)) {
      const open = await openParts({ dir: join(people, name), passphrase: async () => passphrase, network: () => '' });
      const store = createShareStore(open.parts.db, open.parts.wallet);
      for (const row of open.parts.db.prepare('SELECT dataset_id, seat FROM kept_shares').all() as { dataset_id: number; seat: number }[]) secrets.push(secretBytes(`share ${row.seat} of dataset ${row.dataset_id}`, store.get(row.dataset_id, row.seat)!));
      const key = open.parts.wallet.storageKey('dataset-keys');
      for (const row of open.parts.db.prepare('SELECT nonce, sealed FROM dataset_keys').all() as { nonce: string; sealed: Buffer }[]) secrets.push(secretBytes('a dataset key', openAtRest(key, `dataset-key/${row.nonce}`, row.sealed)));
      await open.stop();
    }
    expect(secrets.filter((s) => s.name.startsWith('share')).length).toBeGreaterThanOrEqual(3);
    expect(secrets.some((s) => s.name === 'a dataset key')).toBe(true);
    const [texts, all] = [searchFor(secrets, 'texts'), searchFor(secrets, 'all')];
    expect([...said.map(([, text]) => text), ...plots].flatMap((text) => inText(texts, text))).toEqual([]);
    for (const path of [...filesBelow(profile), ...filesBelow(out)]) expect(all(readFileSync(path)), path).toEqual([]);
  });
});
