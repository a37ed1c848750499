import { ChannelKind } from '../../shared/domain/recording.ts';
import { AgeBand } from '../../shared/domain/label.ts';
import type { DatasetStatus } from '../../shared/domain/chain.ts';
import type { Db } from './open-database.ts';

export type ListingSort = 'relevance' | 'score' | 'price-asc' | 'price-desc' | 'newest';
export type ListingFilter = {
  /** Words as a person types them; the last one may be unfinished. */
  text?: string;
  /** Kinds of channel that all have to be in it. */
  types?: readonly string[];
  minQuality?: number;
  minHours?: number;
  maxHours?: number;
  /** Of the fastest channel. */
  minRateHz?: number;
  device?: string;
  ageBand?: string;
  simulated?: boolean;
  /** PHD wei. */
  minPrice?: bigint;
  maxPrice?: bigint;
  /** On unless it is false; then all but what was withdrawn. */
  certifiedOnly?: boolean;
  /** What this account, or any of these, has published, whatever became of it: `certifiedOnly` has no say. */
  owner?: string;
  owners?: readonly string[];
  /** What this account offers, by `certifiedOnly` as everything else. */
  seller?: string;
  /** What meets a specification; `key` changes with what it says. */
  fits?: { key: string; has(datasetId: number): boolean };
};
/**
 * How many listings there would be for each choice. Age bands, devices, certified and simulated are counted as if
 * their own filter were not set, so that the other choices can be seen; types, which narrow each other, as they stand.
 */
export type ListingFacets = { types: Record<string, number>; ageBands: Record<string, number>; devices: { name: string; count: number }[]; certified: number; simulated: number };

const STATUSES: readonly (DatasetStatus | null)[] = [null, 'published', 'certified', 'rejected', 'withdrawn'];
const [PUBLISHED, CERTIFIED, WITHDRAWN] = [1, 2, 4];
const KINDS = ChannelKind.options;
const BANDS = AgeBand.options;
const DEVICES_SHOWN = 30;
/** Up to so many hits, relevance is BM25; beyond, nobody reads to the end and ranking all of them takes too long. */
const RANKED = 3000;
const TIERED = 40_000;
const CACHED = 8;

/** A filter that a listing fails, where facets want to know which. */
const [NO_AGE, NO_DEVICE, NO_CERTIFICATE, NO_SIMULATED] = [1, 2, 4, 8];

/** An amount as two numbers that are exact: wei up to 2^96 do not fit one. */
const high = (wei: string) => (wei.length > 15 ? Number(wei.slice(0, -15)) : 0);
const low = (wei: string) => Number(wei.slice(-15));

class Names {
  readonly names: (string | null)[] = [null];
  private readonly ids = new Map<string, number>();
  id(name: string | null): number {
    if (name === null) return 0;
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
  /** Of a name that was never met there is nothing: −1. */
  find(name: string): number { return this.ids.get(name) ?? -1; }
}

/** Places of a table that grows, by dataset id: ids are counted by the contract, so there are few gaps. */
class Columns {
  size = 0;
  status = new Uint8Array(0);
  labelled = new Uint8Array(0);
  score = new Int16Array(0);
  high = new Float64Array(0);
  low = new Float64Array(0);
  hours = new Float64Array(0);
  rate = new Float64Array(0);
  types = new Uint16Array(0);
  device = new Uint32Array(0);
  owner = new Uint32Array(0);
  age = new Uint8Array(0);
  simulated = new Uint8Array(0);

  reach(id: number): void {
    if (id < this.size) return;
    const room = this.status.length > id ? this.status.length : Math.max(1024, 2 ** Math.ceil(Math.log2(id + 1)));
    if (room > this.status.length) {
      for (const name of ['status', 'labelled', 'score', 'high', 'low', 'hours', 'rate', 'types', 'device', 'owner', 'age', 'simulated'] as const) {
        const old = this[name];
        const grown = new (old.constructor as new (n: number) => typeof old)(room);
        grown.set(old as never);
        (this as Record<string, unknown>)[name] = grown;
      }
    }
    this.size = id + 1;
  }
}

type Matched = { mask: Uint8Array; count: number };
type Evaluated = { mask: Uint8Array; count: number; facets: ListingFacets };
type Row = [id: number, seq: number, status: DatasetStatus | null, price: string | null, score: number | null, owner: string | null, types: string | null, hours: number, rate: number, device: string | null, age: string | null, simulated: number];

/** A person's words as an FTS5 query: each a quoted prefix, so that no character of theirs is an operator. */
export function ftsQuery(text: string): string | null {
  const words = text.normalize('NFKC').split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 12);
  return words.length === 0 ? null : words.map((w) => `"${w}"*`).join(' ');
}

