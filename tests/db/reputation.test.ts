import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { keeperScore, ownerScore, reputationQueries, wilsonLower } from '../../electron/db/queries/reputation.ts';

const [KAY, KIM, OLA, BOB] = ['0x' + '1'.repeat(40), '0x' + '2'.repeat(40), '0x' + '3'.repeat(40), '0x' + '4'.repeat(40)];
let db: Db;
let line = 0;
let statements = new Map<string, ReturnType<Db['prepare']>>();
/** Prepared once: there are hundreds of thousands of rows. */
const sql = (text: string) => { const known = statements.get(text) ?? db.prepare(text); statements.set(text, known); return known; };

const dataset = (id: number, owner: string, status: string, validator: string | null) =>
  sql('INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1000, 200, 2, ?, 2, 2, ?, NULL, NULL, 1, ?)').run(id, owner, 'h', 'r', 'n', 'c', '100', status, validator, 1000 + id);
const seat = (id: number, index: number, keeper: string, status = 'accepted') => sql('INSERT INTO seats VALUES (?, ?, ?, ?, ?)').run(id, index, keeper, 'c', status);
const access = (id: number, of: number, status: string, seated: number, kind = 'purchase') =>
  sql("INSERT INTO accesses VALUES (?, ?, ?, ?, ?, '0x', '0x', 1, '100', 0, NULL, ?, '0x', 1, 1)").run(id, of, BOB, kind, status, seated);
const release = (of: number, index: number, keeper: string, status = 'standing') => sql("INSERT INTO releases VALUES (?, ?, ?, '', '', '', ?, 1)").run(of, index, keeper, status);
const event = (name: string, it: { at?: number; actor?: string; subject?: string; dataset?: number; access?: number; details?: object }) =>
  sql("INSERT INTO history (block, log_index, at, tx, event, dataset_id, access_id, actor, subject, amount, details) VALUES (1, ?, ?, '0xt', ?, ?, ?, ?, ?, NULL, ?)").run(line++, it.at ?? 5, name, it.dataset ?? null, it.access ?? null, it.actor ?? null, it.subject ?? null, JSON.stringify(it.details ?? {}));

beforeEach(() => { db = openDatabase(':memory:'); line = 0; statements = new Map(); });

