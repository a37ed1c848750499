import { createNormal, createRandom } from './random.ts';

/** At rest, /min; and how much a mean deviation of the acceleration from 1 g, in m/s², adds. */
const REST = 62;
const PER_EXERTION = 9;
const HIGHEST = 182;
/** Seconds in which the rate follows exertion: up fast, down slowly, as hearts do. */
const UP = 18;
const DOWN = 55;
const TAU = 2 * Math.PI;

export type Beat = { /** Seconds on the watch's clock at which the interval ended. */ at: number; /** Milliseconds since the beat before. */ interval: number };

/**
 * A heart as beats: a mean rate that follows exertion, breathing (respiratory sinus arrhythmia near 0.25 Hz), the slow
 * waves of blood pressure near 0.1 Hz, a slow drift, and noise from beat to beat. All of them shrink as the rate rises.
 * Deterministic for a seed. Nothing is copied from recordings.
 */
export function createHeart(seed: number): { /** Beats that ended up to `seconds`. */ advance(seconds: number, exertion: number): Beat[]; readonly rate: number } {
  const random = createRandom(seed ^ 0x48656172);
  const normal = createNormal(random);
  let mean = REST + 6 * normal();
  const rest = mean;
  let breath = TAU * random();
  let wave = TAU * random();
  let drift = 0;
  let last = 0;
  let next = nextInterval();

  function nextInterval(): number {
    const calm = Math.max(0.1, Math.min(1, (130 - mean) / 70));
    const base = 60 / mean;
    drift = 0.98 * drift + 0.003 * normal();
    const varied = base * (1 + drift * calm + calm * (0.045 * Math.sin(breath) + 0.03 * Math.sin(wave)) + 0.008 * normal());
    breath += TAU * varied * (0.25 + 0.1 * (1 - calm));
    wave += TAU * varied * 0.1;
    return Math.max(0.3, Math.min(2, varied));
  }

  let now = 0;
  return {
    get rate() { return mean; },
    advance(seconds, exertion) {
      const target = Math.min(HIGHEST, rest + PER_EXERTION * exertion);
      const elapsed = Math.max(0, seconds - now);
      now = Math.max(now, seconds);
      mean += (target - mean) * (1 - Math.exp(-elapsed / (target > mean ? UP : DOWN)));
      const beats: Beat[] = [];
      while (last + next <= seconds) {
        last += next;
        beats.push({ at: last, interval: next * 1000 });
        next = nextInterval();
      }
      return beats;
    },
  };
}
