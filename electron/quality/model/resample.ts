/** Rows at any rate, evenly or not, become 20 Hz: the mean of the rows near each instant, or the line between its neighbours. */
import { RATE_HZ, WINDOW } from './windows.ts';

const STEP_US = 1_000_000 / RATE_HZ;
const HALF_US = STEP_US / 2;
/** An instant between two rows that lie further apart than this is missing (a source of 5 Hz is still read). */
const REACH_US = 220_000;
/** Breaks longer than this are skipped rather than filled. */
const BREAK_US = 60_000_000;
const BLOCK = 4096;

/**
 * Receives samples at 20 Hz in order, m/s², and whether each instant is there. `first` counts instants from the recording's start; where it leaves
 * numbers out, nothing was recorded. The arrays are reused.
 */
export type SampleSink = (first: number, x: Float32Array, y: Float32Array, z: Float32Array, present: Uint8Array, length: number) => void;

/** Time 0 is the recording's first row. Rows that run back in time are left out; of rows at one time the first counts. */
export class Resampler {
  readonly #sink: SampleSink;
  readonly #out: [Float32Array, Float32Array, Float32Array] = [new Float32Array(BLOCK), new Float32Array(BLOCK), new Float32Array(BLOCK)];
  readonly #present = new Uint8Array(BLOCK);
  #held = 0;
  /** Number of the instant that is being made; each row belongs to the instant nearest to it. */
  #instant = 0;
  #count = 0;
  readonly #sum = new Float64Array(3);
  readonly #row = new Float64Array(3);
  /** The last row of all, the last one before the instant, and the first after it. */
  #lastT = -Infinity;
  readonly #last = new Float64Array(3);
  #beforeT = -Infinity;
  readonly #before = new Float64Array(3);
  #afterT = Infinity;
  readonly #after = new Float64Array(3);

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  /** Times in microseconds. */
  push(t: Float64Array, x: Float64Array, y: Float64Array, z: Float64Array): void {
    const row = this.#row, sum = this.#sum;
    let lastT = this.#lastT, middle = this.#instant * STEP_US, last = -1;
    for (let i = 0; i < t.length; i++) {
      const at = t[i]!;
      if (!(at > lastT) || at < 0) continue;
      if (at >= middle + HALF_US) {
        if (last >= 0) this.#remember(lastT, x[last]!, y[last]!, z[last]!);
        row[0] = x[i]!; row[1] = y[i]!; row[2] = z[i]!;
        if (at - Math.max(lastT, 0) > BREAK_US) this.#skipTo(at);
        while (this.#instant * STEP_US + HALF_US <= at) this.#make(at, row);
        middle = this.#instant * STEP_US;
      }
      this.#count++;
      sum[0]! += x[i]!; sum[1]! += y[i]!; sum[2]! += z[i]!;
      if (at <= middle) { this.#beforeT = at; this.#before[0] = x[i]!; this.#before[1] = y[i]!; this.#before[2] = z[i]!; }
      else if (this.#afterT === Infinity) { this.#afterT = at; this.#after[0] = x[i]!; this.#after[1] = y[i]!; this.#after[2] = z[i]!; }
      lastT = at;
      last = i;
    }
    if (last >= 0) this.#remember(lastT, x[last]!, y[last]!, z[last]!);
  }

  #remember(t: number, x: number, y: number, z: number): void {
    this.#lastT = t;
    this.#last[0] = x; this.#last[1] = y; this.#last[2] = z;
  }

  /** Gives what is left, up to the last row. */
  finish(): void {
    if (this.#count > 0) this.#make(this.#lastT, this.#last);
    this.#flush();
  }

  /** Makes the instant's sample; `row` at `nextT` is the first that belongs to a later one. */
  #make(nextT: number, row: Float64Array): void {
    const middle = this.#instant * STEP_US, i = this.#held++;
    if (this.#count >= 2) {
      for (let c = 0; c < 3; c++) this.#out[c]![i] = this.#sum[c]! / this.#count;
      this.#present[i] = 1;
    } else {
      const after = this.#afterT < Infinity ? this.#after : row, afterT = Math.min(this.#afterT, nextT);
      const known = this.#beforeT > -Infinity;
      const f = known && afterT > this.#beforeT ? Math.min(1, (middle - this.#beforeT) / (afterT - this.#beforeT)) : known ? 0 : 1;
      for (let c = 0; c < 3; c++) this.#out[c]![i] = this.#before[c]! * (1 - f) + after[c]! * f;
      this.#present[i] = this.#count === 1 || (known && afterT - this.#beforeT <= REACH_US) ? 1 : 0;
    }
    this.#instant++;
    if (this.#held === BLOCK) this.#flush();
    this.#beforeT = this.#lastT; copy(this.#last, this.#before);
    this.#afterT = Infinity;
    this.#count = 0; this.#sum.fill(0);
  }

  #skipTo(at: number): void {
    if (this.#count > 0) this.#make(at, this.#last);
    this.#flush();
    this.#instant = Math.max(this.#instant, Math.floor(at / STEP_US / WINDOW) * WINDOW);
    this.#beforeT = -Infinity;
  }

  #flush(): void {
    if (this.#held > 0) this.#sink(this.#instant - this.#held, ...this.#out, this.#present, this.#held);
    this.#held = 0;
  }
}

function copy(from: Float64Array, to: Float64Array): void {
  to[0] = from[0]!; to[1] = from[1]!; to[2] = from[2]!;
}