describe('reputation', () => {
  it('of an account without history is not a number', () => {
    const q = reputationQueries(db);
    expect(q.keeper(KAY!)).toEqual({ seats: 0, released: 0, missed: 0, disputed: 0, slashed: '0', since: null, score: null });
    expect(q.owner(OLA!)).toEqual({ datasets: 0, certified: 0, rejected: 0, withdrawn: 0, sales: 0, refunded: 0, since: null, score: null });
  });

  it('of a keeper counts what the chain says', () => {
    dataset(1, OLA!, 'certified', BOB!);
    dataset(2, OLA!, 'certified', BOB!);
    seat(1, 0, KAY!); seat(1, 1, KIM!); seat(2, 0, KAY!); seat(2, 1, KIM!, 'resigned');
    access(1, 1, 'settled', 0b11); release(1, 0, KAY!); release(1, 1, KIM!);
    // Kay is silent, Kim answered: too few, refunded.
    access(2, 1, 'refunded', 0b11); release(2, 1, KIM!);
    // Kay lied and was found out; that is no silence.
    access(3, 2, 'refunded', 0b01); release(3, 0, KAY!, 'disputed');
    // Kim's seat on dataset 2 was not taken when it opened; an open access is no miss yet.
    access(4, 2, 'refunded', 0b01, 'validation'); release(4, 0, KAY!);
    access(5, 1, 'open', 0b11);
    event('StakeAdded', { at: 7, actor: KAY });
    event('StakeAdded', { at: 9, actor: KAY });
    event('Slashed', { actor: KAY, subject: BOB, details: { wei: '1000000000000000000' } });
    event('Slashed', { actor: KAY, subject: BOB, details: { wei: '9007199254740993' } });
    const q = reputationQueries(db);
    expect(q.keeper(KAY!.toUpperCase().replace('0X', '0x'))).toEqual({ seats: 2, released: 2, missed: 1, disputed: 1, slashed: '1009007199254740993', since: 7000, score: keeperScore({ released: 2, missed: 1, disputed: 1 }) });
    expect(q.keeper(KIM!)).toMatchObject({ seats: 1, released: 2, missed: 0, disputed: 0, slashed: '0', since: null });
  });

  it('of an owner counts datasets, sales and what had to be given back', () => {
    dataset(1, OLA!, 'certified', BOB!); dataset(2, OLA!, 'rejected', BOB!); dataset(3, OLA!, 'withdrawn', BOB!); dataset(4, OLA!, 'withdrawn', null); dataset(5, OLA!, 'published', null); dataset(6, KIM!, 'certified', BOB!);
    access(1, 1, 'settled', 1); access(2, 1, 'refunded', 1); access(3, 3, 'settled', 1); access(4, 5, 'refunded', 1, 'validation'); access(5, 6, 'refunded', 1);
    event('AccessSettled', { subject: OLA, dataset: 1, access: 1 });
    event('AccessSettled', { subject: OLA, dataset: 3, access: 3 });
    event('AccessSettled', { subject: KIM, dataset: 6, access: 9 });
    expect(reputationQueries(db).owner(OLA!)).toEqual({ datasets: 5, certified: 2, rejected: 1, withdrawn: 2, sales: 2, refunded: 1, since: 1_001_000, score: ownerScore({ certified: 2, rejected: 1, sales: 2, refunded: 1 }) });
  });

  it('is the lower end of Wilson’s interval', () => {
    // By hand, z = 1.28155: z² = 1.64238. 1 of 1: 1 / (1 + z²) = 0.37845. 2 of 4: (0.5 + 0.20530 − 1.28155 √(0.0625 + 0.02566)) / 1.41059 = 0.23023.
    expect(wilsonLower(1, 1)).toBeCloseTo(0.37845, 4);
    expect(wilsonLower(2, 4)).toBeCloseTo(0.23023, 4);
    expect(wilsonLower(0, 5)).toBe(0);
    expect(wilsonLower(0, 0)).toBeNull();
    expect(keeperScore({ released: 1, missed: 0, disputed: 0 })).toBe(38);
    // 100 of 100: 100 / 101.64238 = 0.98384.
    expect(keeperScore({ released: 100, missed: 0, disputed: 0 })).toBe(98);
    expect(keeperScore({ released: 100, missed: 1, disputed: 0 })!).toBeGreaterThan(keeperScore({ released: 100, missed: 0, disputed: 1 })!);
    expect(ownerScore({ certified: 5, rejected: 0, sales: 5, refunded: 0 })!).toBeGreaterThan(ownerScore({ certified: 5, rejected: 1, sales: 5, refunded: 0 })!);
  });

  it('reads no whole table where there are 10,000 datasets, five seats each', () => {
    db.transaction(() => {
      for (let id = 1; id <= 10_000; id += 1) {
        dataset(id, `0x${(id % 2000).toString(16).padStart(40, '0')}`, 'certified', BOB!);
        for (let s = 0; s < 5; s += 1) seat(id, s, `0x${((id + s) % 50 + 100_000).toString(16).padStart(40, '0')}`);
        if (id % 10 === 0) { access(id, id, id % 1000 === 0 ? 'refunded' : 'settled', 31); release(id, 0, `0x${(id % 50 + 100_000).toString(16).padStart(40, '0')}`); }
      }
    })();
    const prepare = vi.spyOn(db, 'prepare');
    const q = reputationQueries(db);
    const asked = prepare.mock.calls.map(([text]) => text);
    prepare.mockRestore();
    const [keeper, owner] = [`0x${(100_000).toString(16).padStart(40, '0')}`, `0x${(10).toString(16).padStart(40, '0')}`];
    expect(q.keeper(keeper)).toMatchObject({ seats: 1000, released: 200 });
    expect(q.owner(owner)).toMatchObject({ datasets: 5, certified: 5 });
    const steps = asked.flatMap((text) => (db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(text.includes('@a') ? { a: keeper } : keeper) as { detail: string }[]).map((s) => s.detail));
    expect(steps.length).toBeGreaterThan(10);
    // The few accesses that were refunded have an index of their own.
    expect(steps.filter((s) => s.startsWith('SCAN') && !/^SCAN (CONSTANT ROW|x USING INDEX accesses_refunded)$/.test(s))).toEqual([]);
  });
});
