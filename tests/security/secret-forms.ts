import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Something that must not be found, by a name for the report. */
export type Planted = { name: string; texts: string[]; bytes: Buffer[] };

/** A secret by any eight bytes in a row: as hex, base64 at each of its three alignments, a list of numbers, and raw. */
export function secretBytes(name: string, secret: Uint8Array): Planted {
  const bytes = Buffer.from(secret);
  const texts: string[] = [];
  const raw: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const part = bytes.subarray(at, at + 8);
    texts.push(part.toString('hex'), [...part].join(','));
    raw.push(Buffer.from(part));
  }
  // The characters that do not depend on what stands before and after.
  for (let skip = 0; skip < 3; skip++) texts.push(bytes.subarray(skip, skip + 24).toString('base64').slice(0, 16));
  return { name, texts, bytes: raw };
}

/** The words of a mnemonic: two in a row, and each of those that no sentence of the app holds. */
export function mnemonicWords(name: string, phrase: string, rare: string[]): Planted {
  const words = phrase.split(' ');
  const texts = [...words.slice(1).flatMap((w, i) => [`${words[i]} ${w}`, `${words[i]},${w}`, `${words[i]}","${w}`]), ...rare];
  return { name, texts, bytes: texts.map((t) => Buffer.from(t)) };
}

/** Rows of numbers as anything would write them: CSV lines, runs of one column and whole rows, as floats and scaled integers. */
export function plainRows(name: string, rows: number[][], decimals: number): Planted {
  const scale = 10 ** decimals;
  const writers: [number, (b: Buffer, v: number, at: number) => void][] = [
    [4, (b, v, at) => b.writeFloatLE(v, at)], [8, (b, v, at) => b.writeDoubleLE(v, at)], [4, (b, v, at) => b.writeInt32LE(Math.round(v * scale), at)], [8, (b, v, at) => b.writeBigInt64LE(BigInt(Math.round(v * scale)), at)],
    [4, (b, v, at) => b.writeFloatBE(v, at)], [8, (b, v, at) => b.writeDoubleBE(v, at)],
  ];
  const run = (values: number[]) => writers.map(([size, write]) => { const b = Buffer.alloc(size * values.length); values.forEach((v, i) => write(b, v, i * size)); return b; });
  const texts: string[] = [];
  const bytes: Buffer[] = [];
  for (let at = 0; at + 4 <= rows.length; at += Math.max(1, Math.floor(rows.length / 24))) {
    const row = rows[at]!;
    const text = row.map((v) => v.toFixed(decimals));
    texts.push(text.join(','), ...text.filter((t) => t.replace(/\D/g, '').length > decimals));
    bytes.push(Buffer.from(text.join(',')), ...run(row), ...row.flatMap((_, c) => run(rows.slice(at, at + 4).map((r) => r[c]!))));
  }
  return { name, texts, bytes };
}

type Search = (bytes: Buffer) => string[];

/** The place of three bytes that differ most: a run of noughts would be met at every byte of an empty page. */
function handle(needle: Buffer): number {
  let best = 0;
  let most = -1;
  for (let at = 0; at + 3 <= needle.length; at++) {
    const worth = new Set(needle.subarray(at, at + 3)).size - (needle.subarray(at, at + 3).includes(0) ? 1 : 0);
    if (worth > most) { most = worth; best = at; }
  }
  return best;
}

/** Looks for all of them in one pass: where three bytes of one stand, the whole is compared. */
export function searchFor(planted: Planted[], which: 'texts' | 'all'): Search {
  const slot = (key: number): number => (Math.imul(key, 0x9e3779b1) >>> 16);
  const known = new Uint8Array(1 << 16);
  const by = new Map<number, { name: string; needle: Buffer; from: number }[]>();
  for (const { name, texts, bytes } of planted) {
    for (const needle of [...texts.map((t) => Buffer.from(t)), ...(which === 'all' ? bytes : [])]) {
      const from = handle(needle);
      const key = needle.readUIntBE(from, 3);
      known[slot(key)] = 1;
      by.set(key, [...(by.get(key) ?? []), { name, needle, from }]);
    }
  }
  return (bytes) => {
    const found = new Set<string>();
    let key = 0;
    for (let at = 0; at < bytes.length; at++) {
      key = ((key << 8) | bytes[at]!) & 0xffffff;
      if (known[slot(key)] === 0) continue;
      for (const { name, needle, from } of by.get(key) ?? []) {
        const start = at - 2 - from;
        if (start >= 0 && start + needle.length <= bytes.length && needle.compare(bytes, start, start + needle.length) === 0) found.add(`${name} as «${/^[\x20-\x7e]+$/.test(needle.toString('latin1')) ? needle.toString() : needle.toString('hex')}»`);
      }
    }
    return [...found];
  };
}

/** A text is searched twice: it may set its bytes in columns. */
export const inText = (search: Search, text: string): string[] => [...search(Buffer.from(text)), ...search(Buffer.from(text.replace(/\s+/g, '')))];

export function inBytes(search: Search, bytes: Buffer): string[] {
  const found = search(bytes);
  // The frame of a Parquet file: the same four bytes at both ends.
  if (bytes.length > 8 && bytes.subarray(0, 4).equals(bytes.subarray(-4)) && bytes.subarray(0, 4).toString() === 'PAR1') found.push('a Parquet file');
  return found;
}

export function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

/** Reads whatever changes below `dirs`, as often as it gets its turn: what lies there for a moment has lain there. */
export function watchFiles(dirs: string[], search: Search): { found: Set<string>; look(): void; stop(): void; looked(): number } {
  const seen = new Map<string, string>();
  const found = new Set<string>();
  let looked = 0;
  const look = (): void => {
    for (const dir of dirs) {
      let names: string[];
      try { names = filesBelow(dir); } catch { continue; }
      for (const path of names) {
        try {
          const { mtimeMs, size } = statSync(path);
          if (seen.get(path) === `${mtimeMs}:${size}`) continue;
          seen.set(path, `${mtimeMs}:${size}`);
          looked++;
          for (const what of inBytes(search, readFileSync(path))) found.add(`${path}: ${what}`);
        } catch { /* it has gone meanwhile */ }
      }
    }
  };
  const timer = setInterval(look, 30);
  return { found, look, looked: () => looked, stop: () => { clearInterval(timer); look(); } };
}
