import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Db } from '../electron/db/open-database.ts';
import { labelQueries, type ListingQuery } from '../electron/db/queries/labels.ts';
import { Label } from '../shared/domain/label.ts';
import { fillListings, LISTINGS } from './listings.ts';

const TARGET_MS = 50;
/** Filters and orders of the marketplace page, each with its pages, its count and its facets. */
const PAGES: ListingQuery[] = [
  {}, { sort: 'score' }, { sort: 'price-asc' }, { sort: 'price-desc' }, { certifiedOnly: false, sort: 'score' }, { minQuality: 80, maxPrice: 30n * 10n ** 18n, sort: 'price-desc' },
  { types: ['acceleration'], ageBand: '30-39', minHours: 0.5, maxHours: 2, minRateHz: 50, simulated: true, device: 'device 7' }, { text: 'w', sort: 'relevance' }, { text: 'wrist', sort: 'relevance' },
  { text: 'wrist walking', sort: 'score' }, { text: 'series', sort: 'price-asc' }, { text: 'series 4711', sort: 'relevance' },
];

const PHRASES = ['wrist walking', 'night sleeping', 'evening running hip', 'commute', 'chest swimming summer', 'ankle', 'climbing weekend', 'réhabilitation', 'series 4711', 'tremor', 'nothing like it'];
/** What the peer can do as well. */
const FILTERS: (ListingQuery & { sort?: 'price' | 'quality' })[] = [{}, { certifiedOnly: false }, { minQuality: 80 }, { maxPrice: 30n * 10n ** 18n, sort: 'price' }, { sort: 'quality' }, { types: ['acceleration'] }];

/**
 * 100,000 listings in a profile's database; each phrase typed letter by letter, each letter a query, with every filter
 * and order that the market offers. The peer is the scan that one writes first: LIKE '%word%' for each word over title,
 * description and tags, the same filters, the same order, the same fifty rows read.
 */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-search-'));
  const db = openDatabase(join(dir, 'bench.sqlite'));
  try {
    const began = performance.now();
    fillListings(db);
    console.log(`filled    ${LISTINGS.toLocaleString('en')} listings in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const typed = PHRASES.flatMap((phrase) => FILTERS.flatMap((filter) => Array.from({ length: phrase.length }, (_, i) => ({ text: phrase.slice(0, i + 1), ...filter }))));
    const queries = labelQueries(db);
    line('phdex, the very first', [{ ms: timed(() => queries.search({})) }]);
    for (const query of typed.slice(0, 20)) queries.search(query);
    const mine = typed.map((query) => ({ query, ms: timed(() => queries.search(query)) }));
    const browsing = FILTERS.flatMap((filter) => Array.from({ length: 5 }, () => ({ query: filter, ms: timed(() => queries.search(filter)) })));
    const scan = likeScan(db);
    // Whole phrases only: a scan of all takes its time.
    const asked = PHRASES.flatMap((text) => FILTERS.map((filter) => ({ text, ...filter })));
    const peer = asked.map((query) => ({ query, ms: timed(() => scan(query)) }));
    const same = asked.map((query) => ({ query, ms: timed(() => queries.search(query)) }));
    line('phdex, as typed', mine);
    line('phdex, nothing typed yet', browsing);
    line('phdex, whole phrases', same);
    line('LIKE scan, whole phrases', peer);
    const change = db.prepare('UPDATE datasets SET score = (score + 1) % 101 WHERE id = ?');
    // Each after a change of some listing, as on a chain that moves: nothing is remembered from the one before.
    const fresh = (name: string, ask: (query: ListingQuery) => unknown) => {
      const all = PAGES.flatMap((query, i) => Array.from({ length: 5 }, (_, n) => { change.run(1 + ((i * 7919 + n) % LISTINGS)); return { ms: timed(() => ask(query)) }; }));
      line(name, all);
      return all;
    };
    for (const offset of [0, 1000, 50_000]) fresh(`phdex, page at ${offset}`, (query) => queries.search({ ...query, limit: 60, offset }));
    fresh('phdex, count', (query) => queries.count(query));
    fresh('phdex, facets', (query) => queries.facets(query));
    const whole = fresh('phdex, page + count + facets', (query) => [queries.search({ ...query, limit: 60 }), queries.count(query), queries.facets(query)]);
    line('phdex, labels to fetch', Array.from({ length: 20 }, () => ({ ms: timed(() => queries.datasetsNeedingLabel(200, 0)) })));
    console.log(`target    page, count and facets together: p95 ${at(whole, 0.95) <= TARGET_MS ? 'reached' : 'MISSED'}`);
    const p95 = at(mine, 0.95);
    console.log(`target    p95 ${TARGET_MS} ms: ${p95 <= TARGET_MS ? 'reached' : 'MISSED'}; nothing typed ${at(browsing, 0.95) <= TARGET_MS ? 'reached' : 'MISSED'}`);
    console.log(`ratio     ${(at(peer, 0.95) / at(same, 0.95)).toFixed(1)}× at p95, ${(at(peer, 0.5) / at(same, 0.5)).toFixed(1)}× at p50`);
    for (const { query, ms } of [...mine].sort((a, b) => b.ms - a.ms).slice(0, 3)) console.log(`slowest   ${ms.toFixed(1)} ms  ${JSON.stringify(query, (_k, v: unknown) => (typeof v === 'bigint' ? v.toString() : v))}`);
    console.log(`resident  ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

type Measured = { ms: number };
const at = (all: readonly Measured[], share: number) => all.map((m) => m.ms).sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))]!;
const line = (name: string, all: readonly Measured[]) => console.log(`${name.padEnd(28)} p50 ${at(all, 0.5).toFixed(2).padStart(8)} ms  p95 ${at(all, 0.95).toFixed(2).padStart(8)} ms  max ${at(all, 1).toFixed(2).padStart(8)} ms  (${all.length})`);

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function likeScan(db: Db): (query: (typeof FILTERS)[number]) => unknown[] {
  return (query) => {
    const where = [query.certifiedOnly === false ? "d.status <> 'withdrawn'" : "d.status = 'certified'"];
    const args: unknown[] = [];
    for (const word of query.text!.split(' ')) { where.push("(json_extract(l.label, '$.title') || ' ' || json_extract(l.label, '$.description') || ' ' || json_extract(l.label, '$.tags')) LIKE ?"); args.push(`%${word}%`); }
    if (query.minQuality !== undefined) { where.push('d.score >= ?'); args.push(query.minQuality); }
    if (query.maxPrice !== undefined) { const p = query.maxPrice.toString(); where.push('(length(d.price) < ? OR (length(d.price) = ? AND d.price <= ?))'); args.push(p.length, p.length, p); }
    for (const type of query.types ?? []) { where.push("EXISTS (SELECT 1 FROM json_each(l.label, '$.dataTypes') t WHERE t.value = ?)"); args.push(type); }
    const order = { newest: 'd.id DESC', price: 'length(d.price), d.price, d.id DESC', quality: 'd.score DESC, d.id DESC' }[query.sort ?? 'newest'];
    const rows = db.prepare(`SELECT d.id, d.price, d.score, l.label FROM datasets d JOIN labels l ON l.dataset_id = d.id WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT 50`).all(...args) as { label: string }[];
    return rows.map((r) => Label.parse(JSON.parse(r.label)));
  };
}
