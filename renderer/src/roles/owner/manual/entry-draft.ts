import { MANUAL_UNITS, ManualEntry, type ManualKind } from '../../../../../shared/domain/manual-entry.ts';

/** The fields of the form: all kinds side by side, so that changing the kind loses nothing. */
export type EntryDraft = {
  kind: ManualKind;
  /** Local wall time as the field has it: `2026-11-21T08:30`. */
  at: string;
  name: string;
  amount: number | ''; medicineUnit: (typeof MANUAL_UNITS.medicine)[number];
  severity: number; minutes: number | '';
  effort: number | null;
  weight: number | ''; weightUnit: (typeof MANUAL_UNITS.weight)[number];
  systolic: number | ''; diastolic: number | ''; pulse: number | '';
  glucose: number | ''; glucoseUnit: (typeof MANUAL_UNITS.glucose)[number];
};

export const KINDS: readonly ManualKind[] = ['medicine', 'symptom', 'training', 'weight', 'blood-pressure', 'glucose'];

const two = (n: number): string => String(n).padStart(2, '0');
/** Milliseconds as a `datetime-local` field wants them, on this machine's clock. */
export function localText(ms: number): string {
  const d = new Date(ms);
  return `${String(d.getFullYear()).padStart(4, '0')}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}
/** The instant of a local wall time; null where the field is empty or not whole. */
export function instantOf(local: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local)) return null;
  const ms = new Date(local).getTime();
  return Number.isFinite(ms) ? ms : null;
}

export function newDraft(kind: ManualKind, now: number): EntryDraft {
  return {
    kind, at: localText(now), name: '', amount: '', medicineUnit: MANUAL_UNITS.medicine[0], severity: 5, minutes: '', effort: null, weight: '', weightUnit: MANUAL_UNITS.weight[0],
    systolic: '', diastolic: '', pulse: '', glucose: '', glucoseUnit: MANUAL_UNITS.glucose[0],
  };
}

/** Why an entry is most likely a slip of the hand; null where nothing is wrong with it. The server says the same, in fewer words. */
export function slipOf(entry: ManualEntry): 'pressure' | 'glucose' | 'range' | null {
  const issue = ManualEntry.safeParse(entry).error?.issues[0];
  if (!issue) return null;
  return issue.code !== 'custom' ? 'range' : issue.path[0] === 'systolic' ? 'pressure' : 'glucose';
}

export function draftOf(e: ManualEntry): EntryDraft {
  const draft = newDraft(e.kind, e.time);
  switch (e.kind) {
    case 'medicine': return { ...draft, name: e.name, amount: e.amount, medicineUnit: e.unit };
    case 'symptom': return { ...draft, name: e.name, severity: e.severity, minutes: e.minutes ?? '' };
    case 'training': return { ...draft, name: e.name, minutes: e.minutes, effort: e.effort ?? null };
    case 'weight': return { ...draft, weight: e.value, weightUnit: e.unit };
    case 'blood-pressure': return { ...draft, systolic: e.systolic, diastolic: e.diastolic, pulse: e.pulse ?? '' };
    case 'glucose': return { ...draft, glucose: e.value, glucoseUnit: e.unit };
  }
}

/** The entry that the form holds; null while a field that it needs is empty. @param before keeps the instant where its minute was not changed */
export function entryOf(d: EntryDraft, before: ManualEntry | null = null): ManualEntry | null {
  const typed = instantOf(d.at);
  if (typed === null) return null;
  const unchanged = before !== null && localText(before.time) === d.at;
  const time = unchanged ? before.time : typed;
  const at = { time, offsetMinutes: unchanged ? before.offsetMinutes : 0 - new Date(time).getTimezoneOffset() };
  const name = d.name.trim();
  const minutes = d.minutes === '' ? {} : { minutes: d.minutes };
  switch (d.kind) {
    case 'medicine': return name && d.amount !== '' ? { kind: d.kind, ...at, name, amount: d.amount, unit: d.medicineUnit } : null;
    case 'symptom': return name ? { kind: d.kind, ...at, name, severity: d.severity, ...minutes } : null;
    case 'training': return name && d.minutes !== '' ? { kind: d.kind, ...at, name, minutes: d.minutes, ...(d.effort === null ? {} : { effort: d.effort }) } : null;
    case 'weight': return d.weight !== '' ? { kind: d.kind, ...at, value: d.weight, unit: d.weightUnit } : null;
    case 'blood-pressure': return d.systolic !== '' && d.diastolic !== '' ? { kind: d.kind, ...at, systolic: d.systolic, diastolic: d.diastolic, ...(d.pulse === '' ? {} : { pulse: d.pulse }) } : null;
    case 'glucose': return d.glucose !== '' ? { kind: d.kind, ...at, value: d.glucose, unit: d.glucoseUnit } : null;
  }
}
