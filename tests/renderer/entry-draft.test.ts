import { beforeAll, describe, expect, it } from 'vitest';
import { ManualEntry } from '../../shared/domain/manual-entry.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';
import { draftOf, entryOf, instantOf, KINDS, localText, newDraft } from '../../renderer/src/roles/owner/manual/entry-draft.ts';
import { entryName, entryValue } from '../../renderer/src/roles/owner/manual/entry-words.ts';

const NOW = new Date(2026, 10, 21, 8, 30, 42, 123).getTime();
const at = { time: NOW, offsetMinutes: 60 };
const ENTRIES: ManualEntry[] = [
  { kind: 'medicine', ...at, name: 'Ibuprofen', amount: 1, unit: '{tablet}' }, { kind: 'symptom', ...at, name: 'Headache', severity: 7, minutes: 90 }, { kind: 'symptom', ...at, name: 'Cough', severity: 0 },
  { kind: 'training', ...at, name: 'Running', minutes: 45, effort: 0 }, { kind: 'weight', ...at, value: 71.25, unit: 'kg' }, { kind: 'blood-pressure', ...at, systolic: 121, diastolic: 79, pulse: 62 }, { kind: 'glucose', ...at, value: 5.4, unit: 'mmol/L' },
];

describe('an entry in the form', () => {
  beforeAll(() => setLocale('en-US'));

  it.each(ENTRIES)('comes back as it was: $kind $name', (e) => {
    expect(entryOf(draftOf(e), e)).toEqual(e);
    expect(ManualEntry.safeParse(e).success).toBe(true);
  });

  it('keeps seconds and offset only while the minute is not changed', () => {
    const before = ENTRIES[0]!;
    const moved = entryOf({ ...draftOf(before), at: '2026-11-20T23:59' }, before)!;
    expect(moved.time).toBe(new Date(2026, 10, 20, 23, 59).getTime());
    expect(moved.offsetMinutes).toBe(-new Date(2026, 10, 20, 23, 59).getTimezoneOffset() + 0);
  });

  it('is none while something that it needs is empty', () => {
    for (const kind of KINDS) expect(entryOf(newDraft(kind, NOW))).toBeNull();
    expect(entryOf({ ...newDraft('symptom', NOW), name: ' Cough ' })).toMatchObject({ name: 'Cough', severity: 5 });
    expect(entryOf({ ...newDraft('symptom', NOW), name: 'Cough', at: '' })).toBeNull();
    expect(entryOf({ ...newDraft('blood-pressure', NOW), systolic: 120 })).toBeNull();
  });

  it('reads local wall time to the minute', () => {
    expect(localText(NOW)).toBe('2026-11-21T08:30');
    expect(instantOf('2026-11-21T08:30')).toBe(new Date(2026, 10, 21, 8, 30).getTime());
    expect(instantOf('2026-11-21')).toBeNull();
    expect(instantOf('2026-13-45T99:99')).toBeNull();
  });

  it('is told in words', () => {
    expect(ENTRIES.map((e) => `${entryName(e)}: ${entryValue(e)}`.replace(/\u00a0/g, ' '))).toEqual([
      'Ibuprofen: 1 tablet', 'Headache: 7 of 10, 1 hr 30 min', 'Cough: 0 of 10', 'Running: 45 min, effort 0 of 10', 'Weight: 71.25 kg', 'Blood pressure: 121/79 mmHg, pulse 62', 'Blood glucose: 5.4 mmol/L',
    ]);
  });
});
