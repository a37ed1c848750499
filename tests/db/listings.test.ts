import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { migrate, shippedMigrations } from '../../electron/db/migrate.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { labelQueries, type ListingQuery } from '../../electron/db/queries/labels.ts';
import { recordUndo, undoAbove } from '../../electron/db/undo.ts';
import type { Label } from '../../shared/domain/label.ts';

const WORDS = ['wrist', 'walking', 'night', 'Évening'];
const TYPES = ['acceleration', 'heart-rate', 'ecg'] as const;
const BANDS = ['undisclosed', '18-29', '30-39'] as const;
const DEVICES = [null, 'band one', 'band two'];
const OWNERS = ['0xaa', '0xbb'];
const PRICES = ['5', '900', '999999999999999', '1000000000000000', '1000000000000000000001', '1000000000000000000002'];
const STATUSES = ['published', 'certified', 'certified', 'certified', 'rejected', 'withdrawn'] as const;

type Made = { id: number; status: string; price: string; score: number | null; owner: string; label: Label | null };

const made: fc.Arbitrary<Omit<Made, 'id'>> = fc.record({
  status: fc.constantFrom(...STATUSES), price: fc.constantFrom(...PRICES), score: fc.option(fc.integer({ min: 0, max: 100 })), owner: fc.constantFrom(...OWNERS),
  label: fc.option(fc.record({
    title: fc.subarray(WORDS, { minLength: 1 }).map((w) => w.join(' ')), description: fc.subarray(WORDS).map((w) => w.join(' ')), dataTypes: fc.subarray([...TYPES], { minLength: 1 }),
    channels: fc.array(fc.integer({ min: 1, max: 500 }).map((rateHz) => ({ name: 'c', unit: 'g', components: ['x'], rateHz })), { maxLength: 2 }), rows: fc.constant(1),
    durationSeconds: fc.integer({ min: 0, max: 8 }).map((h) => h * 1800), month: fc.constant(null), days: fc.constant(1), device: fc.constantFrom(...DEVICES), simulated: fc.boolean(),
    demographics: fc.constantFrom(...BANDS).map((ageBand) => ({ ageBand, sex: 'undisclosed' as const, heightBandCm: 'undisclosed' as const, weightBandKg: 'undisclosed' as const })),
    quality: fc.constant(50), tags: fc.constant([] as string[]),
  }), { freq: 6 }),
});
const maybe = <T>(from: readonly T[]) => fc.option(fc.constantFrom(...from), { nil: undefined });
const asked: fc.Arbitrary<ListingQuery> = fc.record({
  text: maybe(['w', 'wal', 'wrist night', 'evening', '--', 'nothing']), types: maybe([['ecg'], ['acceleration', 'ecg'], [], ['steps']]), minQuality: maybe([0, 50, 99]), minHours: maybe([0.5, 2]), maxHours: maybe([1, 3]),
  minRateHz: maybe([100]), device: maybe(['band one', 'unknown']), ageBand: maybe(['30-39', 'undisclosed']), simulated: maybe([true, false]), minPrice: maybe([900n, 1000000000000000000002n]),
  maxPrice: maybe([899n, 999999999999999n, 1000000000000000000001n]), certifiedOnly: maybe([true, false]), owner: fc.option(fc.constantFrom('0xAA', '0xcc'), { nil: undefined, freq: 6 }), seller: maybe(['0xbb']),
  sort: maybe(['score', 'price-asc', 'price-desc', 'newest'] as const),
});

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The same question answered the slow way: one listing after the other. */
function slowly(all: readonly Made[], q: ListingQuery): Made[] {
  const words = q.text === undefined ? [] : plain(q.text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const found = all.filter((d) => {
    const l = d.label;
    if (q.owner ? d.owner !== q.owner.toLowerCase() : q.certifiedOnly === false ? d.status === 'withdrawn' : d.status !== 'certified') return false;
    if (q.text !== undefined) {
      const has = l ? plain(`${l.title} ${l.description} ${l.dataTypes.join(' ')} ${l.tags.join(' ')} ${l.device ?? ''} ${l.demographics.ageBand} ${l.demographics.sex}`).split(/[^a-z0-9]+/) : [];
      if (words.length === 0 || !words.every((w) => has.some((h) => h.startsWith(w)))) return false;
    }
    if (q.seller && d.owner !== q.seller) return false;
    if (q.minQuality !== undefined && q.minQuality > (d.score ?? -1)) return false;
    if (q.minPrice !== undefined && BigInt(d.price) < q.minPrice) return false;
    if (q.maxPrice !== undefined && BigInt(d.price) > q.maxPrice) return false;
    const onLabel: [unknown, () => boolean][] = [
      [q.types?.length ? q.types : undefined, () => q.types!.every((t) => (l!.dataTypes as string[]).includes(t))], [q.minHours, () => l!.durationSeconds / 3600 >= q.minHours!], [q.maxHours, () => l!.durationSeconds / 3600 <= q.maxHours!],
      [q.minRateHz, () => Math.max(0, ...l!.channels.map((c) => c.rateHz)) >= q.minRateHz!], [q.device, () => l!.device === q.device], [q.ageBand, () => l!.demographics.ageBand === q.ageBand], [q.simulated, () => l!.simulated === q.simulated],
    ];
    return onLabel.every(([set, holds]) => set === undefined || (l !== null && holds()));
  });
  const by: Record<string, (a: Made, b: Made) => number> = {
    newest: () => 0, score: (a, b) => (b.score ?? -1) - (a.score ?? -1), 'price-asc': (a, b) => Number(BigInt(a.price) - BigInt(b.price)), 'price-desc': (a, b) => Number(BigInt(b.price) - BigInt(a.price)),
  };
  return found.sort((a, b) => by[q.sort ?? 'newest']!(a, b) || b.id - a.id);
}

function put(db: Db, d: Made): void {
  db.prepare("INSERT OR REPLACE INTO datasets VALUES (?, ?, 'h', 'r', 'n', 'c', ?, 1, 0, 0, 2, ?, 3, 3, NULL, ?, NULL, 1, 1)").run(d.id, d.owner, d.price, d.status, d.score);
  if (d.label) labelQueries(db).saveLabel(d.id, 'h', d.label, 1);
}

describe('listings', () => {
  it('are found, counted and ordered as one would by looking at each, also after changes', () => {
    fc.assert(fc.property(fc.array(made, { maxLength: 40 }), fc.array(asked, { minLength: 1, maxLength: 6 }), fc.array(fc.record({ nth: fc.nat(), it: made }), { maxLength: 6 }), (all, queries, changes) => {
      const db = openDatabase(':memory:');
      const q = labelQueries(db);
      const now = all.map((d, i) => ({ ...d, id: i + 1 }));
      for (const d of now) put(db, d);
      const compare = () => {
        for (const query of queries) {
          const expected = slowly(now, query);
          expect(q.search({ ...query, limit: 1000 }).map((l) => l.id)).toEqual(expected.map((d) => d.id));
          expect(q.search({ ...query, limit: 3, offset: 2 }).map((l) => l.id)).toEqual(expected.slice(2, 5).map((d) => d.id));
          expect(q.count(query)).toBe(expected.length);
          const facets = q.facets(query);
          const tally = (counted: string[]) => Object.fromEntries([...new Set(counted)].sort().map((k) => [k, counted.filter((x) => x === k).length]));
          expect(facets.types).toEqual(tally(expected.flatMap((d) => d.label?.dataTypes ?? [])));
          expect(facets.ageBands).toEqual(tally(slowly(now, { ...query, ageBand: undefined }).flatMap((d) => (d.label ? [d.label.demographics.ageBand] : []))));
          expect(Object.fromEntries(facets.devices.map((d) => [d.name, d.count]))).toEqual(tally(slowly(now, { ...query, device: undefined }).flatMap((d) => d.label?.device ?? [])));
          expect(facets.certified).toBe(slowly(now, { ...query, certifiedOnly: false }).filter((d) => d.status === 'certified').length);
          expect(facets.simulated).toBe(slowly(now, { ...query, simulated: undefined }).filter((d) => d.label?.simulated).length);
        }
      };
      compare();
      for (const { nth, it: next } of changes) {
        // One that is there changes, or one more comes.
        const id = (nth % (now.length + 1)) + 1;
        const was = now[id - 1];
        const changed = { ...next, id, label: next.label ?? was?.label ?? null };
        now[id - 1] = changed;
        put(db, changed);
        compare();
      }
      db.close();
    }), { numRuns: 120 });
  });

  const some = (id: number, title: string, score = 50): Made => ({
    id, status: 'certified', price: '5', score, owner: '0xaa', label: {
      title, description: 'worn at night', dataTypes: ['ecg'], channels: [], rows: 1, durationSeconds: 1, month: null, days: 1, device: null, simulated: false,
      demographics: { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 50, tags: [],
    },
  });

  it('come by relevance: a word in the title before one in the description', () => {
    const db = openDatabase(':memory:');
    for (const d of [some(1, 'Wrist by night'), some(2, 'Wrist by day', 90), some(3, 'Night and night again')]) put(db, d);
    const ids = (text?: string) => labelQueries(db).search({ text, sort: 'relevance' }).map((l) => l.id);
    expect(ids('night').at(-1)).toBe(2);
    expect(ids('wrist').toSorted()).toEqual([1, 2]);
    expect(ids()).toEqual([2, 3, 1]);
    db.close();
  });

  it('follow a reorganisation, another connection, and a label that is lost', () => {
    const dir = mkdtempSync(join(tmpdir(), 'phdex-listings-'));
    const db = openDatabase(join(dir, 'a.sqlite'));
    const q = labelQueries(db);
    put(db, some(1, 'Wrist'));
    expect(q.count({})).toBe(1);
    recordUndo(db, 10);
    put(db, some(2, 'Ankle'));
    db.prepare("UPDATE datasets SET status = 'withdrawn' WHERE id = 1").run();
    expect(q.search({}).map((l) => l.id)).toEqual([2]);
    db.transaction(() => undoAbove(db, 9))();
    expect(q.search({}).map((l) => l.id)).toEqual([1]);
    const other = new Database(join(dir, 'a.sqlite'));
    other.prepare('UPDATE datasets SET score = 99 WHERE id = 1').run();
    other.close();
    expect(q.count({ minQuality: 99 })).toBe(1);
    expect(q.datasetsNeedingLabel(10, 0)).toEqual([]);
    q.saveFailure(1, 'h', 'gone', 7);
    expect(q.count({ types: ['ecg'] })).toBe(0);
    expect([q.datasetsNeedingLabel(10, 7), q.datasetsNeedingLabel(10, 8)]).toEqual([[], [1]]);
    // A label of what was listed under this id before is none.
    q.saveLabel(1, 'of another', some(1, 'Wrist').label!, 9);
    expect([q.search({}).map((l) => l.label), q.datasetsNeedingLabel(10, 0)]).toEqual([[null], [1]]);
    db.close();
    rmSync(dir, { recursive: true });
  });

  it('of a profile from before the index are in it', () => {
    const old = new Database(':memory:');
    migrate(old, shippedMigrations().filter((m) => m.version < 3));
    old.prepare("INSERT INTO datasets VALUES (1, '0xaa', 'h', 'r', 'n', 'c', '5', 1, 0, 0, 2, 'certified', 3, 3, NULL, 50, NULL, 1, 1)").run();
    old.prepare('INSERT INTO labels VALUES (1, ?, ?, NULL, 1)').run('h', JSON.stringify({ ...some(1, 'Wrist').label, device: 'band' }));
    migrate(old);
    expect(labelQueries(old).facets({})).toEqual({ types: { ecg: 1 }, ageBands: { '30-39': 1 }, devices: [{ name: 'band', count: 1 }], certified: 1, simulated: 0 });
    old.close();
  });
});
