/** One side of `npm run bench -- import`, in a process of its own: `phdex FILE`, `saxes FILE` or `duckdb FILE`. Prints one JSON line. */
import { createReadStream } from 'node:fs';

const [mode, path] = process.argv.slice(2) as [string, string];
const began = performance.now();
const rows = mode === 'phdex' ? await phdex() : mode === 'saxes' ? await saxes() : await duckdb();
console.log(JSON.stringify({ rows, seconds: (performance.now() - began) / 1000, rssBytes: process.resourceUsage().maxRSS * 1024 }));

async function phdex(): Promise<number> {
  const { openImports } = await import('../electron/capture/import/index.ts');
  const imports = await openImports(path, { lend: true });
  let count = 0;
  for await (const source of imports.recordings) for await (const batch of source.batches) count += batch.t.length;
  return count;
}

/** The parser that we stand on, doing nothing with what it finds. */
async function saxes(): Promise<number> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false });
  let count = 0;
  parser.on('opentag', (tag) => { if (tag.name === 'Record') count++; });
  parser.on('error', () => undefined);
  const decoder = new TextDecoder();
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) parser.write(decoder.decode(chunk as Uint8Array, { stream: true }));
  return count;
}

/** All columns read into a table in memory, on one thread for each core. */
async function duckdb(): Promise<number> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE TABLE r AS SELECT * FROM read_csv('${path.replaceAll("'", "''")}')`);
  const result = await connection.runAndReadAll('SELECT count(*) FROM r');
  return Number(result.getRows()[0]![0]);
}
