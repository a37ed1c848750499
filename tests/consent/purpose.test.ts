import { describe, expect, it } from 'vitest';
import { checkPurpose, purposeHash } from '../../electron/consent/purpose.ts';
import type { Purpose } from '../../shared/domain/purpose.ts';

const of = (change: Partial<Purpose> = {}): Purpose => ({ v: 1, term: 'HealthcareScientificResearch', duo: ['DUO:0000042'], words: 'How people sleep.', ...change });

describe('purpose', () => {
  it('has one hash whatever the order of its codes and fields', () => {
    const one = of({ duo: ['DUO:0000042', 'DUO:0000018', 'DUO:0000029'] });
    const other = { words: one.words, duo: ['DUO:0000029', 'DUO:0000042', 'DUO:0000018'], term: one.term, v: 1 } as Purpose;
    expect(purposeHash(one)).toBe(purposeHash(other));
    expect(purposeHash({ ...one, words: 'How people sleep!' })).not.toBe(purposeHash(one));
    expect(purposeHash({ ...one, duo: ['DUO:0000042'] })).not.toBe(purposeHash(one));
  });

  it.each([
    ['no permission for research', of({ duo: [] })], ['only a modifier', of({ duo: ['DUO:0000018'] })], ['two permissions', of({ duo: ['DUO:0000042', 'DUO:0000006'] })],
    ['an unknown code', of({ duo: ['DUO:0000042', 'DUO:0000999'] })], ['the parent of all permissions', of({ duo: ['DUO:0000001'] })], ['the parent of all modifiers', of({ duo: ['DUO:0000042', 'DUO:0000017'] })],
    ['a code twice', of({ duo: ['DUO:0000042', 'DUO:0000042'] })], ['commercial research for non-commercial use', of({ term: 'CommercialResearch', duo: ['DUO:0000042', 'DUO:0000046'] })],
    ['codes for what is no research', of({ term: 'PatientMonitoring' })], ['a term that is none', { ...of(), term: 'Marketing' }], ['an unknown field', { ...of(), also: 1 }], ['nothing', null],
  ])('refuses %s', (_what, purpose) => {
    expect(() => checkPurpose(purpose)).toThrowError(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('takes a purpose of care without codes', () => {
    expect(checkPurpose(of({ term: 'PatientMonitoring', duo: [] }))).toEqual(of({ term: 'PatientMonitoring', duo: [] }));
  });
});
