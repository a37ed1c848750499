import { DuckDBInstance } from '@duckdb/node-api';

const quote = (path: string) => `'${path.replaceAll("'", "''")}'`;

/**
 * Compares the customer's Parquet with the source file row by row, by another decoder than ours (DuckDB on both).
 * Times are compared relative to the first row, in microseconds.
 * @param imported rows that the import took; what it left out after them (and said so) is not compared
 * @returns rows compared and rows that differ
 */
export async function compareWithSource(source: { path: string; kind: 'csv' | 'wisdm' }, parquetFiles: string[], imported: number): Promise<{ rows: number; different: number; missing: number }> {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    const files = `[${parquetFiles.map(quote).join(', ')}]`;
    await db.run(`create table opened as select row_number() over () as n, * from (select t - (select min(t) from read_parquet(${files})) as t, x::double as x, y::double as y, z::double as z from read_parquet(${files}))`);
    if (source.kind === 'csv') {
      await db.run(`create table raw as select row_number() over () as n, * from (select cast(round((t - (select min(t) from read_csv(${quote(source.path)}))) * 1e6) as bigint) as t, x::double as x, y::double as y, z::double as z from read_csv(${quote(source.path)}))`);
    } else {
      await db.run(`create table raw as select row_number() over () as n, null::bigint as t, x, y, rtrim(z, ';')::double as z from read_csv(${quote(source.path)}, header = false, delim = ',', columns = {'subject': 'varchar', 'activity': 'varchar', 'x': 'double', 'y': 'double', 'z': 'varchar'})`);
    }
    const reader = await db.runAndReadAll(`
      select count(*)::double as rows,
        count(*) filter (where r.n is null or o.n is null)::double as missing,
        count(*) filter (where r.x is distinct from o.x or r.y is distinct from o.y or r.z is distinct from o.z or (r.t is not null and r.t is distinct from o.t))::double as different
      from (select * from raw where n <= ${imported}) r full outer join opened o using (n)`);
    const row = reader.getRowObjects()[0]!;
    return { rows: Number(row.rows), missing: Number(row.missing), different: Number(row.different) };
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}
