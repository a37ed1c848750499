import { expect, it } from 'vitest';
import { createListings } from '../../electron/app/market/listings.ts';
import { openDatabase } from '../../electron/db/open-database.ts';
import { SearchPage } from '../../shared/api/market.ts';
import type { Label } from '../../shared/domain/label.ts';

const DATASETS = 100_000;
const [ME, VALIDATOR] = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`] as const;
const WORDS = ['wrist', 'night', 'walk', 'run', 'rest', 'bike', 'office', 'summer', 'winter', 'stairs'];

const label = (i: number): Label => ({
  title: `${WORDS[i % 10]} ${WORDS[(i >> 3) % 10]} number${i}`, description: 'An ordinary day', dataTypes: i % 3 ? ['acceleration'] : ['acceleration', 'heart-rate'], channels: [{ name: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], rateHz: 20 + (i % 4) * 20 }],
  rows: 1, durationSeconds: (i % 50) * 3600, month: null, days: 1, device: i % 2 ? `Watch ${i % 20}` : null, simulated: i % 100 === 0,
  demographics: { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 90, tags: [],
});

// One owner has a tenth of all, and a seller's reputation and a listing's sales stand in each row.
it('finds among 100,000 listings what looking at each of them finds', () => {
  const db = openDatabase(':memory:');
  const dataset = db.prepare("INSERT INTO datasets VALUES (?, ?, 'h', 'r', 'n', 'c', ?, 1, 1000, 200, 2, 'certified', 3, 3, ?, ?, NULL, 1, ?)");
  const labels = db.prepare("INSERT INTO labels VALUES (?, 'h', ?, NULL, 1)");
  const text = db.prepare('INSERT INTO label_text (rowid, title, description, words) VALUES (?, ?, ?, ?)');
  const access = db.prepare("INSERT INTO accesses VALUES (?, ?, ?, 'purchase', 'settled', '0x', '0x', 1, '1', 1, NULL, 7, '0x', 1, 1)");
  const settled = db.prepare("INSERT INTO history (block, log_index, at, tx, event, dataset_id, access_id, actor, subject, amount, details) VALUES (?, 0, 1, '0x', 'AccessSettled', ?, ?, NULL, ?, NULL, '{}')");
  db.transaction(() => {
    for (let id = 1; id <= DATASETS; id += 1) {
      const owner = id % 10 === 0 ? VALIDATOR : `0x${(id % 997).toString(16).padStart(40, '0')}`;
      const l = label(id);
      dataset.run(id, owner, `${(id % 900) + 100}000000000000000000`, VALIDATOR, 50 + (id % 50), id);
      labels.run(id, JSON.stringify(l));
      text.run(id, l.title, l.description, l.dataTypes.join(' '));
      if (id % 5 === 0) { access.run(id, id, ME); settled.run(id, id, id, owner); }
    }
  })();
  const listings = createListings(db, ME);
  expect(listings.search(SearchPage.parse({})).total).toBe(DATASETS);
  // As one types: each answer is what looking at every listing gives.
  const all = Array.from({ length: DATASETS }, (_, i) => label(i + 1));
  const words = all.map((l) => `${l.title} ${l.description} ${l.dataTypes.join(' ')}`.toLowerCase().split(/[^a-z0-9]+/));
  const has = (i: number, text: string) => text.split(' ').every((w) => words[i]!.some((token) => token.startsWith(w)));
  for (const text of ['w', 'wri', 'wrist', 'wrist n', 'number7', 'office bike', '']) {
    for (const more of [{}, { types: ['heart-rate' as const], device: 'Watch 9' }]) {
      const found = listings.search(SearchPage.parse({ text, ...more, sort: text === '' ? 'newest' : 'relevance' }));
      const right = all.filter((l, i) => has(i, text) && (!more.types || l.dataTypes.includes('heart-rate')) && (!more.device || l.device === more.device));
      expect(found.total, `${text} ${JSON.stringify(more)}`).toBe(right.length);
      expect(found.rows.length).toBe(Math.min(60, right.length));
      for (const { id } of found.rows) expect(right).toContain(all[id - 1]);
    }
  }
  const found = listings.search(SearchPage.parse({ text: 'number10', owner: VALIDATOR }));
  expect(found.rows.every((r) => r.owner === VALIDATOR && r.title!.includes('number10'))).toBe(true);
  expect(listings.among(SearchPage.parse({ text: 'wrist' }), [10, 11, 20])).toEqual([10, 20]);
  db.close();
});
