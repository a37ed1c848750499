import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ChannelKind } from '../../shared/domain/recording.ts';
import { PART_NAMES } from '../../shared/domain/quality-report.ts';
import { Specification } from '../../shared/domain/specification.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';
import { describeSearch } from '../../renderer/src/roles/customer/describe-search.ts';
import { DEFAULT_SEARCH, filterCount, queryOfSearch, searchOfQuery } from '../../renderer/src/roles/customer/search-url.ts';
import { draftOf, SHOWN_NAMES, specificationOf } from '../../renderer/src/roles/customer/specification/draft.ts';
import { describeSpecification } from '../../renderer/src/roles/customer/specification/words.ts';

const NIGHT = Specification.parse({
  version: 1, channels: [{ kind: 'acceleration', minRateHz: 20, minHours: 8 }], minHours: 8,
  wanted: [{ show: 'sleep', minHours: 6 }], unwanted: [{ show: 'not-worn', maxShare: 0.07 }, { show: 'artefact', maxShare: 0 }],
  minScore: 80, minParts: { wear: 90 }, without: ['clipped'],
});

const amount = (max: number) => fc.integer({ min: 0, max });
const specifications = fc.record({
  version: fc.constant(1 as const),
  channels: fc.uniqueArray(fc.record({ kind: fc.constantFrom(...ChannelKind.options), minHours: amount(500) }), { selector: (c) => c.kind, minLength: 1, maxLength: 4 }),
  wanted: fc.uniqueArray(fc.record({ show: fc.constantFrom(...SHOWN_NAMES.slice(0, 5)), minHours: amount(100) }), { selector: (w) => w.show, minLength: 1 }),
  unwanted: fc.uniqueArray(fc.record({ show: fc.constantFrom(...SHOWN_NAMES.slice(5)), maxShare: amount(100).map((n) => n / 100) }), { selector: (w) => w.show, minLength: 1 }),
  minScore: amount(100), minParts: fc.dictionary(fc.constantFrom(...PART_NAMES), amount(100), { minKeys: 1 }),
}, { requiredKeys: ['version', 'channels'] });
const sorted = (spec: Specification): Specification => ({ ...spec, ...(spec.wanted ? { wanted: SHOWN_NAMES.flatMap((s) => spec.wanted!.filter((w) => w.show === s)) } : {}), ...(spec.unwanted ? { unwanted: SHOWN_NAMES.flatMap((s) => spec.unwanted!.filter((u) => u.show === s)) } : {}) });

describe('the form of a specification', () => {
  beforeAll(() => setLocale('en-US'));

  it('gives back what it was opened with', () => {
    expect(specificationOf(draftOf(NIGHT))).toEqual({ specification: sorted(NIGHT), problem: null });
    fc.assert(fc.property(specifications, (spec) => { expect(specificationOf(draftOf(spec as Specification)).specification).toEqual(sorted(spec as Specification)); }));
  });

  it('says what is wrong with what was filled in', () => {
    const draft = draftOf(null);
    expect(specificationOf(draft).problem).toEqual({ code: 'empty' });
    expect(specificationOf({ ...draft, shows: { ...draft.shows, sleep: { rule: 'wanted', amount: null } } }).problem).toEqual({ code: 'amount', what: 'sleep' });
    expect(specificationOf({ ...draft, minHours: 9, maxHours: 8 }).problem).toEqual({ code: 'lengths' });
    expect(specificationOf({ ...draft, minScore: 101 }).problem).toEqual({ code: 'number' });
    expect(specificationOf({ ...draft, shows: { ...draft.shows, walk: { rule: 'unwanted', amount: 250 } } }).problem).toEqual({ code: 'number' });
    expect(specificationOf({ ...draft, shows: { ...draft.shows, walk: { rule: 'unwanted', amount: 0 } } }).specification).toEqual({ version: 1, unwanted: [{ show: 'walk', maxShare: 0 }] });
  });

  it('is told in words', () => {
    expect(describeSpecification(NIGHT)).toBe('Acceleration, from 20\u00a0Hz, 8 h or more; 8 h or longer; 6 h of sleep or more; at most 7% not worn; no artefact; score 80 or better; Wear 90 or better; nothing «Clipped»');
  });
});

describe('a search with a specification', () => {
  const search = { ...DEFAULT_SEARCH, specification: NIGHT };
  it('survives its address, and one that somebody broke is left out alone', () => {
    expect(searchOfQuery(queryOfSearch(search))).toEqual(search);
    expect(searchOfQuery(queryOfSearch({ ...search, unfit: true }))).toEqual({ ...search, unfit: true });
    for (const spec of ['{', '{"version":9}', '{"version":1,"minHours":-1}', 'null']) expect(searchOfQuery(`text=a&spec=${encodeURIComponent(spec)}`)).toEqual({ ...DEFAULT_SEARCH, text: 'a' });
  });
  it('counts as one filter and is named', () => {
    expect([filterCount(DEFAULT_SEARCH), filterCount(search)]).toEqual([0, 1]);
    expect(describeSearch(search)).toBe(describeSpecification(NIGHT));
  });
});
