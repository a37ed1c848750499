import { z } from 'zod';

const at = {
  /** Milliseconds since the Unix epoch. */
  time: z.number().int().min(-2_208_988_800_000).max(7_258_118_400_000),
  /** Minutes east of UTC where the entry was made: evidence, the instant is in `time`. */
  offsetMinutes: z.number().int().min(-840).max(840),
};
const name = z.string().trim().min(1).max(40);

/** UCUM units that an entry may be in; the first is what a form proposes. */
export const MANUAL_UNITS = {
  medicine: ['mg', 'g', 'ug', 'mL', '[iU]', '{tablet}', '{drop}', '{puff}'],
  weight: ['kg', '[lb_av]'],
  glucose: ['mmol/L', 'mg/dL'],
} as const;

/** What a person writes down, with UCUM units. What lies far outside of what a body can have is refused as a slip of the hand. */
export const ManualEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('medicine'), ...at, name, amount: z.number().positive().max(1e6), unit: z.enum(MANUAL_UNITS.medicine) }),
  z.object({ kind: z.literal('symptom'), ...at, name, /** 0 none to 10 the worst. */ severity: z.number().int().min(0).max(10), minutes: z.number().positive().max(10_080).optional() }),
  z.object({ kind: z.literal('training'), ...at, name, minutes: z.number().positive().max(2880), /** Borg CR10, 0 to 10. */ effort: z.number().int().min(0).max(10).optional() }),
  z.object({ kind: z.literal('weight'), ...at, value: z.number().positive().max(1500), unit: z.enum(MANUAL_UNITS.weight) }),
  z.object({ kind: z.literal('blood-pressure'), ...at, /** mm[Hg] */ systolic: z.number().min(30).max(350), /** mm[Hg] */ diastolic: z.number().min(10).max(250), /** Beats a minute. */ pulse: z.number().min(20).max(300).optional() })
    .refine((e) => e.systolic > e.diastolic, { message: 'the first value must be the higher one', path: ['systolic'] }),
  z.object({ kind: z.literal('glucose'), ...at, value: z.number().positive().max(1500), unit: z.enum(MANUAL_UNITS.glucose) })
    .refine((e) => e.unit === 'mg/dL' || e.value <= 85, { message: 'above 85 mmol/L it is most likely in mg/dL', path: ['unit'] }),
]);
export type ManualEntry = z.infer<typeof ManualEntry>;
export type ManualKind = ManualEntry['kind'];
