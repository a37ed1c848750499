import { beforeEach, afterEach, expect, it } from 'vitest';
import type { Backstage } from '../../electron/app/backstage.ts';
import { createListings } from '../../electron/app/market/listings.ts';
import { createSavedSearches } from '../../electron/app/market/saved-searches.ts';
import { createVerdicts } from '../../electron/app/market/verdicts.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { reportSummaries, type ReportSummaries } from '../../electron/db/queries/report-summaries.ts';
import { SearchPage } from '../../shared/api/market.ts';
import { summaryOf } from '../../shared/report-view.ts';
import { reportOf } from '../quality/reports.ts';

const ME = `0x${'a'.repeat(40)}` as const;
let db: Db;
let summaries: ReportSummaries;
let told: { kind: string; params: Record<string, unknown>; link: string }[];
let saved: ReturnType<typeof createSavedSearches>;
const owners = new Map<number, string>();

beforeEach(() => {
  db = openDatabase(':memory:');
  summaries = reportSummaries(db);
  told = [];
  owners.clear();
  // What the searches touch of the app behind them.
  const stage = {
    parts: { db, address: ME, accounts: { mine: () => new Set([ME]) } }, chain: { reads: { dataset: (id: number) => ({ owner: owners.get(id) }) } }, changed: () => undefined,
    notify: (kind: string, params: Record<string, unknown>, link: string) => { told.push({ kind, params, link }); },
  } as unknown as Backstage;
  saved = createSavedSearches(stage, createListings(db, ME, { verdicts: createVerdicts(db) }));
});
afterEach(() => db.close());

function list(id: number, sleepHours: number | null, owner = `0x${'b'.repeat(40)}`): void {
  owners.set(id, owner);
  db.prepare("INSERT INTO datasets VALUES (?, ?, ?, 'r', 'n', 'c', '5', 1, 1000, 200, 2, 'certified', 3, 3, '0xv', 80, NULL, 1, ?)").run(id, owner, `h${id}`, id);
  if (sleepHours === null) return;
  const report = reportOf();
  report.labels!.seconds.sleep = sleepHours * 3600;
  summaries.save(id, `h${id}`, summaryOf(report));
}
const night = SearchPage.parse({ specification: { version: 1, wanted: [{ show: 'sleep', minHours: 6 }] } });

it('a saved search tells of what meets its specification, once, and of nothing else', () => {
  list(1, 7);
  saved.save({ name: 'Nights', search: night, notify: true });
  saved.save({ name: 'All', search: SearchPage.parse({}), notify: false });
  expect(saved.list().map((s) => [s.name, s.matches])).toEqual([['Nights', 1], ['All', 1]]);
  list(2, 8);
  list(3, 2);
  list(4, 9, ME);
  expect(saved.match([2, 3, 4])).toBe(true);
  expect(told).toEqual([{ kind: 'saved-search', params: { name: 'Nights', count: 1, title: '#2' }, link: '/market/2' }]);
  expect(saved.list().map((s) => [s.name, s.matches, s.unseen])).toEqual([['Nights', 3, 1], ['All', 4, 2]]);
  saved.match([2, 3, 4]);
  expect(told.length).toBe(1);
});

it('waits for the report where the label came first, and keeps the specification as it was saved', () => {
  saved.save({ name: 'Nights', search: night, notify: true });
  expect([saved.specified(), saved.list()[0]!.search.specification]).toEqual([true, night.specification]);
  list(1, null);
  expect(saved.match([1])).toBe(false);
  const report = reportOf();
  report.labels!.seconds.sleep = 6 * 3600;
  summaries.save(1, 'h1', summaryOf(report));
  expect(saved.match([1])).toBe(true);
  expect(told.map((n) => n.link)).toEqual(['/market/1']);
  saved.forget(saved.list()[0]!.id);
  expect(saved.specified()).toBe(false);
});
