/** Draws of real and of artefact windows as figures, for fitting and for judging. */
import { GRAVITY, RATE_HZ, WINDOW, unit, type Axes } from '../../electron/quality/model/windows.ts';
import { ARTEFACT_FEATURES, describeArtefacts } from '../../electron/quality/model/artefact-features.ts';
import { ARTEFACTS, STRETCH, motionOf } from './artefacts.ts';
import { turnAbout } from './augment.ts';
import { unclip } from './unclip.ts';
import type { Random } from './random.ts';
import type { Clip } from './wisdm.ts';

/** Figures row by row, and the kind of each row (null: real). */
export type Draws = { figures: Float32Array; kinds: (string | null)[] };

/** 30 s of a clip from sample `start`, and which part of it is motion rather than past the clip's end. */
function cut({ axes }: Clip, start: number): Axes {
  return { x: axes.x.slice(start, start + STRETCH), y: axes.y.slice(start, start + STRETCH), z: axes.z.slice(start, start + STRETCH) };
}

/** As another honest watch would have given it: another rate read by ours, a turn, a gain, a finer or coarser step, its own noise. */
export function honestly(axes: Axes, random: Random): void {
  const all = [axes.x, axes.y, axes.z], wide = random.chance(0.5), limit = (wide ? random.pick([4, 8, 16]) : 2) * GRAVITY;
  if (wide) unclip(axes, random);
  if (wide && random.chance(0.5)) {
    // An uneven clock at another mean rate, about the middle, so that nothing stands still at the ends.
    // One make of watch in the data gives 50 Hz for 20.
    const speed = random.chance(0.35) ? random.between(0.38, 0.55) : random.between(0.7, 1), unsteady = random.between(0, 0.6), half = STRETCH / 2, at = new Float64Array(STRETCH);
    for (let i = 1; i < STRETCH; i++) at[i] = at[i - 1]! + speed * Math.exp(unsteady * random.normal() - (unsteady * unsteady) / 2);
    const shift = half - at[half]!;
    for (const a of all) {
      const source = a.slice(), last = STRETCH - 1;
      for (let i = 0; i < STRETCH; i++) {
        let t = Math.abs(at[i]! + shift);
        if (t > last) t = 2 * last - t;
        const k = Math.min(last - 1, Math.max(0, Math.floor(t))), f = t - k;
        a[i] = source[k]! * (1 - f) + source[k + 1]! * f;
      }
    }
  } else if (random.chance(0.35)) {
    const hertz = random.pick([12.5, 15, 16, 20, 20, 25, 25, 31.25, 32, 50, 50, 64, 100, 100]), offset = random.next(), blur = hertz > 40 ? random.between(0, 1) : 0;
    for (const a of all) {
      const source = a.slice(), last = source.length - 1;
      const read = (t: number): number => { const at = Math.max(0, Math.min(last - 1e-6, t)), k = Math.floor(at); return source[k]! + (source[k + 1]! - source[k]!) * (at - k); };
      for (let i = 0; i < a.length; i++) {
        if (hertz > 40) { a[i] = read(i + offset) * (1 - blur / 2) + (blur / 4) * (read(i + offset - 0.5) + read(i + offset + 0.5)); continue; }
        const step = RATE_HZ / hertz, k = Math.floor(i / step), f = i / step - k;
        a[i] = read(k * step + offset) * (1 - f) + read((k + 1) * step + offset) * f;
      }
    }
  }
  // A hand at rest, or asleep, on a sensor with less noise of its own: what is left of these people's is theirs.
  const quiet = motionOf(axes, WINDOW) < 0.6 && random.chance(0.7);
  if (quiet) quieten(axes, random.pick([4, 10, 40]), Math.exp(random.between(Math.log(0.02), 0)));
  const noise = quiet ? Math.exp(random.between(Math.log(0.0008), Math.log(0.03))) : random.chance(0.4) ? random.between(0, 0.06) : 0, gain = random.chance(0.7) ? random.between(0.88, 1.12) : 1;
  // Some move more strongly than anybody here: the movement is enlarged, gravity is not.
  const strength = wide && random.chance(0.5) ? Math.exp(random.between(-0.3, 0.7)) : 1, means = all.map((a) => a.reduce((m, v) => m + v, 0) / a.length);
  for (let c = 0; c < 3; c++) for (let i = 0; i < axes.x.length; i++) all[c]![i] = means[c]! + (all[c]![i]! - means[c]!) * strength;
  const turned = random.chance(0.5), about = unit([random.normal(), random.normal(), random.normal()]), angle = random.between(-Math.PI, Math.PI);
  // The steps of a reading are no coarser than lets a real sensor's noise through: what never changes at all is stuck.
  const finest = random.pick([0.0012, 0.0024, 0.0048, 0.0096, 0.0192, 0.038]), step = random.chance(quiet ? 0.6 : 0.3) && (!quiet || finest < 2.5 * noise) ? finest : 0;
  for (let i = 0; i < axes.x.length; i++) {
    let v: readonly [number, number, number] = [axes.x[i]! * gain + noise * random.normal(), axes.y[i]! * gain + noise * random.normal(), axes.z[i]! * gain + noise * random.normal()];
    if (turned) v = turnAbout(v, about, angle);
    for (let c = 0; c < 3; c++) { const w = Math.max(-limit, Math.min(limit, v[c]!)); all[c]![i] = step > 0 ? Math.round(w / step) * step : w; }
  }
}

