import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createListings } from '../../electron/app/market/listings.ts';
import { createVerdicts, type Verdicts } from '../../electron/app/market/verdicts.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { reportSummaries, type ReportSummaries } from '../../electron/db/queries/report-summaries.ts';
import { SearchPage } from '../../shared/api/market.ts';
import type { Specification } from '../../shared/domain/specification.ts';
import { summaryOf } from '../../shared/report-view.ts';
import { reportOf, reportV1 } from '../quality/reports.ts';

const ME = `0x${'a'.repeat(40)}` as const;
const NIGHT: Specification = { version: 1, channels: [{ kind: 'acceleration' }], wanted: [{ show: 'sleep', minHours: 6 }] };
const summaryWith = (sleepHours: number) => { const report = reportOf(); report.labels!.seconds.sleep = sleepHours * 3600; return summaryOf(report)!; };

describe('listings and what somebody needs', () => {
  let db: Db;
  let summaries: ReportSummaries;
  let verdicts: Verdicts;
  let ready: () => void = () => undefined;
  beforeEach(() => {
    db = openDatabase(':memory:');
    summaries = reportSummaries(db);
    ready = () => undefined;
    verdicts = createVerdicts(db, () => ready());
  });
  afterEach(() => { verdicts.close(); db.close(); });
  const list = (id: number, hash = `h${id}`) => db.prepare("INSERT OR REPLACE INTO datasets VALUES (?, '0xo', ?, 'r', 'n', 'c', '5', 1, 1000, 200, 2, 'certified', 3, 3, '0xv', 80, NULL, 1, ?)").run(id, hash, id);
  const search = (part: object) => createListings(db, ME, { verdicts }).search(SearchPage.parse(part));
  const ids = (part: object) => search(part).rows.map((r) => r.id);

  it('only what meets it is found, with the reasons, and what nobody knows is not', () => {
    for (const id of [1, 2, 3, 4]) list(id);
    summaries.save(1, 'h1', summaryWith(7));
    summaries.save(2, 'h2', summaryWith(3));
    summaries.save(3, 'h3', summaryOf(reportV1()));
    const found = search({ specification: NIGHT });
    expect(found.rows.map((r) => [r.id, r.verdict?.fits])).toEqual([[1, true]]);
    expect([found.total, found.facets.certified]).toEqual([1, 1]);
    const all = search({ specification: NIGHT, unfit: true });
    expect(all.rows.map((r) => [r.id, r.verdict?.fits])).toEqual([[4, undefined], [3, undefined], [2, false], [1, true]]);
    expect(all.rows[2]!.verdict!.reasons.find((r) => !r.ok)!.sentence).toBe('3 h of sleep; at least 6 h are asked for.');
    expect(all.rows[0]!.verdict).toBeNull();
    expect(search({}).rows.every((r) => !('verdict' in r))).toBe(true);
  });

  it('a report that comes later, or of another content, changes the answer', () => {
    list(1);
    expect(ids({ specification: NIGHT })).toEqual([]);
    summaries.save(1, 'h1', summaryWith(8));
    expect(ids({ specification: NIGHT })).toEqual([1]);
    // After a reorganisation another dataset has the number.
    list(1, 'other');
    expect(search({ specification: NIGHT, unfit: true }).rows[0]!.verdict).toBeNull();
    summaries.save(1, 'other', summaryWith(1));
    expect(ids({ specification: NIGHT })).toEqual([]);
    expect(search({ specification: NIGHT, unfit: true }).rows[0]!.verdict!.fits).toBe(false);
  });

  it('a new listing is judged at once, whatever else is still to be looked through', async () => {
    const many = 2500;
    db.transaction(() => { for (let id = 1; id <= many; id++) { list(id); summaries.save(id, `h${id}`, summaryWith(id % 2 === 0 ? 7 : 1)); } })();
    const told = new Promise<void>((resolve) => { ready = resolve; });
    const listings = createListings(db, ME, { verdicts });
    const query = SearchPage.parse({ specification: NIGHT });
    const first = listings.count(query);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(many / 2);
    expect(listings.among(query, [many - 1, many])).toEqual([many]);
    await told;
    expect(listings.count(query)).toBe(many / 2);
  });

  it('knows which reports are still to be seen, of what is on offer', () => {
    for (const id of [1, 2, 3]) list(id);
    summaries.save(2, 'h2', null);
    summaries.save(3, 'former', summaryWith(1));
    db.prepare("UPDATE datasets SET status = 'withdrawn' WHERE id = 1").run();
    expect(summaries.missing(99, 10)).toEqual([3]);
    expect([summaries.of(1), summaries.of(2), summaries.of(3)]).toEqual([undefined, null, undefined]);
    const before = summaries.newest();
    summaries.save(2, 'h2', null);
    expect(summaries.newest()).toBe(before);
  });
});
