import type { DeviceChannel } from '../../../shared/domain/device.ts';
import { MISSING_INT32 } from '../../../shared/domain/missing.ts';
import type { Channel, Column } from '../../../shared/domain/recording.ts';
import { createSpans, type Spans } from '../spans.ts';
import { conversion } from './units.ts';

/** Calibration moves values by about a hundredth; a full scale and a hundredth may be the sensor's. */
const SLACK = 0.01;
/** Rates are measured over such stretches, in microseconds, by at most so many intervals of each. */
const WINDOW = 30e6;
const INTERVALS = 255;
const FEWEST = 10;
/** A finer step is looked for only among so many changes. */
const CHANGES = 1000;
/** Whole stored values below this are remembered. */
const GRID = 1 << 18;
const [PRESENT, BEYOND, BETWEEN] = [1, 2, 4];

export type ChannelFacts = {
  present: number;
  /** Rows with a value that the sensor cannot give. */
  beyond: number; beyondSpans: Spans;
  /** Rows with a value between two steps of the sensor. Null: not checked. */
  between: number | null; betweenSpans: Spans;
  /** Least change between two rows, in the sensor's steps, where it is never less than four. Null otherwise. */
  coarse: number | null;
  /** Stretches that were measured and those in which the rate is not the sensor's; the middle one of their rates in Hz. */
  windows: number; offRate: number; offRateSpans: Spans; rateHz: number | null;
};

/**
 * Holds the values of one channel against what its sensor gives. Rows in order; times in microseconds from the first.
 * Bounded memory; the same whatever batches the rows come in; only operations that give the same bits on every machine.
 */
