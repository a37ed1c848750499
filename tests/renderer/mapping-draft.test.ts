import { describe, expect, it } from 'vitest';
import { CsvMapping } from '../../shared/domain/csv-mapping.ts';
import { draftOfMapping, mappingOf, setRole, setUnit, type MappingDraft } from '../../renderer/src/roles/owner/import/mapping-draft.ts';

const guess: CsvMapping = {
  delimiter: ';', decimal: ',', skipLines: 2, time: { columns: [0, 1], format: 'dmy' },
  channels: [
    { name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3, columns: [2, 3, 4] },
    { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: null, loinc: '8867-4', columns: [5] },
  ],
};
const kinds = (d: MappingDraft) => d.roles.map((r) => (r.role === 'channel' ? `${r.channel}.${r.component}` : r.role));

describe('a mapping of columns', () => {
  it('comes back as it was when nothing is changed', () => {
    const draft = draftOfMapping(guess, 7);
    expect(kinds(draft)).toEqual(['time', 'clock', 'acceleration.x', 'acceleration.y', 'acceleration.z', 'heart-rate.value', 'none']);
    expect(mappingOf(draft)).toEqual(guess);
    expect(CsvMapping.safeParse(mappingOf(draft)).success).toBe(true);
  });

  it('has one time at most, and takes the axis that is free', () => {
    let d = draftOfMapping(guess, 7);
    d = setRole(d, 3, 'none', null);
    d = setRole(d, 6, 'acceleration', 'Z');
    expect(kinds(d)[6]).toBe('acceleration.y');
    d = setRole(d, 5, 'time', 'ms');
    expect(kinds(d)).toEqual(['none', 'clock', 'acceleration.x', 'none', 'acceleration.z', 'time', 'acceleration.y']);
    // All three axes are there: a fourth column begins another sensor.
    d = setRole(d, 3, 'acceleration', null);
    expect(kinds(d)[3]).toBe('acceleration-2.x');
    expect(CsvMapping.safeParse(mappingOf(d)).success).toBe(true);
  });

  it('gives each single channel a name of its own, from the header where the kind has none', () => {
    let d = draftOfMapping(guess, 7);
    d = setRole(d, 6, 'heart-rate', 'hr2');
    expect(kinds(d)[6]).toBe('heart-rate-2.value');
    d = setRole(d, 6, 'other', 'Skin Conductance (µS) <b>');
    expect(kinds(d)[6]).toBe('skin-conductance-s-b.value');
    d = setRole(d, 6, 'other', '12');
    expect(kinds(d)[6]).toBe('other.value');
    expect(CsvMapping.safeParse(mappingOf(d)).success).toBe(true);
  });

  it('changes the unit of a whole channel, and keeps codes only where they still hold', () => {
    const d = setUnit(draftOfMapping(guess, 7), 3, 'm/s2');
    expect(mappingOf(d)!.channels[0]).toMatchObject({ unit: 'm/s2', decimals: null });
    expect(mappingOf(setUnit(d, 5, '/s'))!.channels[1]).not.toHaveProperty('loinc');
    expect(mappingOf(d)!.channels[1]).toHaveProperty('loinc', '8867-4');
    expect(mappingOf(setUnit(d, 3, ''))).toBeNull();
  });

  it('is whole only with a time or a rate, and with something to read', () => {
    const none = setRole(draftOfMapping(guess, 7), 0, 'none', null);
    expect(mappingOf(none)).toBeNull();
    expect(mappingOf({ ...none, rateHz: 50 })).toMatchObject({ time: null, rateHz: 50 });
    let empty = draftOfMapping(guess, 7);
    for (const i of [2, 3, 4, 5]) empty = setRole(empty, i, 'none', null);
    expect(mappingOf(empty)).toBeNull();
  });

  it('takes the time of day into account only beside a date', () => {
    const d = { ...draftOfMapping(guess, 7), timeFormat: 'ms' as const };
    expect(mappingOf(d)!.time).toEqual({ columns: [0], format: 'ms' });
  });
});
