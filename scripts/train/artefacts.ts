/**
 * Generated artefacts: what sensors, files and people who want coins for nothing make instead of motion. Each kind turns a stretch of
 * 30 s of real motion (or nothing) into one whose middle 10 s are to be found out.
 */
import { GRAVITY, RATE_HZ, WINDOW, unit, type Axes } from '../../electron/quality/model/windows.ts';
import type { Random } from './random.ts';

/** 30 s of three axes, changed in place. `from` is the first sample of the window that is judged. */
export type Stretch = { axes: Axes; from: number; random: Random };
export const STRETCH = 3 * WINDOW;

const channelsOf = (axes: Axes): Float32Array[] => [axes.x, axes.y, axes.z];
/** Which axes a fault of the sensor touches: mostly all three. */
const touched = (axes: Axes, random: Random): Float32Array[] => (random.chance(0.65) ? channelsOf(axes) : [random.pick(channelsOf(axes))]);

/** Motion of the judged window: root mean square about the mean, m/s². */
export function motionOf(axes: Axes, from: number): number {
  let total = 0;
  for (const a of channelsOf(axes)) {
    let m = 0, s = 0;
    for (let i = from; i < from + WINDOW; i++) { m += a[i]!; s += a[i]! * a[i]!; }
    total += Math.max(0, s / WINDOW - (m / WINDOW) ** 2);
  }
  return Math.sqrt(total);
}

function fillGravity({ axes, random }: Stretch, noise: number): void {
  const g = unit([random.normal(), random.normal(), random.normal()]);
  channelsOf(axes).forEach((a, c) => { for (let i = 0; i < a.length; i++) a[i] = g[c]! * GRAVITY + noise * random.normal(); });
}

/** Stretches of time inside the judged window that make up `share` of it, in `count` pieces. */
function pieces({ from, random }: Stretch, share: number, count: number): { start: number; end: number }[] {
  const length = Math.max(2, Math.round((share * WINDOW) / count)), slot = Math.floor(WINDOW / count);
  return Array.from({ length: count }, (_, i) => {
    const start = from + i * slot + random.below(Math.max(1, slot - length));
    return { start, end: Math.min(from + WINDOW, start + length) };
  });
}

function oscillation(random: Random, hertz: number, shape: number): (i: number) => number {
  const phase = random.between(0, 2 * Math.PI), second = random.chance(0.5) ? random.between(0, 0.5) : 0, p2 = random.between(0, 6);
  const drift = random.chance(0.4) ? random.between(-0.004, 0.004) : 0;
  return (i) => {
    const turn = 2 * Math.PI * hertz * (i / RATE_HZ) * (1 + (drift * i) / RATE_HZ) + phase;
    const s = Math.sin(turn) + second * Math.sin(2 * turn + p2);
    return shape === 0 ? s : shape === 1 ? Math.sign(s) : shape === 2 ? (2 / Math.PI) * Math.asin(Math.sin(turn)) : ((turn / Math.PI) % 2) - 1;
  };
}

function copyInto(axes: Axes, to: number, from: number, length: number, noise: number, random: Random): void {
  for (const a of channelsOf(axes)) { const source = a.slice(from, from + length); for (let i = 0; i < length; i++) a[to + i] = source[i]! + (noise > 0 ? noise * random.normal() : 0); }
}

/** Reads the stretch about its middle at another speed, linearly (or held) between samples. */
function respeed({ axes, from }: Stretch, speed: number, held: boolean): void {
  const middle = from + WINDOW / 2;
  for (const a of channelsOf(axes)) {
    const source = a.slice();
    for (let i = 0; i < a.length; i++) {
      // Past the ends the motion runs back, so that nothing stands still there.
      let at = middle + (i - middle) * speed;
      const last = source.length - 1;
      while (at < 0 || at > last) at = at < 0 ? -at : 2 * last - at;
      const k = Math.min(last - 1, Math.floor(at)), f = held ? 0 : at - k;
      a[i] = source[k]! * (1 - f) + source[k + 1]! * f;
    }
  }
}