export function createChannelCheck(channel: Channel, sensor: DeviceChannel): { push(t: Float64Array, columns: Column[]): void; finish(): ChannelFacts } {
  const unit = conversion(channel.kind, channel.unit, sensor.unit);
  const scale = unit === null ? 0 : channel.decimals === null ? unit.factor : unit.factor / 10 ** channel.decimals;
  /** Half of the last digit that is stored, in the sensor's unit. */
  const rounding = channel.decimals === null || unit === null ? 0 : (0.5 * unit.factor) / 10 ** channel.decimals;
  // A digit that is coarser than the step says nothing of the sensor.
  const step = unit !== null && sensor.step !== null && rounding * 2 <= sensor.step * 1.001 ? sensor.step : null;
  const slack = sensor.range === null ? 0 : ((sensor.range[1] - sensor.range[0]) / 2) * SLACK + rounding + (sensor.step ?? 0);
  // In stored units, so that a row costs two comparisons. Scales are above nought.
  const bound = (value: number) => (unit === null || sensor.range === null ? NaN : (value - unit.offset) / scale);
  const low = bound((sensor.range?.[0] ?? 0) - slack);
  const high = bound((sensor.range?.[1] ?? 0) + slack);
  const seeksBetween = step !== null && rounding * 4 <= step;
  /** Whole stored values repeat: 1 on a step, 2 between two; 0 not looked at yet. */
  const grid = seeksBetween && channel.decimals !== null ? new Uint8Array(2 * GRID) : null;
  const fineBelow = step === null ? 0 : (step * 3.5) / scale;

  const [beyondSpans, betweenSpans, offRateSpans] = [createSpans(), createSpans(), createSpans()];
  const runs = { beyond: -1, between: -1 };
  let [present, beyond, between, changes, least] = [0, 0, 0, 0, Infinity];
  /** A change of a few steps was seen: the sensor is not coarser than it should be, whatever else comes. */
  let fine = step === null;
  const before = channel.components.map(() => NaN);
  let flags = new Uint8Array(0);
  let lastTime = NaN;
  let lastRow = 0;
  // The stretch under way.
  let windowFrom = 0;
  const intervals = new Float64Array(INTERVALS);
  let held = 0;
  let [windows, offRate] = [0, 0];
  const rates: number[] = [];

  function endWindow(at: number): void {
    if (held >= FEWEST && sensor.rates !== null) {
      const hz = rateOf(intervals.subarray(0, held), sensor.rates.kind === 'most');
      windows++;
      if (rates.length < 4096) rates.push(hz);
      const fits = sensor.rates.kind === 'most' ? hz <= sensor.rates.hz * 1.1 : sensor.rates.hz.some((allowed) => Math.abs(hz / allowed - 1) <= (sensor.rates as { tolerance: number }).tolerance);
      if (!fits) { offRate++; offRateSpans.add(windowFrom, at); }
    }
    held = 0;
    windowFrom = at;
  }

  const mark = (name: 'beyond' | 'between', spans: Spans, is: boolean, t: number) => {
    if (is) { if (runs[name] < 0) runs[name] = t; } else if (runs[name] >= 0) { spans.add(runs[name], t); runs[name] = -1; }
  };

  /** What was stored with few digits, or as a 32-bit float, is off a step by that much and no more. */
  const offStep = (raw: number): boolean => {
    const value = raw * scale + unit!.offset;
    const allowed = Math.max(rounding * 1.02, Math.abs(value) * 1e-6) + step! * 1e-3;
    return allowed * 3 <= step! && Math.abs(value - Math.round(value / step!) * step!) > allowed;
  };

  function scanWhole(column: Int32Array, c: number): void {
    for (let i = 0; i < column.length; i++) {
      const raw = column[i]!;
      if (raw === MISSING_INT32) continue;
      flags[i]! |= raw < low || raw > high ? PRESENT | BEYOND : PRESENT;
      if (grid) {
        let on = raw >= -GRID && raw < GRID ? grid[raw + GRID]! : 0;
        if (on === 0) { on = offStep(raw) ? 2 : 1; if (raw >= -GRID && raw < GRID) grid[raw + GRID] = on; }
        if (on === 2) flags[i]! |= BETWEEN;
      }
      if (!fine) change(raw, c);
    }
  }

  function scanFloats(column: Float64Array, c: number): void {
    for (let i = 0; i < column.length; i++) {
      const raw = column[i]!;
      if (raw !== raw) continue;
      flags[i]! |= raw < low || raw > high ? PRESENT | BEYOND : PRESENT;
      if (seeksBetween && offStep(raw)) flags[i]! |= BETWEEN;
      if (!fine) change(raw, c);
    }
  }

  function change(raw: number, c: number): void {
    const d = Math.abs(raw - before[c]!);
    before[c] = raw;
    // Two floats of one step may differ in their last bits.
    if (!(d > Math.abs(raw) * 2e-6)) return;
    changes++;
    if (d < least) least = d;
    if (d < fineBelow) fine = true;
  }

  function row(t: number, flag: number): void {
    if (flag !== 0) {
      present++;
      if (t - windowFrom >= WINDOW && held >= FEWEST) endWindow(t);
      const d = t - lastTime;
      if (d > 0 && held < INTERVALS) intervals[held++] = d;
      lastTime = t;
    }
    const [isBeyond, isBetween] = [(flag & BEYOND) !== 0, (flag & BETWEEN) !== 0];
    if (isBeyond) beyond++;
    if (isBetween) between++;
    if (isBeyond || runs.beyond >= 0) mark('beyond', beyondSpans, isBeyond, t);
    if (isBetween || runs.between >= 0) mark('between', betweenSpans, isBetween, t);
    lastRow = t;
  }

  return {
    push(t, columns) {
      if (flags.length < t.length) flags = new Uint8Array(t.length);
      else flags.fill(0, 0, t.length);
      columns.forEach((column, c) => { if (column instanceof Int32Array) scanWhole(column, c); else scanFloats(column, c); });
      for (let i = 0; i < t.length; i++) row(t[i]!, flags[i]!);
    },
    finish() {
      endWindow(lastRow);
      mark('beyond', beyondSpans, false, lastRow + 1);
      mark('between', betweenSpans, false, lastRow + 1);
      rates.sort((a, b) => a - b);
      return {
        present, beyond, beyondSpans, between: seeksBetween ? between : null, betweenSpans,
        coarse: step !== null && changes >= CHANGES && !fine ? (least * scale) / step : null,
        windows, offRate, offRateSpans, rateHz: rates[rates.length >> 1] ?? null,
      };
    },
  };
}

/** Mean rate of what is near the median interval, so that neither a gap nor a burst counts; where rows come as values change, of all. */
function rateOf(intervals: Float64Array, all: boolean): number {
  const sorted = intervals.slice().sort();
  const median = sorted[sorted.length >> 1]!;
  let [sum, count] = [0, 0];
  for (const d of sorted) if (all || (d > median * 0.5 && d < median * 1.5)) { sum += d; count++; }
  return (count / sum) * 1e6;
}
