import type { Channel, SampleBatch } from '../../shared/domain/recording.ts';

export const G_CHANNEL: Channel = { name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 };
export type Table = { t: number[]; columns: number[][] };
export type Stretch = { what: 'walk' | 'sit' | 'sleep' | 'off'; minutes: number };

/** Park and Miller's generator: the same numbers everywhere. */
export function createNumbers(seed: number): () => number { let s = seed % 2147483647 || 1; return () => (s = (s * 48271) % 2147483647) / 2147483647; }

/** Sum of twelve: normal enough, and no function whose digits differ between engines. */
export const normal = (r: () => number): number => { let sum = -6; for (let i = 0; i < 12; i++) sum += r(); return sum; };

/** A wrist's acceleration in thousandths of a g: what a person did, one after the other; `noise` in g. */
export function wristTable(stretches: readonly Stretch[], { rateHz = 20, seed = 1, noise = 0.003 } = {}): Table {
  const r = createNumbers(seed);
  const table: Table = { t: [], columns: [[], [], []] };
  let at = 0;
  let [gx, gy, gz] = [0.3, 0.4, 0.866];
  let [tx, ty, tz] = [gx, gy, gz];
  for (const { what, minutes } of stretches) {
    const turnEvery = what === 'walk' ? 3 : what === 'sit' ? 12 : what === 'sleep' ? 1500 : Infinity;
    let turn = 0;
    for (let i = 0; i < Math.round(minutes * 60 * rateHz); i++, at++) {
      if (--turn <= 0 && turnEvery < Infinity) {
        turn = Math.ceil((0.5 + r()) * turnEvery * rateHz);
        const [a, b, c] = [normal(r), normal(r), normal(r)];
        const n = Math.sqrt(a * a + b * b + c * c) || 1;
        // A sitter's hand stays in its half of the world.
        [tx, ty, tz] = what === 'sit' ? [0.25 * (a / n) + 0.3, 0.25 * (b / n), 0.9] : [a / n, b / n, c / n];
        const m = Math.sqrt(tx * tx + ty * ty + tz * tz);
        [tx, ty, tz] = [tx / m, ty / m, tz / m];
      }
      const speed = what === 'off' ? 0 : 1.5 / rateHz;
      gx += (tx - gx) * speed; gy += (ty - gy) * speed; gz += (tz - gz) * speed;
      const n = Math.sqrt(gx * gx + gy * gy + gz * gz);
      const phase = ((at / rateHz) * 1.9) % 1;
      // A step as a parabola up and a parabola down: no sine needed.
      const wave = phase < 0.5 ? 16 * phase * (0.5 - phase) : -16 * (phase - 0.5) * (1 - phase);
      const step = what === 'walk' ? 0.35 * wave : 0;
      const own = [gx / n + step, gy / n + 0.5 * step, gz / n + 0.3 * step];
      table.t.push(Math.round((at * 1e6) / rateHz));
      own.forEach((v, c) => table.columns[c]!.push(Math.round(1000 * (v + noise * normal(r)))));
    }
  }
  return table;
}

export async function* batchesOf({ t, columns }: Table, size = 8192): AsyncGenerator<SampleBatch> {
  for (let i = 0; i < t.length; i += size) yield { t: Float64Array.from(t.slice(i, i + size)), columns: columns.map((c) => Int32Array.from(c.slice(i, i + size))) };
}
