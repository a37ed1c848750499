import type { Channel } from '../../shared/domain/recording.ts';

const G = 9.80665;

/** What a body, and a sensor worn on it, can give; `low` and `high` in the channel's unit. Null: nothing is known. */
export type Limits = {
  low: number; high: number;
  /** Seconds of exactly the same value that a living body does not give; null where it may. */
  flatSeconds: number | null;
  /** One g in the channel's unit, for an acceleration. */
  gravity: number | null;
  /** Largest believable change between values at most two seconds apart. */
  step: number | null;
};

const accelerationG: Record<string, number> = { 'm/s2': G, g: 1, mg: 1000 };

/** Beats a minute: the usual window of a wearable, and the step between values at most two seconds apart that is suspect (our choice within the 20–30 in use). */
export const HEART_RATE = { low: 30, high: 220, step: 30 } as const;
/** Milliseconds: 30–200 beats a minute, as `remove_outliers` of Aura-healthcare/hrv-analysis. */
export const RR_MS = { low: 300, high: 2000 } as const;

/** Source of the ranges: common wearables' full scale (±16 g, ±2000 °/s) and the physiological limits that their filters use. */
export function limitsOf({ kind, unit }: Channel): Limits {
  const none: Limits = { low: -Infinity, high: Infinity, flatSeconds: null, gravity: null, step: null };
  switch (kind) {
    case 'acceleration': { const g = accelerationG[unit] ?? null; return g === null ? { ...none, flatSeconds: 5 } : { ...none, low: -16.5 * g, high: 16.5 * g, flatSeconds: 5, gravity: g }; }
    case 'gyroscope': { const high = unit === 'rad/s' ? 36 : 2060; return { ...none, low: -high, high, flatSeconds: 5 }; }
    case 'heart-rate': return { ...none, low: HEART_RATE.low, high: HEART_RATE.high, flatSeconds: 300, step: HEART_RATE.step };
    case 'rr-interval': { const s = unit === 's' ? 0.001 : 1; return { ...none, low: RR_MS.low * s, high: RR_MS.high * s, flatSeconds: 60 }; }
    case 'spo2': return { ...none, low: 50, high: 100 };
    case 'temperature': return { ...none, low: 15, high: 45 };
    case 'ecg': { const s = unit === 'uV' ? 1000 : 1; return { ...none, low: -20 * s, high: 20 * s, flatSeconds: 3 }; }
    case 'ppg': return { ...none, flatSeconds: 5 };
    case 'steps': return { ...none, low: 0, high: 1e6 };
    case 'respiration': return { ...none, low: 2, high: 80 };
    case 'weight': { const kg = ({ kg: 1, g: 1000, '[lb_av]': 2.20462 } as Record<string, number>)[unit]; return kg === undefined ? none : { ...none, low: 0.2 * kg, high: 700 * kg }; }
    case 'blood-pressure': return unit === 'mm[Hg]' ? { ...none, low: 10, high: 370 } : none;
    case 'glucose': { const mmol = ({ 'mmol/L': 1, 'mg/dL': 18.0156 } as Record<string, number>)[unit]; return mmol === undefined ? none : { ...none, low: 0.3 * mmol, high: 85 * mmol }; }
    default: return none;
  }
}