export const ARTEFACTS: Record<string, (s: Stretch) => void> = {
  stuck: (s) => {
    const { axes, random } = s;
    const whole = random.chance(0.5), noise = random.chance(0.2) ? random.between(0, 0.0003) : 0;
    const spans = whole ? [{ start: 0, end: axes.x.length }] : pieces(s, random.between(0.4, 0.95), 1 + random.below(3));
    for (const a of touched(axes, random)) for (const { start, end } of spans) { const v = random.chance(0.15) ? 0 : a[start]!; for (let i = start; i < end; i++) a[i] = v + noise * random.normal(); }
  },
  rail: (s) => {
    const { axes, random } = s;
    const limit = random.pick([1, 2, 4, 8, 16]) * GRAVITY, spans = random.chance(0.5) ? [{ start: 0, end: axes.x.length }] : pieces(s, random.between(0.3, 0.9), 1 + random.below(5));
    for (const a of touched(axes, random)) { const sign = random.chance(0.5) ? 1 : -1, swaps = random.chance(0.3); for (const { start, end } of spans) for (let i = start, v = sign; i < end; i++) { if (swaps && random.chance(0.1)) v = -v; a[i] = v * limit; } }
  },
  clipped: (s) => {
    const { axes, from, random } = s;
    // The limit that at least a tenth of the samples meet; for a hand at rest the limit lies inside gravity.
    const hit = random.between(0.12, 0.6), gain = random.between(1, 3);
    const peaks: number[] = [];
    for (let i = from; i < from + WINDOW; i++) peaks.push(Math.max(...channelsOf(axes).map((a) => Math.abs(a[i]!))));
    peaks.sort((p, q) => p - q);
    const limit = Math.max(0.5, peaks[Math.floor((1 - hit) * (WINDOW - 1))]!);
    for (const a of channelsOf(axes)) for (let i = 0; i < a.length; i++) a[i] = Math.max(-limit, Math.min(limit, a[i]!)) * gain;
  },
  dropout: (s) => {
    const { axes, from, random } = s;
    const held = random.chance(0.35), set = touched(axes, random);
    if (random.chance(0.35)) {
      const p = held ? random.between(0.2, 0.6) : random.between(0.06, 0.5);
      for (let i = from; i < from + WINDOW; i++) if (random.chance(p)) for (const a of set) a[i] = held ? a[i - 1]! : 0;
    } else for (const { start, end } of pieces(s, random.between(0.15, 0.7), 1 + random.below(12))) for (const a of set) { const v = held ? a[Math.max(0, start - 1)]! : 0; for (let i = start; i < end; i++) a[i] = v; }
  },
  spikes: (s) => {
    const { axes, from, random } = s;
    const count = 4 + random.below(30), height = Math.max(1.5 * GRAVITY, 2.5 * motionOf(axes, from)) * random.between(1, 4), together = random.chance(0.5), limit = motionOf(axes, from) < 4 && random.chance(0.4) ? 2 * GRAVITY : 16 * GRAVITY;
    for (let k = 0; k < count; k++) {
      const i = from + random.below(WINDOW), wide = random.chance(0.15) ? 2 : 1;
      for (const a of together ? channelsOf(axes) : [random.pick(channelsOf(axes))]) {
        const h = height * random.between(0.6, 1.4) * (random.chance(0.5) ? 1 : -1);
        for (let j = i; j < Math.min(i + wide, from + WINDOW); j++) a[j] = Math.max(-limit, Math.min(limit, Math.abs(a[j]! + h) < limit ? a[j]! + h : a[j]! - h));
      }
    }
  },
  noise: (s) => {
    const { axes, random } = s;
    const gravity = random.chance(0.6), sd = Math.exp(random.between(Math.log(0.3), Math.log(15))), uniform = random.chance(0.3), kept = random.chance(0.25);
    if (kept) { for (const a of channelsOf(axes)) for (let i = 0; i < a.length; i++) a[i] = a[i]! + Math.max(sd, 1.5 * motionOf(axes, s.from)) * random.normal() * 0.6; return; }
    if (gravity) fillGravity(s, 0); else for (const a of channelsOf(axes)) a.fill(0);
    for (const a of channelsOf(axes)) for (let i = 0; i < a.length; i++) a[i] = a[i]! + sd * (uniform ? random.between(-1.7, 1.7) : random.normal());
  },
  coloured: (s) => {
    const { axes, random } = s;
    const keep = random.between(0.3, 0.95), sd = Math.exp(random.between(Math.log(0.8), Math.log(8)));
    if (random.chance(0.7)) fillGravity(s, 0); else for (const a of channelsOf(axes)) a.fill(0);
    for (const a of channelsOf(axes)) { let v = 0; const step = sd * Math.sqrt(1 - keep * keep); for (let i = 0; i < a.length; i++) { v = keep * v + step * random.normal(); a[i] = a[i]! + v; } }
  },
  shaker: (s) => {
    const { axes, random } = s;
    fillGravity(s, random.between(0.02, 0.3));
    const along = unit([random.normal(), random.normal(), random.normal()]), size = Math.exp(random.between(Math.log(0.5), Math.log(14)));
    const tones = Array.from({ length: 1 + random.below(3) }, (_, k) => ({ of: oscillation(random, random.between(0.8, 9.8), random.chance(0.8) ? 0 : 1 + random.below(3)), size: size / (1 + k * random.between(0.3, 2)), along: random.chance(0.6) ? along : unit([random.normal(), random.normal(), random.normal()]) }));
    const beat = random.chance(0.3) ? { depth: random.between(0.2, 0.9), of: oscillation(random, random.between(0.1, 0.6), 0) } : null;
    for (let i = 0; i < axes.x.length; i++) for (const t of tones) { const v = t.size * t.of(i) * (beat === null ? 1 : 1 + beat.depth * 0.6 * beat.of(i)); channelsOf(axes).forEach((a, c) => { a[i] = a[i]! + v * t.along[c]!; }); }
  },
  washer: (s) => {
    const { axes, random } = s;
    fillGravity(s, random.between(0.03, 0.4));
    // A drum turns to and fro at half a turn to two a second, the motor's tone sweeps over it, and the housing rings.
    const drum = channelsOf(axes).map(() => ({ of: oscillation(random, random.between(0.4, 2), 0), size: random.between(0.1, 2.5) }));
    let hertz = random.between(3, 9.5), phase = 0;
    const sweep = random.between(-0.25, 0.25), size = random.between(0.4, 7), along = unit([random.normal(), random.normal(), random.normal()]);
    for (let i = 0; i < axes.x.length; i++) {
      hertz = Math.max(2, Math.min(9.9, hertz + sweep / RATE_HZ)); phase += (2 * Math.PI * hertz) / RATE_HZ;
      channelsOf(axes).forEach((a, c) => { a[i] = a[i]! + drum[c]!.size * drum[c]!.of(i) + size * Math.sin(phase + c) * along[c]!; });
    }
  },
  fan: (s) => {
    const { axes, random } = s;
    fillGravity(s, random.between(0.02, 0.12));
    const hertz = random.between(2.5, 9.9);
    channelsOf(axes).forEach((a) => { const of = oscillation(random, hertz, 0), size = random.between(0.1, 1.8); for (let i = 0; i < a.length; i++) a[i] = a[i]! + size * of(i); });
  },
  spin: (s) => {
    // Fixed to a fan's blade or a turntable: gravity goes round, and there is a steady pull outwards.
    const { axes, random } = s;
    const hertz = random.between(0.15, 5), out = random.between(0, 18), noise = random.between(0.02, 0.4), tilt = random.between(0.15, 1), order = random.shuffle([0, 1, 2]), all = channelsOf(axes), phase = random.between(0, 6);
    for (let i = 0; i < axes.x.length; i++) {
      const t = 2 * Math.PI * hertz * (i / RATE_HZ) + phase;
      all[order[0]!]![i] = GRAVITY * tilt * Math.sin(t) + out + noise * random.normal();
      all[order[1]!]![i] = GRAVITY * tilt * Math.cos(t) + noise * random.normal();
      all[order[2]!]![i] = GRAVITY * Math.sqrt(1 - tilt * tilt) + noise * random.normal();
    }
  },
  function: (s) => {
    const { axes, random } = s;
    const gravity = random.chance(0.6);
    if (gravity) fillGravity(s, 0); else for (const a of channelsOf(axes)) a.fill(0);
    const shape = 1 + random.below(3), hertz = random.between(0.2, 6), noise = random.chance(0.5) ? random.between(0, 0.25) : 0;
    for (const a of channelsOf(axes)) { const of = oscillation(random, hertz, shape), size = random.between(0.3, 12); for (let i = 0; i < a.length; i++) a[i] = a[i]! + size * of(i) + noise * random.normal(); }
  },
  stretched: (s) => respeed(s, s.random.chance(0.65) ? s.random.between(0.18, 0.34) : s.random.between(2, 3), false),
  resampled: (s) => {
    // Recorded at a few hertz, sold as twenty: straight lines or stairs between the samples that there were.
    const { axes, random } = s;
    const every = random.between(2.6, 8), held = random.chance(0.4);
    for (const a of channelsOf(axes)) {
      const source = a.slice(), last = source.length - 1;
      for (let i = 0; i < a.length; i++) {
        const k = Math.floor(i / every), p = Math.min(last, Math.round(k * every)), q = Math.min(last, Math.round((k + 1) * every)), f = held ? 0 : i / every - k;
        a[i] = source[p]! * (1 - f) + source[q]! * f;
      }
    }
  },
  looped: (s) => {
    const { axes, random } = s;
    const length = random.pick([random.between(0.6, 2), random.between(2, 6)]), n = Math.round(length * RATE_HZ), begin = random.below(axes.x.length - n), noise = random.chance(0.4) ? random.between(0, 0.05) * motionOf(axes, s.from) : 0;
    const piece = channelsOf(axes).map((a) => a.slice(begin, begin + n));
    const mirrored = random.chance(0.15);
    channelsOf(axes).forEach((a, c) => { for (let i = 0; i < a.length; i++) { const k = i % n, back = mirrored && Math.floor(i / n) % 2 === 1; a[i] = piece[c]![back ? n - 1 - k : k]! + noise * random.normal(); } });
  },
  copied: (s) => {
    const { axes, from, random } = s;
    const n = Math.round(random.between(3, 9.5) * RATE_HZ), to = from + random.below(WINDOW - n), noise = random.chance(0.4) ? random.between(0, 0.04) * motionOf(axes, from) : 0;
    const source = random.chance(0.5) ? random.below(Math.max(1, Math.min(to - n, axes.x.length - n))) : Math.min(axes.x.length - n, to + n + random.below(WINDOW));
    copyInto(axes, to, Math.max(0, source), n, noise, random);
  },
  synthetic: (s) => {
    const { axes, random } = s;
    fillGravity(s, random.chance(0.7) ? random.between(0, 0.35) : 0);
    const cadence = random.between(0.7, 1.6), wander = random.chance(0.5) ? random.between(0, 0.015) : 0;
    const parts = channelsOf(axes).map(() => Array.from({ length: 2 + random.below(4) }, (_, h) => ({ h: h + 1, size: random.between(0.3, 5) / (1 + h * random.between(0, 0.7)), phase: random.between(0, 6.3) })));
    let phase = 0, rate = 1;
    for (let i = 0; i < axes.x.length; i++) {
      rate += wander * random.normal() - 0.02 * (rate - 1); phase += (2 * Math.PI * cadence * rate) / RATE_HZ;
      channelsOf(axes).forEach((a, c) => { for (const p of parts[c]!) a[i] = a[i]! + p.size * Math.sin(p.h * phase + p.phase); });
    }
  },
  coarse: (s) => {
    const { axes, random } = s;
    const step = Math.max(random.between(0.15, 0.5) * GRAVITY, motionOf(axes, s.from) * random.between(0.3, 0.8));
    for (const a of channelsOf(axes)) for (let i = 0; i < a.length; i++) a[i] = Math.round(a[i]! / step) * step;
  },
  mixed: (s) => {
    // Samples out of order, or bits of them wrong: a file that was damaged on its way.
    const { axes, from, random } = s;
    const p = random.between(0.15, 0.6), how = random.below(3), bit = 2 ** (1 + random.below(3)) * GRAVITY * 0.5, all = channelsOf(axes);
    for (let i = from; i < from + WINDOW - 1; i++) {
      if (!random.chance(p)) continue;
      if (how === 0) for (const a of all) { const j = from + random.below(WINDOW), t = a[i]!; a[i] = a[j]!; a[j] = t; }
      else if (how === 1) { const t = axes.x[i]!; axes.x[i] = axes.y[i]!; axes.y[i] = axes.z[i]!; axes.z[i] = t; }
      else for (const a of all) a[i] = a[i]! + (Math.floor(a[i]! / bit) % 2 === 0 ? bit : -bit);
    }
  },
  unit: (s) => {
    // Readings in g, in milli-g, or without gravity: no wrist on this planet, whatever moved.
    const { axes, random } = s;
    const how = random.below(4), all = channelsOf(axes);
    if (how < 3) { const by = [1 / GRAVITY, random.between(0.2, 0.5), random.between(2, 9)][how]!; for (const a of all) for (let i = 0; i < a.length; i++) a[i] = a[i]! * by; } else for (const a of all) { let m = 0; for (const v of a) m += v / a.length; for (let i = 0; i < a.length; i++) a[i] = a[i]! - m; }
  },
  twin: (s) => {
    // One axis written twice, or a single movement spread over three axes by a formula.
    const { axes, random } = s;
    const all = channelsOf(axes), from = random.below(3), source = all[from]!;
    const others = random.chance(0.5) ? all : [all[(from + 1) % 3]!];
    for (const a of others) if (a !== source) { const gain = random.pick([1, -1, random.between(0.4, 1.5)]), shift = random.chance(0.5) ? 0 : random.normal() * 4; for (let i = 0; i < a.length; i++) a[i] = gain * source[i]! + shift; }
  },
};
export const KINDS = Object.keys(ARTEFACTS);