/**
 * What listings are filtered and sorted by, in memory, column by column: a hundred thousand are looked through in a
 * millisecond or two, whatever the filters, the order and the page, where SQLite would have to visit each row for a
 * count or a facet. It holds nothing of its own: triggers note which listings changed (`listing_changes`), and each
 * question first reads those.
 */
export function createListingIndex(db: Db) {
  const newest = db.prepare('SELECT (SELECT max(seq) FROM listing_changes), (SELECT n FROM label_version)').raw();
  const changed = db.prepare(`
    SELECT c.dataset_id, c.seq, d.status, d.price, d.score, d.owner, f.types, f.hours, f.rate_hz, f.device, f.age_band, f.simulated
    FROM listing_changes c LEFT JOIN datasets d ON d.id = c.dataset_id LEFT JOIN label_facts f ON f.dataset_id = d.id AND f.content_hash = d.content_hash
    WHERE c.seq > ?`).raw();
  const matching = db.prepare('SELECT rowid FROM label_text WHERE label_text MATCH ?').pluck();
  const ranking = db.prepare('SELECT rowid FROM label_text WHERE label_text MATCH ? ORDER BY bm25(label_text, 10, 1, 4), rowid DESC').pluck();

  let columns = new Columns();
  let devices = new Names();
  let owners = new Names();
  let seen = 0;
  let texts = 0;
  let orders: Partial<Record<'score' | 'price-asc' | 'price-desc', Uint32Array>> = {};
  let matches = new Map<string, Matched>();
  let relevance = new Map<string, Uint32Array>();
  let evaluated = new Map<string, Evaluated>();

  function refresh(): void {
    const [now, labels] = (newest.get() as [number | null, number]).map((n) => n ?? 0) as [number, number];
    if (labels !== texts) matches = new Map();
    if (now === seen && labels === texts) return;
    texts = labels;
    if (now < seen) {
      [columns, devices, owners, seen, orders] = [new Columns(), new Names(), new Names(), 0, {}];
    }
    relevance = new Map();
    evaluated = new Map();
    const moved: number[] = [];
    for (const [id, seq, status, price, score, owner, types, hours, rate, device, age, simulated] of changed.iterate(seen) as IterableIterator<Row>) {
      const c = columns;
      c.reach(id);
      moved.push(id);
      seen = Math.max(seen, seq);
      c.status[id] = STATUSES.indexOf(status);
      c.score[id] = score ?? -1;
      c.high[id] = high(price ?? '0');
      c.low[id] = low(price ?? '0');
      c.owner[id] = owners.id(owner);
      c.labelled[id] = types === null ? 0 : 1;
      c.hours[id] = hours ?? 0;
      c.rate[id] = rate ?? 0;
      c.types[id] = (types ?? '').split(',').reduce((bits, t) => { const k = (KINDS as readonly string[]).indexOf(t); return k < 0 ? bits : bits | (1 << k); }, 0);
      c.device[id] = devices.id(device);
      c.age[id] = Math.max(0, (BANDS as readonly string[]).indexOf(age ?? ''));
      c.simulated[id] = simulated ?? 0;
    }
    if (moved.length > 500) orders = {};
    for (const [name, order] of Object.entries(orders) as ['score' | 'price-asc' | 'price-desc', Uint32Array][]) orders[name] = replaced(order, moved, before[name]);
  }

  /** Whether listing `a` comes before `b`; of equals the newer one. */
  const before: Record<'score' | 'price-asc' | 'price-desc', (a: number, b: number) => number> = {
    score: (a, b) => columns.score[b]! - columns.score[a]! || b - a,
    'price-asc': (a, b) => columns.high[a]! - columns.high[b]! || columns.low[a]! - columns.low[b]! || b - a,
    'price-desc': (a, b) => columns.high[b]! - columns.high[a]! || columns.low[b]! - columns.low[a]! || b - a,
  };

  /** An order with some of its listings put where they belong now: moved blocks of memory instead of a sort. */
  function replaced(order: Uint32Array, moved: readonly number[], compare: (a: number, b: number) => number): Uint32Array {
    const room = new Uint32Array(order.length + moved.length);
    room.set(order);
    let length = order.length;
    // All out first: a place is found by halving only among what is in order.
    for (const id of moved) {
      const at = room.subarray(0, length).indexOf(id);
      if (at >= 0) room.copyWithin(at, at + 1, length--);
    }
    for (const id of moved) {
      if (columns.status[id] === 0) continue;
      let [from, to] = [0, length];
      while (from < to) {
        const middle = (from + to) >>> 1;
        if (compare(room[middle]!, id) < 0) from = middle + 1;
        else to = middle;
      }
      room.copyWithin(from + 1, from, length++);
      room[from] = id;
    }
    return room.subarray(0, length);
  }

  function orderBy(sort: 'score' | 'price-asc' | 'price-desc'): Uint32Array {
    return (orders[sort] ??= (() => {
      const ids = new Uint32Array(columns.size);
      let n = 0;
      for (let id = 0; id < columns.size; id += 1) if (columns.status[id] !== 0) ids[n++] = id;
      return ids.subarray(0, n).sort(before[sort]);
    })());
  }

  function remember<T>(cache: Map<string, T>, key: string, make: () => T): T {
    const known = cache.get(key) ?? make();
    cache.delete(key);
    cache.set(key, known);
    if (cache.size > CACHED) cache.delete(cache.keys().next().value!);
    return known;
  }

  function matched(words: string): Matched {
    return remember(matches, words, () => {
      const mask = new Uint8Array(columns.size);
      const ids = matching.all(words) as number[];
      for (const id of ids) if (id < mask.length) mask[id] = 1;
      return { mask, count: ids.length };
    });
  }

  /** The order of relevance: BM25 where the hits are few, those with all words in their title first where they are many, and by score alone where they are most of all there is. */
  function byRelevance(words: string): Uint32Array {
    const found = matched(words);
    if (found.count > TIERED) return orderBy('score');
    return remember(relevance, words, () => {
      if (found.count <= RANKED) return Uint32Array.from(ranking.all(words) as number[]);
      const inTitle = matched(`title : (${words})`).mask;
      const order = orderBy('score');
      const ranked = new Uint32Array(found.count);
      let n = 0;
      for (const wanted of [true, false]) for (const id of order) if (found.mask[id] === 1 && (inTitle[id] === 1) === wanted) ranked[n++] = id;
      return ranked.subarray(0, n);
    });
  }

  function evaluate(filter: ListingFilter): Evaluated {
    const words = filter.text ? ftsQuery(filter.text) : null;
    const text = words === null ? null : matched(words).mask;
    // Signs alone find nothing.
    const nothing = Boolean(filter.text) && words === null;
    const c = columns;
    const named = filter.owners ?? (filter.owner === undefined ? undefined : [filter.owner]);
    const owner = named && new Set(named.map((o) => owners.find(o.toLowerCase())));
    const seller = filter.seller === undefined ? undefined : owners.find(filter.seller.toLowerCase());
    const kinds = (filter.types ?? []).map((t) => (KINDS as readonly string[]).indexOf(t));
    const types = kinds.reduce((bits, k) => bits | (1 << k), 0);
    const device = filter.device === undefined ? undefined : devices.find(filter.device);
    const age = filter.ageBand === undefined ? undefined : (BANDS as readonly string[]).indexOf(filter.ageBand);
    const { minQuality = -1, minHours = 0, maxHours = Infinity, minRateHz = 0 } = filter;
    const needsLabel = kinds.length > 0 || filter.minHours !== undefined || filter.maxHours !== undefined || filter.minRateHz !== undefined;
    const [atLeast, atMost] = [filter.minPrice, filter.maxPrice].map((p) => (p === undefined ? undefined : p < 0n ? [-1, 0] as const : [high(p.toString()), low(p.toString())] as const));

    const mask = new Uint8Array(c.size);
    let count = 0;
    let certified = 0;
    let simulated = 0;
    const perType = new Uint32Array(KINDS.length);
    const perAge = new Uint32Array(BANDS.length);
    const perDevice = new Uint32Array(devices.names.length);
    for (let id = nothing || kinds.includes(-1) ? c.size : 0; id < c.size; id += 1) {
      const status = c.status[id]!;
      if (status === 0 || (text && text[id] !== 1)) continue;
      if (owner !== undefined ? !owner.has(c.owner[id]!) : status === WITHDRAWN) continue;
      if (seller !== undefined && c.owner[id] !== seller) continue;
      if (c.score[id]! < minQuality || (needsLabel && c.labelled[id] === 0)) continue;
      if ((c.types[id]! & types) !== types || c.hours[id]! < minHours || c.hours[id]! > maxHours || c.rate[id]! < minRateHz) continue;
      if (atLeast && (c.high[id]! < atLeast[0] || (c.high[id] === atLeast[0] && c.low[id]! < atLeast[1]))) continue;
      if (atMost && (c.high[id]! > atMost[0] || (c.high[id] === atMost[0] && c.low[id]! > atMost[1]))) continue;
      if (filter.fits && !filter.fits.has(id)) continue;
      let fails = 0;
      if (age !== undefined && (c.age[id] !== age || c.labelled[id] === 0)) fails |= NO_AGE;
      if (device !== undefined && c.device[id] !== device) fails |= NO_DEVICE;
      if (status !== CERTIFIED && filter.certifiedOnly !== false && owner === undefined) fails |= NO_CERTIFICATE;
      if (filter.simulated !== undefined && (c.labelled[id] === 0 || (c.simulated[id] === 1) !== filter.simulated)) fails |= NO_SIMULATED;
      if (fails === 0) {
        mask[id] = 1;
        count += 1;
        for (let bits = c.types[id]!; bits !== 0; bits &= bits - 1) perType[31 - Math.clz32(bits & -bits)]! += 1;
      }
      if ((fails & ~NO_AGE) === 0 && c.labelled[id] === 1) perAge[c.age[id]!]! += 1;
      if ((fails & ~NO_DEVICE) === 0) perDevice[c.device[id]!]! += 1;
      if ((fails & ~NO_CERTIFICATE) === 0 && status === CERTIFIED) certified += 1;
      if ((fails & ~NO_SIMULATED) === 0 && c.simulated[id] === 1) simulated += 1;
    }
    const counted = (names: readonly string[], counts: Uint32Array) => Object.fromEntries(names.flatMap((name, i) => (counts[i] ? [[name, counts[i]]] : [])));
    const perName = [...perDevice].flatMap((n, i) => (n > 0 && i > 0 ? [{ name: devices.names[i]!, count: n }] : []));
    return {
      mask, count,
      facets: {
        types: counted(KINDS, perType), ageBands: counted(BANDS, perAge), certified, simulated,
        devices: perName.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, DEVICES_SHOWN),
      },
    };
  }

  function answer(filter: ListingFilter): Evaluated {
    refresh();
    const { text, types, minQuality, minHours, maxHours, minRateHz, device, ageBand, simulated, minPrice, maxPrice, certifiedOnly, owner, owners: several, seller, fits } = filter;
    const key = JSON.stringify([text, types, minQuality, minHours, maxHours, minRateHz, device, ageBand, simulated, minPrice?.toString(), maxPrice?.toString(), certifiedOnly, owner, several, seller, fits?.key]);
    return remember(evaluated, key, () => evaluate(filter));
  }

  return {
    count: (filter: ListingFilter): number => answer(filter).count,
    facets: (filter: ListingFilter): ListingFacets => answer(filter).facets,
    /** Those of `ids` that the filter lets pass. */
    among(filter: ListingFilter, ids: readonly number[]): number[] { const { mask } = answer(filter); return ids.filter((id) => mask[id] === 1); },
    /** One page of ids in their order. */
    page(filter: ListingFilter, sort: ListingSort, limit: number, offset: number): number[] {
      const { mask, count } = answer(filter);
      const ids: number[] = [];
      if (offset >= count || limit <= 0) return ids;
      const words = sort === 'relevance' && filter.text ? ftsQuery(filter.text) : null;
      const order = words !== null ? byRelevance(words) : sort === 'relevance' ? orderBy('score') : sort === 'newest' ? null : orderBy(sort);
      const length = order ? order.length : columns.size;
      for (let i = 0, passed = 0; i < length && ids.length < limit; i += 1) {
        const id = order ? order[i]! : columns.size - 1 - i;
        if (mask[id] === 1 && passed++ >= offset) ids.push(id);
      }
      return ids;
    },
    /** Datasets on offer whose label is not here, newest first. */
    *unlabelled(): Generator<number> {
      refresh();
      const c = columns;
      for (let id = c.size - 1; id >= 0; id -= 1) if (c.labelled[id] === 0 && (c.status[id] === PUBLISHED || c.status[id] === CERTIFIED)) yield id;
    },
  };
}
export type ListingIndex = ReturnType<typeof createListingIndex>;

const indexes = new WeakMap<Db, ListingIndex>();
/** The one index of a database: services share it. */
export function listingIndex(db: Db): ListingIndex {
  const known = indexes.get(db) ?? createListingIndex(db);
  indexes.set(db, known);
  return known;
}