const OF_MOVEMENT = new Set(['stretched', 'looped', 'copied', 'resampled', 'coarse', 'mixed', 'twin', 'clipped', 'dropout']);

/** In place: what is above the mean of the samples up to `half` away, times `share`. */
function quieten({ x, y, z }: Axes, half: number, share: number): void {
  for (const a of [x, y, z]) {
    const source = a.slice();
    for (let i = 0; i < a.length; i++) {
      let m = 0, n = 0;
      for (let j = Math.max(0, i - half); j <= Math.min(a.length - 1, i + half); j++) { m += source[j]!; n++; }
      a[i] = m / n + share * (source[i]! - m / n);
    }
  }
}

export type DrawPlan = { real: number; each: number; kinds: readonly string[]; honest: boolean };

/** `real` windows and `each` of every kind, from clips drawn at random. */
export function drawArtefacts(clips: readonly Clip[], random: Random, { real, each, kinds, honest }: DrawPlan): Draws {
  const rows = real + each * kinds.length, figures = new Float32Array(rows * ARTEFACT_FEATURES), labels: (string | null)[] = [];
  for (let row = 0; row < rows; row++) {
    const kind = row < real ? null : kinds[Math.floor((row - real) / each)]!;
    let clip = random.pick(clips), start = random.below(clip.axes.x.length - STRETCH);
    let axes = cut(clip, start);
    // A hand at rest shows no difference when it is stretched, clipped or copied; such kinds are made of movement.
    if (kind !== null && OF_MOVEMENT.has(kind)) {
      for (let tries = 0; tries < 30 && motionOf(axes, WINDOW) < 1; tries++) { clip = random.pick(clips); start = random.below(clip.axes.x.length - STRETCH); axes = cut(clip, start); }
    }
    // Artefacts come from other watches too, but a fault made of a turned reading must stay what the fault makes.
    if (honest && random.chance(kind === null ? 0.8 : 0.5)) honestly(axes, random);
    if (kind !== null) {
      ARTEFACTS[kind]!({ axes, from: WINDOW, random });
      if (random.chance(0.15)) { const n = random.between(0, 0.03); for (const a of [axes.x, axes.y, axes.z]) for (let i = 0; i < a.length; i++) a[i] = a[i]! + n * random.normal(); }
    }
    // Some windows stand at a recording's end. What is copied is copied from within sight.
    const edge = kind === 'copied' || kind === 'looped' ? 0.5 : random.next();
    describeArtefacts(axes, WINDOW, edge < 0.08 ? WINDOW : 0, edge > 0.92 ? 2 * WINDOW : STRETCH, figures, row * ARTEFACT_FEATURES);
    labels.push(kind);
  }
  return { figures, kinds: labels };
}
