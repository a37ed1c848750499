import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deltaBound, decodeDelta, encodeDelta, encodeDeltaInt32 } from '../../electron/datasets/parquet/delta.ts';
import { decodeLevels, encodeLevels } from '../../electron/datasets/parquet/levels.ts';
import { readParquet } from '../../electron/datasets/parquet/reader.ts';
import { createParquetWriter, encodePages } from '../../electron/datasets/parquet/writer.ts';
import { MISSING_INT32, type Column } from '../../shared/domain/recording.ts';
import { temporaryFolder } from '../capture/helpers.ts';

const COLUMNS = [{ name: 'x', decimals: 3 }, { name: 'y', decimals: null }];
function write(groups: { t: number[]; x: number[]; y: number[] }[]): Buffer {
  const writer = createParquetWriter({ columns: COLUMNS, metadata: { 'phdex.unit': 'm/s2' } });
  const parts = groups.flatMap((g) => writer.rowGroup(g.t.length, encodePages(COLUMNS, g.t.length, Float64Array.from(g.t), [Int32Array.from(g.x), Float64Array.from(g.y)])));
  return Buffer.concat([...parts, writer.finish()]);
}
const read = (bytes: Uint8Array, columns = COLUMNS) => [...readParquet(bytes, columns, 'acceleration/day-000')];
const plain = (c: Column) => [...c];

describe('DELTA_BINARY_PACKED', () => {
  const trip = (values: number[], out: Int32Array | Float64Array) => {
    const bytes = new Uint8Array(deltaBound(values.length));
    const end = encodeDelta(values, values.length, bytes, 0);
    decodeDelta(bytes.subarray(0, end), values.length, out);
    return [...out];
  };
  it('gives back any 32-bit integers (property)', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: -20, max: 20 })), { minLength: 1, maxLength: 400 }), (v) => { expect(trip(v, new Int32Array(v.length))).toEqual(v); }), { numRuns: 200 });
  });
  it('has one form, whichever arithmetic makes it (property)', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: -20, max: 20 })), { minLength: 1, maxLength: 400 }), (v) => {
      const [a, b] = [new Uint8Array(deltaBound(v.length)), new Uint8Array(deltaBound(v.length))];
      const [i, j] = [encodeDelta(v, v.length, a, 0), encodeDeltaInt32(Int32Array.from(v), v.length, b, 0)];
      expect(Buffer.from(b.subarray(0, j)).equals(a.subarray(0, i))).toBe(true);
    }), { numRuns: 200 });
  });
  it('gives back any times in microseconds (property)', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 2 ** 52 }), fc.integer({ min: 0, max: 20_000 })), { minLength: 1, maxLength: 300 }), (v) => { const t = [...v].sort((a, b) => a - b); expect(trip(t, new Float64Array(t.length))).toEqual(t); }), { numRuns: 200 });
  });
  it('refuses cut bytes and other counts', () => {
    const bytes = new Uint8Array(deltaBound(100));
    const end = encodeDelta(Array.from({ length: 100 }, (_, i) => (i * 7919) % 1000), 100, bytes, 0);
    for (let cut = 0; cut < end; cut++) expect(() => decodeDelta(bytes.subarray(0, cut), 100, new Int32Array(100))).toThrow(RangeError);
    expect(() => decodeDelta(bytes.subarray(0, end), 101, new Int32Array(101))).toThrow(/100 values/);
  });
});

describe('definition levels', () => {
  it('come back (property)', () => {
    fc.assert(fc.property(fc.array(fc.nat(1), { minLength: 1, maxLength: 100 }), (bits) => {
      const present = Uint8Array.from(bits);
      const back = decodeLevels(encodeLevels(bits.length, present), bits.length);
      expect(back === undefined ? bits.map(() => 1) : [...back]).toEqual(bits);
    }));
    expect(decodeLevels(encodeLevels(1_000_000), 1_000_000)).toBeUndefined();
  });
});

describe('Parquet', () => {
  const value = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -999_999_999, max: 999_999_999 }) }, { weight: 1, arbitrary: fc.constant(MISSING_INT32) });
  const float = fc.oneof({ weight: 5, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) }, { weight: 1, arbitrary: fc.constant(NaN) });
  const group = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e6 }), value, float), { minLength: 1, maxLength: 200 }).map((rows) => {
    let t = 0;
    return { t: rows.map((r) => (t += r[0])), x: rows.map((r) => r[1]), y: rows.map((r) => r[2]) };
  });
  it('gives back what was written, missing values and all (property)', () => {
    fc.assert(fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), (groups) => {
      const back = read(write(groups));
      expect(back.map((g) => ({ t: plain(g.t), x: plain(g.columns[0]!), y: plain(g.columns[1]!) }))).toEqual(groups);
    }), { numRuns: 60 });
  });

  it('is read by DuckDB with exactly the same values, types and metadata', async () => {
    const groups = fc.sample(group, { numRuns: 4, seed: 5 });
    const path = join(temporaryFolder(), 'it.parquet');
    writeFileSync(path, write(groups));
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    try {
      const rows = (await db.runAndReadAll(`select t, x, y, x::varchar as digits from read_parquet('${path}')`)).getRowObjects();
      expect(rows.map((r) => Number(r.t))).toEqual(groups.flatMap((g) => g.t));
      expect(rows.map((r) => (r.x === null ? null : Number((r.x as { value: bigint }).value)))).toEqual(groups.flatMap((g) => g.x.map((x) => (x === MISSING_INT32 ? null : x))));
      expect(rows.map((r) => r.y)).toEqual(groups.flatMap((g) => g.y.map((y) => (Number.isNaN(y) ? null : y))));
      const types = (await db.runAndReadAll(`describe select * from read_parquet('${path}')`)).getRowObjects();
      expect(types.map((r) => [r.column_name, r.column_type])).toEqual([['t', 'BIGINT'], ['x', 'DECIMAL(9,3)'], ['y', 'DOUBLE']]);
      const meta = (await db.runAndReadAll(`select decode(key) as k, decode(value) as v from parquet_kv_metadata('${path}')`)).getRowObjects();
      expect(meta).toEqual([{ k: 'phdex.unit', v: 'm/s2' }]);
    } finally { db.closeSync(); instance.closeSync(); }
  });

  it('any changed byte, cut or foreign file is refused by name or read as other rows, and never anything else (property)', () => {
    const good = write(fc.sample(group, { numRuns: 2, seed: 9 }));
    const attempt = (bytes: Uint8Array) => { try { return read(bytes).length >= 0; } catch (error) { return (error as { code?: string }).code === 'seal-format'; } };
    fc.assert(fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bad = Buffer.from(good);
      bad[at]! ^= flip;
      expect(attempt(bad)).toBe(true);
    }), { numRuns: 400 });
    for (let cut = 0; cut < good.length; cut += 13) expect(() => read(good.subarray(0, cut))).toThrow(/is not the Parquet/);
    expect(() => read(good, [{ name: 'x', decimals: 2 }, COLUMNS[1]!])).toThrow(/column x has another type/);
    expect(() => read(good, [COLUMNS[0]!])).toThrow(/its columns are others/);
  });
});
