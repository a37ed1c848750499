import { Activity, Droplet, Dumbbell, HeartPulse, Pill, Scale, type LucideIcon } from 'lucide-react';
import type { ManualEntry, ManualKind } from '../../../../../shared/domain/manual-entry.ts';
import { duration, number } from '../../../i18n/format.ts';
import { t, type Key } from '../../../i18n/index.ts';

export const ICONS: Record<ManualKind, LucideIcon> = { medicine: Pill, symptom: Activity, training: Dumbbell, weight: Scale, 'blood-pressure': HeartPulse, glucose: Droplet };
export const kindName = (kind: ManualKind): string => t(`manual.kind.${kind}`);

/** UCUM codes as people say them; those that are words of their own are not here. */
const UNITS: Record<string, Key> = { ug: 'manual.unit.ug', '[iU]': 'manual.unit.iu', '{tablet}': 'manual.unit.tablet', '{drop}': 'manual.unit.drop', '{puff}': 'manual.unit.puff', '[lb_av]': 'manual.unit.lb' };
/** For a choice of units. */
export const unitWord = (unit: string): string => { const key = UNITS[unit]; return key ? t(key, { count: 2 }) : unit; };
const amount = (value: number, unit: string): string => { const key = UNITS[unit]; return `${number(value)}\u00a0${key ? t(key, { count: value }) : unit}`; };

/** What it is called in a list: the name that the person gave, or the kind. */
export const entryName = (e: ManualEntry): string => ('name' in e ? e.name : kindName(e.kind));

export function entryValue(e: ManualEntry): string {
  switch (e.kind) {
    case 'medicine': return amount(e.amount, e.unit);
    case 'symptom': return [t('manual.value.severity', { severity: e.severity }), e.minutes !== undefined && duration(e.minutes * 60)].filter(Boolean).join(', ');
    case 'training': return [duration(e.minutes * 60), e.effort !== undefined && t('manual.value.effort', { effort: e.effort })].filter(Boolean).join(', ');
    case 'weight': return amount(e.value, e.unit);
    case 'blood-pressure': return [t('manual.value.pressure', { systolic: e.systolic, diastolic: e.diastolic }), e.pulse !== undefined && t('manual.value.pulse', { pulse: e.pulse })].filter(Boolean).join(', ');
    case 'glucose': return amount(e.value, e.unit);
  }
}
