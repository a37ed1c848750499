import { describe, expect, it } from 'vitest';
import { askedNames, checkNarrower, coveredSpan, coversSegment, DAY_US, leafName, newSalt, provesScope, scopeLeaf, scopeTree } from '../../electron/consent/scope.ts';
import type { Scope } from '../../shared/domain/consent.ts';

const scope = (change: Partial<Scope> = {}): Scope => ({ channels: [], days: null, live: false, ...change });
const at = (iso: string) => Date.parse(iso) * 1000;
const refused = (code: string) => expect.objectContaining({ code });

describe('scope', () => {
  it.each([1, 2, 3, 7, 100])('proves each of %i names and nothing else', (count) => {
    const salt = newSalt();
    const names = Array.from({ length: count }, (_, i) => `acceleration/day-${String(i).padStart(3, '0')}`);
    const tree = scopeTree(salt, names);
    for (const name of names) { const { leaf, proof } = tree.prove(name); expect(provesScope(tree.root, leaf, proof)).toBe(true); }
    expect(() => tree.prove('heart-rate/day-000')).toThrowError(refused('access-unknown'));
    const { leaf, proof } = tree.prove(names[0]!);
    expect(provesScope(tree.root, scopeLeaf(salt, 'heart-rate/day-000'), proof)).toBe(false);
    expect(provesScope(tree.root, scopeLeaf(newSalt(), names[0]!), proof)).toBe(false);
    if (count > 1) expect(provesScope(tree.root, leaf, proof.slice(1))).toBe(false);
    expect(scopeTree(newSalt(), names).root).not.toBe(tree.root);
    expect(scopeTree(salt, [...names].reverse()).root).toBe(tree.root);
  });

  it('refuses no name, a name twice and too many', () => {
    expect(() => scopeTree(newSalt(), [])).toThrowError(refused('invalid-argument'));
    expect(() => scopeTree(newSalt(), ['a/*', 'a/*'])).toThrowError(refused('invalid-argument'));
    expect(() => scopeTree(newSalt(), Array.from({ length: 10_001 }, (_, i) => `a/${i}`))).toThrowError(refused('invalid-argument'));
  });

  it('says what a request is about', () => {
    expect(askedNames(scope(), 'health', 'read')).toEqual(['*/..']);
    expect(askedNames(scope({ channels: ['spo2', 'heart-rate'], days: { from: '2026-10-01', to: '2026-10-31' }, live: true }), 'health', 'read-append'))
      .toEqual(['heart-rate/2026-10-01..2026-10-31', 'heart-rate/*', 'spo2/2026-10-01..2026-10-31', 'spo2/*', 'append/health']);
    expect(askedNames(scope(), 'history', 'append')).toEqual(['append/history']);
    expect(leafName(0, 'ecg/day-001')).toBe('ecg/day-001');
    expect(leafName(2, 'ecg/day-001')).toBe('2/ecg/day-001');
  });

  const asked = scope({ channels: ['heart-rate', 'spo2'], days: { from: '2026-10-01', to: '2026-10-31' }, live: false });
  it.each([
    ['the same', asked], ['one channel less', { ...asked, channels: ['spo2'] }], ['fewer days', { ...asked, days: { from: '2026-10-05', to: '2026-10-06' } }],
  ])('lets through %s', (_what, given) => { expect(() => checkNarrower(given, asked)).not.toThrow(); });
  it.each([
    ['another channel', { ...asked, channels: ['heart-rate', 'ecg'] }], ['all channels', { ...asked, channels: [] }], ['a day before', { ...asked, days: { from: '2026-09-30', to: '2026-10-02' } }],
    ['a day after', { ...asked, days: { from: '2026-10-30', to: '2026-11-01' } }], ['all days', { ...asked, days: null }], ['what is yet to be made', { ...asked, live: true }],
    ['days that run backwards', { ...asked, days: { from: '2026-10-06', to: '2026-10-05' } }], ['a channel twice', { ...asked, channels: ['spo2', 'spo2'] }],
  ])('refuses %s', (_what, given) => { expect(() => checkNarrower(given, asked)).toThrowError(refused('invalid-argument')); });

  it('covers whole days of the calendar', () => {
    const recording = { startTime: at('2026-10-10T15:00:00Z'), endTime: at('2026-10-12T09:00:00Z') };
    expect(coveredSpan(scope(), recording)).toEqual({ from: at('2026-10-10T00:00:00Z'), to: at('2026-10-13T00:00:00Z') });
    expect(coveredSpan(scope({ days: { from: '2026-10-11', to: '2026-10-11' } }), recording)).toEqual({ from: at('2026-10-11T00:00:00Z'), to: at('2026-10-12T00:00:00Z') });
    expect(coveredSpan(scope({ days: { from: '2026-10-13', to: '2026-10-20' } }), recording)).toBeNull();
    expect(coveredSpan(scope({ days: { from: '2026-10-01', to: '2026-10-09' } }), recording)).toBeNull();
  });

  it('covers a segment of a dataset only where both days that it reaches into are in scope', () => {
    const start = at('2026-10-10T15:00:00Z');
    const segment = { channel: 'ecg', day: 0 };
    const days = (from: string, to: string) => scope({ channels: ['ecg'], days: { from, to } });
    expect(coversSegment(days('2026-10-10', '2026-10-11'), segment, start)).toBe(true);
    expect(coversSegment(days('2026-10-10', '2026-10-10'), segment, start)).toBe(false);
    expect(coversSegment(days('2026-10-10', '2026-10-10'), segment, start, start + DAY_US / 24)).toBe(true);
    expect(coversSegment(days('2026-10-10', '2026-10-11'), { channel: 'spo2', day: 0 }, start)).toBe(false);
    expect(coversSegment(days('2026-10-10', '2026-10-11'), segment, null)).toBe(false);
    expect(coversSegment(scope({ channels: ['ecg'] }), segment, null)).toBe(true);
  });
});
