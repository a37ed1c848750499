import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { CALIBRATION, PATTERN_GRACE, WEIGHTS } from './findings.ts';
import { ACTIVE_SD, RULE_P } from './labels.ts';
import { HEART_RATE, limitsOf, RR_MS } from './limits.ts';
import { COARSE_STEP, MOVING_SD, NOISE } from './motion.ts';
import { NOISE_RANGE, NOISE_RATIO, NOISE_SD, NON_WEAR_RANGE, NON_WEAR_SD } from './signals/non-wear.ts';
import { ORPHANIDOU } from './signals/orphanidou.ts';

/** Changes whenever the same rows may score differently though no number below changed. */
const NAME = 'phdex-quality/2';

const kinds = [['acceleration', 'm/s2', 3], ['gyroscope', 'deg/s', 3], ['heart-rate', '/min', 1], ['rr-interval', 'ms', 1], ['spo2', '%', 1], ['temperature', 'Cel', 1], ['ecg', 'mV', 1], ['ppg', '1', 1], ['steps', '1', 1]] as const;

/** The numbers that the rules go by, as text where JSON has none. */
const parameters = {
  weights: WEIGHTS, calibration: CALIBRATION, patternGrace: PATTERN_GRACE, activeSd: ACTIVE_SD, movingSd: MOVING_SD, probabilities: RULE_P, noise: NOISE, coarseStep: COARSE_STEP,
  heartRate: HEART_RATE, rr: RR_MS, nonWear: [NON_WEAR_SD, NON_WEAR_RANGE, NOISE_RANGE, NOISE_RATIO, NOISE_SD], orphanidou: ORPHANIDOU,
  limits: kinds.map(([kind, unit, n]) => Object.values(limitsOf({ name: 'x', kind, unit, components: Array<string>(n).fill('x'), decimals: 3 })).map(String)),
};

/** Name of the rules and SHA-256 of their parameters as canonical JSON. */
export const RULES = { name: NAME, sha256: createHash('sha256').update(canonicalize(parameters)!, 'utf8').digest('hex') };
