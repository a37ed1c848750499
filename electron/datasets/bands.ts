import type { Demographics } from '../../shared/domain/label.ts';
import { AppError } from '../../shared/errors.ts';

function band<T extends string>(what: string, value: number, limits: [number, number], bands: [number, T][]): T {
  if (!Number.isFinite(value) || value < limits[0] || value > limits[1]) throw new AppError('invalid-argument', `A ${what} of ${value} is not believable.`, { hint: `Give one between ${limits[0]} and ${limits[1]}, or leave it undisclosed.` });
  return bands.find(([below]) => value < below)![1];
}

/** Age band of an age in years. Below 18 nothing is published. @throws AppError `invalid-argument` */
export function ageBandOf(years: number): Demographics['ageBand'] {
  if (years < 18) throw new AppError('invalid-argument', 'Data of a person under 18 is not listed here.', { hint: 'Only adults may list their data.' });
  return band('age', years, [18, 120], [[30, '18-29'], [40, '30-39'], [50, '40-49'], [60, '50-59'], [70, '60-69'], [Infinity, '70+']]);
}

/** @throws AppError `invalid-argument` */
export const heightBandOf = (cm: number): Demographics['heightBandCm'] => band('height in cm', cm, [100, 250], [[150, '<150'], [165, '150-164'], [180, '165-179'], [195, '180-194'], [Infinity, '195+']]);

/** @throws AppError `invalid-argument` */
export const weightBandOf = (kg: number): Demographics['weightBandKg'] => band('weight in kg', kg, [25, 350], [[50, '<50'], [65, '50-64'], [80, '65-79'], [95, '80-94'], [110, '95-109'], [Infinity, '110+']]);
