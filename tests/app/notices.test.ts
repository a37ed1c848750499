import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNotices, watchNotices } from '../../electron/app/notices.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import type { Notice } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';

const account = (n: number): Hex => `0x${n.toString(16).padStart(40, '0')}`;
const [me, other, keeper] = [account(1), account(2), account(3)];
const coins = (n: number) => (BigInt(n) * 10n ** 18n).toString();
const START = 1_700_000_000;
const wallet = { storageKey: () => new Uint8Array(32).fill(7) };

let dir: string;
let db: Db;
let told: Notice[];
let listeners: (() => void)[];
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-news-')); db = openDatabase(join(dir, 'a.sqlite')); told = []; listeners = []; });
afterEach(() => { db.close(); rmSync(dir, { recursive: true, force: true }); });

const dataset = (id: number, owner: Hex, validator: Hex | null = null) => db.prepare("INSERT INTO datasets VALUES (?, ?, '0x', '0x', '0x', 'bafy', '1', 1, 0, 0, 2, 'certified', 2, 2, ?, 90, '0x', 1, 1)").run(id, owner, validator);
const access = (id: number, of: number, grantee: Hex, kind = 'purchase', seats = 3) => db.prepare("INSERT INTO accesses VALUES (?, ?, ?, ?, 'open', '0x', '0x', 1, '1', 1, NULL, ?, '0x', 1, 1)").run(id, of, grantee, kind, seats);
const seat = (of: number, index: number, who: Hex) => db.prepare("INSERT INTO seats VALUES (?, ?, ?, '0x', 'accepted')").run(of, index, who);
let order = 0;
function event(block: number, name: string, row: { dataset?: number; access?: number; actor?: Hex; subject?: Hex; amount?: string; details?: object; tx?: string; at?: number }): void {
  db.prepare('INSERT INTO history (block, log_index, at, tx, event, dataset_id, access_id, actor, subject, amount, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(block, order++, row.at ?? START + block, row.tx ?? `0xt${order}`, name, row.dataset ?? null, row.access ?? null, row.actor ?? null, row.subject ?? null, row.amount ?? null, JSON.stringify(row.details ?? {}));
}
const watch = (who = me, byHand = false) => watchNotices({ db, chain: { indexer: { onChange: (l: () => void) => { listeners.push(l); return () => { listeners = listeners.filter((x) => x !== l); }; } } as never }, me: who, since: START * 1000, notices: createNotices(db, (n) => told.push(n), wallet), byHand: () => byHand });
const blockCame = () => { for (const listener of listeners) listener(); };
const short = () => told.map((n) => [n.kind, n.params.amount ?? null, n.link]);

it('an owner hears of verdicts, sales and what they brought, without the keepers’ part', () => {
  dataset(7, me, other);
  access(4, 7, other);
  watch();
  event(1, 'DatasetCertified', { dataset: 7, subject: me });
  event(2, 'AccessOpened', { dataset: 7, access: 4, actor: other, amount: coins(5) });
  event(3, 'AccessSettled', { dataset: 7, access: 4, amount: coins(5), details: { toOwner: coins(4), toKeepers: coins(1), toValidator: '0' } });
  event(4, 'DatasetRejected', { dataset: 7, subject: me });
  blockCame();
  expect(short()).toEqual([['certified', null, '/owner/datasets/7'], ['sale', '5.0', '/owner/datasets/7'], ['payout', '4.0', '/owner/datasets/7'], ['rejected', null, '/owner/datasets/7']]);
  expect(told[0]!.params).toMatchObject({ title: '#7', datasetId: 7 });
});

it('a keeper hears what it earned and what it lost, and is asked for a release only where it releases by hand', () => {
  dataset(7, other);
  access(4, 7, other);
  access(5, 7, other, 'validation', 1);
  seat(7, 1, keeper);
  const stop = watch(keeper);
  event(1, 'AccessOpened', { dataset: 7, access: 4, actor: other, amount: coins(5) });
  blockCame();
  expect(told).toEqual([]);
  stop();
  watch(keeper, true);
  event(2, 'AccessOpened', { dataset: 7, access: 4, actor: other, amount: coins(5) });
  event(2, 'AccessOpened', { dataset: 7, access: 5, actor: other, amount: '0' });
  event(3, 'AccessSettled', { dataset: 7, access: 4, tx: '0xsettle', details: { toOwner: coins(4) } });
  event(3, 'EarningsCredited', { subject: keeper, amount: '250000000000000000', tx: '0xsettle' });
  event(4, 'Slashed', { actor: keeper, subject: other, details: { wei: '1500000000000000000' } });
  event(5, 'Slashed', { actor: other, subject: keeper, details: { wei: coins(9) } });
  blockCame();
  expect(short()).toEqual([['request', null, '/keeper/releases'], ['payout', '0.25', '/wallet'], ['slashed', '1.5', '/keeper']]);
  expect(told[1]!.params).toMatchObject({ datasetId: 7 });
});

it('a customer hears of its refund and not of others’', () => {
  dataset(7, other);
  access(4, 7, me);
  access(5, 7, keeper);
  watch();
  event(1, 'AccessRefunded', { dataset: 7, access: 4, subject: me, amount: coins(5) });
  event(1, 'AccessRefunded', { dataset: 7, access: 5, subject: keeper, amount: coins(5) });
  event(1, 'AccessOpened', { dataset: 7, access: 5, actor: keeper, amount: coins(5) });
  blockCame();
  expect(short()).toEqual([['payout', '5.0', '/purchases/4']]);
});

it('each is told once, over restarts too, and nothing of before the first start', () => {
  dataset(7, me);
  event(1, 'DatasetCertified', { dataset: 7, at: START - 10 });
  event(2, 'DatasetCertified', { dataset: 7 });
  watch()();
  expect(told).toHaveLength(1);
  watch();
  blockCame();
  expect(told).toHaveLength(1);
  event(3, 'DatasetCertified', { dataset: 7 });
  blockCame();
  blockCame();
  expect(told).toHaveLength(2);
});

it('what comes after a reorganisation is news, also where the chain is shorter at first', () => {
  dataset(7, me);
  watch();
  event(10, 'DatasetCertified', { dataset: 7 });
  blockCame();
  db.exec('DELETE FROM history');
  event(5, 'AccountNamed', {});
  blockCame();
  event(8, 'DatasetRejected', { dataset: 7 });
  blockCame();
  expect(told.map((n) => n.kind)).toEqual(['certified', 'rejected']);
});

it('they are kept, read and trimmed', () => {
  const notices = createNotices(db, (n) => told.push(n), wallet);
  for (let i = 0; i < 520; i++) notices.add('job-done', { title: `n${i}` }, null, START * 1000 + i);
  expect(db.prepare('SELECT count(*) FROM notices').pluck().get()).toBe(500);
  expect(notices.list()).toHaveLength(200);
  expect(notices.list()[0]).toMatchObject({ params: { title: 'n519' }, read: false });
  expect(notices.latest('job-done')).toBe(START * 1000 + 519);
  expect(notices.latest('sale')).toBe(0);
  notices.readUpTo(told.at(-2)!.id);
  expect(notices.unread()).toBe(1);
});

it('whoever has the disk reads none of them, nor those that an older version wrote', () => {
  db.prepare("INSERT INTO notices (at, kind, params, link) VALUES (5, 'sale', ?, NULL)").run(JSON.stringify({ title: 'Walks of April' }));
  const notices = createNotices(db, (n) => told.push(n), wallet);
  notices.add('health-link-opened', { label: 'For the cardiologist', recipient: 'Dr Weiss' }, '/owner/consent/links');
  expect(notices.list().map((n) => n.params)).toEqual([{ label: 'For the cardiologist', recipient: 'Dr Weiss' }, { title: 'Walks of April' }]);
  expect(JSON.stringify(db.prepare('SELECT * FROM notices').all())).not.toMatch(/Weiss|cardiologist|April/);
  expect(createNotices(db, () => undefined, wallet).list()).toEqual(notices.list());
});

it('what concerns any of one’s accounts is news: requests, rights, records, emergencies', () => {
  const fresh = account(11);
  const mine = new Set([me, fresh]);
  dataset(7, fresh);
  access(4, 7, other, 'emergency');
  const right = (id: number, owner: Hex, grantee: Hex, endedAt: number | null = null) => db.prepare("INSERT INTO rights VALUES (?, ?, ?, 0, 1, 'approved', 1, 0, '0x', NULL, '0x', NULL, NULL, NULL, NULL, 1, ?, '0x', 1)").run(id, owner, grantee, endedAt);
  right(3, other, fresh, START + 6);
  right(4, other, keeper, START + 7);
  let registrar = false;
  watchNotices({ db, chain: { indexer: { onChange: (l: () => void) => { listeners.push(l); return () => undefined; } } as never }, me, mine: () => mine, registrar: () => registrar, since: START * 1000, notices: createNotices(db, (n) => told.push(n), wallet), byHand: () => false });
  const next = (block: number, name: string, row: Parameters<typeof event>[2], more: { right?: number; record?: number } = {}) => {
    told = [];
    event(block, name, row);
    db.prepare('UPDATE history SET right_id = ?, record_id = ? WHERE rowid = (SELECT max(rowid) FROM history)').run(more.right ?? null, more.record ?? null);
    blockCame();
    return told.map((n) => [n.kind, n.link]);
  };
  expect(next(1, 'AccessRequested', { actor: other, subject: fresh }, { right: 1 })).toEqual([['access-requested', '/owner/consent']]);
  expect(told[0]!.params).toEqual({ rightId: 1 });
  expect(next(2, 'AccessRequested', { actor: me, subject: other }, { right: 2 })).toEqual([]);
  expect(next(3, 'AccessGranted', { actor: other, subject: me }, { right: 2 })).toEqual([['access-granted', '/held']]);
  expect(next(4, 'AccessRevoked', { actor: other, subject: me }, { right: 2 })).toEqual([['access-revoked', '/held']]);
  expect(next(5, 'AccessRevoked', { actor: me, subject: other }, { right: 2 })).toEqual([]);
  expect(next(6, 'AllRevoked', { actor: other })).toEqual([['access-revoked', '/held']]);
  // It ended nothing of mine.
  expect(next(7, 'AllRevoked', { actor: other })).toEqual([]);
  expect(next(8, 'RecordIssued', { actor: other, subject: fresh }, { record: 5 })).toEqual([['record-issued', '/owner/consent/records']]);
  expect(next(9, 'EmergencyOpened', { dataset: 7, access: 4, actor: other, subject: fresh })).toEqual([['emergency-opened', '/owner/consent/emergencies']]);
  expect(next(10, 'EmergencyContested', { dataset: 7, access: 4, actor: fresh, subject: other })).toEqual([]);
  registrar = true;
  dataset(8, other);
  access(5, 8, keeper, 'emergency');
  expect(next(11, 'EmergencyOpened', { dataset: 8, access: 5, actor: keeper, subject: other })).toEqual([['emergency-for-registrar', null]]);
  expect(next(12, 'EmergencyContested', { dataset: 8, access: 5, actor: other, subject: keeper })).toEqual([['contested', null]]);
  access(6, 8, me, 'emergency');
  expect(next(13, 'EmergencyContested', { dataset: 8, access: 6, actor: other, subject: me })).toEqual([['contested', '/held/emergency']]);
});
