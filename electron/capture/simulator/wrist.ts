import { createNormal, createRandom } from './random.ts';

export type WristOptions = { seed: number; rateHz?: number };

/** Standard gravity, m/s². */
const G = 9.80665;
/** A common wrist sensor: 12 bits a g, ±8 g. */
const LSB = G / 1024;
const RANGE = 8 * G;
const NOISE = 0.025;
const TAU = 2 * Math.PI;

type Activity = 'rest' | 'desk' | 'walk' | 'vigorous';
/** How likely each is to come next, and how long it lasts, in seconds. */
const ACTIVITIES: { name: Activity; share: number; seconds: [number, number] }[] = [
  { name: 'rest', share: 0.35, seconds: [60, 900] },
  { name: 'desk', share: 0.35, seconds: [40, 500] },
  { name: 'walk', share: 0.24, seconds: [20, 300] },
  { name: 'vigorous', share: 0.06, seconds: [10, 60] },
];

/**
 * A physical model of an accelerometer on a wrist: the reaction to gravity in the sensor's frame, which turns slowly as
 * the arm does; gait as harmonics of the stride with a frequency that varies from stride to stride; fidgets; vigorous
 * movement; sensor noise, quantisation and saturation. Deterministic for a seed. Nothing is copied from recordings.
 * @returns `fill(x, y, z)`, which writes the next samples in thousandths of m/s²
 */
export function createWrist({ seed, rateHz = 100 }: WristOptions): { fill(x: Int32Array, y: Int32Array, z: Int32Array): void } {
  const random = createRandom(seed);
  const dt = 1 / rateHz;
  const normal = createNormal(random);
  const between = (low: number, high: number) => low + random() * (high - low);

  let activity: Activity = 'rest';
  let left = 0;
  let strideHz = 0.9;
  let phase = 0;
  let strideNow = strideHz;
  let amplitude = 0;
  let burst = 0;
  // Where gravity points in the sensor's frame, and where the arm is turning to.
  let [gx, gy, gz] = [0, 0, 1];
  let [tx, ty, tz] = [0, 0, 1];
  let turn = 0;
  let drift = 0;
  // Per-person shares of the harmonics on each axis.
  const harmonics = [1, 2, 3, 4].map((n) => ({ n, x: between(0.3, 1) / n, y: between(0.2, 0.8) / n, z: between(0.1, 0.7) / n, at: between(0, TAU) }));
  // Noise is the sum of two rings of prime lengths: cheap, normal, and without a repeat for 65 million samples.
  const ringA = Float64Array.from({ length: 8191 }, () => NOISE * 0.70710678 * normal());
  const ringB = Float64Array.from({ length: 7919 }, () => NOISE * 0.70710678 * normal());
  let atA = 0;
  let atB = 0;
  const noise = () => {
    if (++atA === 8191) atA = 0;
    if (++atB === 7919) atB = 0;
    return ringA[atA]! + ringB[atB]!;
  };

  function aim(): void {
    const u = between(-1, 1);
    const a = between(0, TAU);
    const r = Math.sqrt(1 - u * u);
    [tx, ty, tz] = [r * Math.cos(a), r * Math.sin(a), u];
    if (activity === 'walk') [tx, ty, tz] = [0.9, 0.3 * u, 0.3 * Math.sin(a)];
  }

  function begin(): void {
    let pick = random();
    const next = ACTIVITIES.find((a) => (pick -= a.share) < 0) ?? ACTIVITIES[0]!;
    activity = next.name;
    left = Math.round(between(...next.seconds) * rateHz);
    strideHz = activity === 'vigorous' ? between(1.2, 1.5) : between(0.8, 1.02);
    strideNow = strideHz;
    amplitude = activity === 'walk' ? between(2, 4.5) : activity === 'vigorous' ? between(10, 24) : 0;
    turn = activity === 'rest' ? 0.4 : 0.9;
    aim();
  }

  return {
    fill(x, y, z) {
      for (let i = 0; i < x.length; i++) {
        if (left-- <= 0) begin();
        // A slow turn towards the target orientation, renormalised.
        const k = turn * dt;
        gx += (tx - gx) * k; gy += (ty - gy) * k; gz += (tz - gz) * k;
        const norm = 1 / Math.sqrt(gx * gx + gy * gy + gz * gz || 1);
        gx *= norm; gy *= norm; gz *= norm;
        let ax = gx * G;
        let ay = gy * G;
        let az = gz * G;
        if (amplitude > 0) {
          phase += TAU * strideNow * dt;
          if (phase > TAU) { phase -= TAU; strideNow = strideHz * (1 + 0.025 * normal()); drift = 0.1 * normal(); }
          for (const h of harmonics) {
            const s = Math.sin(h.n * phase + h.at) * amplitude * (1 + drift);
            ax += h.x * s; ay += h.y * s; az += h.z * s;
          }
        } else if (activity === 'desk') {
          // Fidgets: short damped bursts, and now and then another pose.
          if (random() < 0.25 * dt) burst = between(0.5, 3);
          if (random() < 0.03 * dt) aim();
          if (burst > 0.02) { const s = burst * Math.sin(phase += TAU * 3.1 * dt); ax += s; ay -= 0.6 * s; az += 0.4 * s; burst *= 1 - 1.5 * dt; }
        } else if (random() < 0.004 * dt) aim();
        x[i] = quantise(ax + noise());
        y[i] = quantise(ay + noise());
        z[i] = quantise(az + noise());
      }
    },
  };
}

function quantise(value: number): number {
  const held = value > RANGE ? RANGE : value < -RANGE ? -RANGE : value;
  return Math.round(Math.round(held / LSB) * LSB * 1000);
}
