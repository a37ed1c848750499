import type { Channel } from '../../../shared/domain/recording.ts';

const one = (name: string, kind: Channel['kind'], unit: string, loinc?: string): Channel => ({ name, kind, unit, components: ['value'], decimals: null, ...(loinc ? { loinc } : {}) });

/**
 * The channels that importers and manual entry make, with UCUM units and, where one fits, LOINC codes (the reference,
 * 4.1). What `ChannelKind` has no word for is `other` and told apart by its name.
 */
export const CHANNELS = {
  heartRate: one('heart-rate', 'heart-rate', '/min', '8867-4'),
  restingHeartRate: one('resting-heart-rate', 'heart-rate', '/min', '40443-4'),
  rr: one('rr-interval', 'rr-interval', 'ms'),
  sdnn: one('hrv-sdnn', 'other', 'ms', '80404-7'),
  rmssd: one('hrv-rmssd', 'other', 'ms'),
  spo2: one('spo2', 'spo2', '%', '59408-5'),
  temperature: one('temperature', 'temperature', 'Cel'),
  bodyTemperature: one('temperature', 'temperature', 'Cel', '8310-5'),
  temperatureDeviation: one('temperature-deviation', 'other', 'K'),
  respiration: one('respiratory-rate', 'respiration', '/min', '9279-1'),
  steps: one('steps', 'steps', '1', '55423-8'),
  /** How long the value of the same row stands for. */
  duration: one('duration', 'other', 's'),
  confidence: one('confidence', 'other', '1'),
  /** 0 not known, 1 awake, 2 light, 3 deep, 4 REM, as FIT's sleep_level; 5 asleep, 6 in bed. */
  sleep: one('sleep-stage', 'sleep', '1'),
  stress: one('stress', 'other', '1'),
  intensity: one('activity-intensity', 'other', '1'),
  vo2max: one('vo2-max', 'other', 'mL/min/kg'),
  weight: one('weight', 'weight', 'kg', '29463-7'),
  bloodPressure: { name: 'blood-pressure-systolic', kind: 'blood-pressure', unit: 'mm[Hg]', components: ['value'], decimals: null, loinc: '8480-6' },
  bloodPressureDiastolic: { name: 'blood-pressure-diastolic', kind: 'blood-pressure', unit: 'mm[Hg]', components: ['value'], decimals: null, loinc: '8462-4' },
  bloodGlucose: one('blood-glucose', 'glucose', 'mmol/L', '15074-8'),
  eda: one('eda', 'other', 'uS'),
  bvp: one('ppg', 'ppg', '1'),
  acceleration: { name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: null },
  gyroscope: { name: 'gyroscope', kind: 'gyroscope', unit: 'deg/s', components: ['x', 'y', 'z'], decimals: null },
} satisfies Record<string, Channel>;

export const whole = (channel: Channel): Channel => ({ ...channel, decimals: 0 });
