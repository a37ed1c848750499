import type { Run, Spool } from './spool.ts';

/** So many runs at most are merged at once; above, they are merged into one first. */
const FAN = 64;

/** Rows of one series in any order, given back sorted by time and then by value, each only once. */
export class SortedRows {
  /** Doubles of a row: the time and the values. */
  readonly width: number;
  private held: Float64Array;
  private used = 0;
  private runs: Run[] = [];
  private readonly spool: Spool;
  private readonly onRepeated: (count: number) => void;

  constructor(components: number, spool: Spool, onRepeated: (count: number) => void) {
    this.width = components + 1;
    this.held = new Float64Array(this.width * 256);
    this.spool = spool;
    this.onRepeated = onRepeated;
  }

  get heldBytes(): number { return this.held.byteLength; }
  get empty(): boolean { return this.used === 0 && this.runs.length === 0; }

  push(t: number, values: readonly number[]): void {
    if (this.used + this.width > this.held.length) {
      const wider = new Float64Array(this.held.length * 2);
      wider.set(this.held);
      this.held = wider;
    }
    this.held[this.used] = t;
    for (let i = 1; i < this.width; i++) this.held[this.used + i] = values[i - 1]!;
    this.used += this.width;
  }

  /** Writes what is held as a sorted run. */
  async putAside(): Promise<void> {
    if (this.used === 0) return;
    this.runs.push(await this.spool.write(this.sorted()));
    this.held = new Float64Array(this.width * 256);
    this.used = 0;
    if (this.runs.length >= FAN) {
      const parts: Run = [];
      let block = new Float64Array(this.width * 4096);
      let n = 0;
      const flush = async () => { if (n > 0) parts.push(...await this.spool.write(block.subarray(0, n))); n = 0; };
      for await (const row of merge(this.runs.map((r) => this.spool.read(r)), this.width)) {
        block.set(row, n);
        n += this.width;
        if (n === block.length) { await flush(); block = new Float64Array(block.length); }
      }
      await flush();
      this.runs = [parts];
    }
  }

  private sorted(): Float64Array {
    const { width, held } = this;
    const rows = this.used / width;
    let inOrder = true;
    for (let i = 1; i < rows && inOrder; i++) inOrder = held[(i - 1) * width]! < held[i * width]!;
    if (inOrder) return held.slice(0, this.used);
    const order = Uint32Array.from({ length: rows }, (_, i) => i);
    order.sort((a, b) => compare(held, a * width, held, b * width, width));
    const out = new Float64Array(this.used);
    order.forEach((row, i) => out.set(held.subarray(row * width, (row + 1) * width), i * width));
    return out;
  }

  /** All rows in order, once. Blocks of whole rows: time, values, time, values… */
  async *read(): AsyncGenerator<Float64Array> {
    const { width } = this;
    const last = this.sorted();
    this.held = new Float64Array(0);
    this.used = 0;
    if (this.runs.length === 0) {
      const size = width * 8192;
      let n = 0;
      for (let i = 0; i < last.length; i += width) {
        if (n > 0 && compare(last, n - width, last, i, width) === 0) { this.onRepeated(1); continue; }
        if (n !== i) last.copyWithin(n, i, i + width);
        n += width;
      }
      for (let i = 0; i < n; i += size) yield last.subarray(i, Math.min(n, i + size));
      return;
    }
    let block = new Float64Array(width * 8192);
    let n = 0;
    let before: Float64Array | null = null;
    const streams: AsyncIterable<Float64Array>[] = this.runs.map((r) => this.spool.read(r));
    async function* memory() { yield last; }
    for await (const row of merge([...streams, memory()], width)) {
      if (before && compare(before, 0, row, 0, width) === 0) { this.onRepeated(1); continue; }
      block.set(row, n);
      before = block.subarray(n, n + width);
      n += width;
      if (n === block.length) { yield block; block = new Float64Array(block.length); n = 0; }
    }
    if (n > 0) yield block.subarray(0, n);
  }
}

/** NaN, a value that is missing, comes after every number. */
function compare(a: Float64Array, i: number, b: Float64Array, j: number, width: number): number {
  for (let k = 0; k < width; k++) {
    const x = a[i + k]!;
    const y = b[j + k]!;
    if (x < y) return -1;
    if (x > y) return 1;
    if (x !== y) {
      if (x === x) return -1;
      if (y === y) return 1;
    }
  }
  return 0;
}

/** Rows of sorted streams in one order. Chunks may end within a row. */
async function* merge(streams: AsyncIterable<Float64Array>[], width: number): AsyncGenerator<Float64Array> {
  type Head = { chunk: Float64Array; at: number; rest: AsyncIterator<Float64Array> };
  async function advance(head: Head): Promise<boolean> {
    while (head.at + width > head.chunk.length) {
      const left = head.chunk.subarray(head.at);
      const step = await head.rest.next();
      if (step.done) return false;
      const joined = left.length === 0 ? step.value : new Float64Array(left.length + step.value.length);
      if (left.length > 0) { joined.set(left); joined.set(step.value, left.length); }
      head.chunk = joined;
      head.at = 0;
    }
    return true;
  }
  const heads: Head[] = [];
  for (const s of streams) {
    const head: Head = { chunk: new Float64Array(0), at: 0, rest: s[Symbol.asyncIterator]() };
    if (await advance(head)) heads.push(head);
  }
  while (heads.length > 0) {
    let best = heads[0]!;
    for (let i = 1; i < heads.length; i++) if (compare(heads[i]!.chunk, heads[i]!.at, best.chunk, best.at, width) < 0) best = heads[i]!;
    yield best.chunk.subarray(best.at, best.at + width);
    best.at += width;
    if (best.at + width > best.chunk.length && !(await advance(best))) heads.splice(heads.indexOf(best), 1);
  }
}
