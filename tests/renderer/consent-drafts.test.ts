import { describe, expect, it } from 'vitest';
import { ApproveIn, type RequestView } from '../../shared/api/consent.ts';
import { PURPOSES } from '../../shared/domain/purpose.ts';
import { checkPurpose, isResearch as decides } from '../../electron/consent/purpose.ts';
import { isResearch, modifiersFor, newPurpose, purposeDraftOf, purposeOf } from '../../renderer/src/components/consent/purpose-draft.ts';
import { newScope, scopeDraftOf, scopeOf } from '../../renderer/src/components/consent/scope-draft.ts';
import { timeOptions } from '../../renderer/src/components/consent/times.ts';
import { answerOf, channelsOf, isTicked, newAnswer, tick, tickAll } from '../../renderer/src/roles/owner/consent/answer-draft.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const DAYS = { from: '2026-11-01', to: '2026-11-21' };
const recording = { recordingId: '00000000000000a1', datasetId: null, title: 'Night', from: NOW, to: NOW, channels: ['heart-rate', 'acceleration'], days: ['2026-11-20'] };
const dataset = { recordingId: '00000000000000a2', datasetId: 7, title: 'Listed', from: NOW, to: NOW, channels: ['heart-rate'], days: ['2026-11-19'] };
const request = (part: Partial<RequestView> = {}): RequestView => ({
  rightId: 4, from: { address: '0x00000000000000000000000000000000000000d0', name: 'Dr', roles: ['provider'], accredited: true, suspended: false }, account: 1, words: null, problem: null, datasetId: null, datasetTitle: null,
  category: 'health', operations: 'read-append', scope: { channels: ['heart-rate', 'acceleration'], days: DAYS, live: true }, purpose: { v: 1, term: 'PersonalisedHealthcare', duo: [], words: '' }, duration: 86_400, requestedAt: NOW, candidates: [recording, dataset], ...part,
});

describe('an answer', () => {
  it('begins with nothing ticked, and is none then', () => {
    const r = request();
    const d = newAnswer(r);
    expect([d.read, d.append, d.live, d.channels, d.recordings, d.datasets, d.records]).toEqual([false, false, false, [], [], [], []]);
    expect(answerOf(d, r)).toEqual({ input: null, problem: 'operation' });
  });

  it('is all that was asked for by one press, and never more', () => {
    const r = request();
    const { input } = answerOf(tickAll(r), r);
    expect(input).toEqual({ rightId: 4, scope: r.scope, operations: 'read-append', seconds: 86_400, recordings: ['00000000000000a1'], datasets: [7] });
    expect(ApproveIn.safeParse(input).success).toBe(true);
    expect(answerOf({ ...tickAll(r), seconds: 1e9 }, r).input?.seconds).toBe(86_400);
    const read = request({ operations: 'read', scope: { channels: ['heart-rate'], days: null, live: false } });
    expect(answerOf({ ...tickAll(request()), days: null }, read).input).toMatchObject({ operations: 'read', scope: { channels: ['heart-rate'], live: false } });
  });

  it('narrows to fewer channels, days, things and a shorter time', () => {
    const r = request();
    const d = tick({ ...newAnswer(r), read: true, channels: ['heart-rate'], days: { from: '2026-11-20', to: '2026-11-21' }, seconds: 3600 }, recording, true);
    expect(answerOf(d, r).input).toEqual({ rightId: 4, scope: { channels: ['heart-rate'], days: { from: '2026-11-20', to: '2026-11-21' }, live: false }, operations: 'read', seconds: 3600, recordings: ['00000000000000a1'], datasets: [] });
    expect(isTicked(d, recording)).toBe(true);
    expect(isTicked(tick(d, recording, false), recording)).toBe(false);
  });

  it.each([
    ['details', {}, { scope: null }], ['details', {}, { purpose: null }],
    ['channels', { read: true, recordings: ['00000000000000a1'] }, {}],
    ['channels', { read: true, channels: ['ecg'], recordings: ['00000000000000a1'] }, {}],
    ['days', { read: true, channels: ['heart-rate'], days: null }, {}],
    ['days', { read: true, channels: ['heart-rate'], days: { from: '2026-10-31', to: '2026-11-21' } }, {}],
    ['days', { read: true, channels: ['heart-rate'], days: { from: '2026-11-03', to: '2026-11-02' } }, {}],
    ['nothing', { read: true, channels: ['heart-rate'] }, {}],
    ['nothing', { read: true, live: true, channels: ['heart-rate'] }, { scope: { channels: [], days: DAYS, live: false } }],
    ['operation', { append: true }, { operations: 'read' }],
  ] as const)('is none: %s', (problem, ticks, part) => {
    const r = request(part as Partial<RequestView>);
    expect(answerOf({ ...newAnswer(r), ...(ticks as object) }, r)).toEqual({ input: null, problem });
  });

  it('may be only to add, or only what comes', () => {
    const r = request();
    expect(answerOf({ ...newAnswer(r), append: true, recordings: ['00000000000000a1'] }, r).input).toMatchObject({ operations: 'append', recordings: [], datasets: [], scope: { live: false } });
    expect(answerOf({ ...newAnswer(r), read: true, live: true, channels: ['heart-rate'] }, r).input).toMatchObject({ operations: 'read', scope: { live: true }, recordings: [] });
  });

  it('offers the channels of what fits where all were asked for', () => {
    expect(channelsOf(request({ scope: { channels: [], days: null, live: false } }))).toEqual(['acceleration', 'heart-rate']);
    expect(channelsOf(request())).toEqual(['heart-rate', 'acceleration']);
  });

  it('offers every channel where what comes was asked for, and gives all of them as all', () => {
    const r = request({ operations: 'read', scope: { channels: [], days: null, live: true } });
    expect(channelsOf(r)).toEqual(expect.arrayContaining(['acceleration', 'heart-rate', 'spo2', 'ecg']));
    expect(answerOf(tickAll(r), r).input).toMatchObject({ scope: { channels: [], live: true }, recordings: ['00000000000000a1'], datasets: [7] });
    expect(answerOf({ ...tickAll(r), channels: ['spo2'] }, r).input).toMatchObject({ scope: { channels: ['spo2'], live: true } });
    // Without what comes, only what is there can be read.
    expect(answerOf({ ...tickAll(r), live: false }, r).input).toMatchObject({ scope: { channels: ['acceleration', 'heart-rate'], live: false } });
    expect(answerOf({ ...tickAll(r), live: false, channels: ['spo2'] }, r)).toEqual({ input: null, problem: 'channels' });
  });
});

describe('a scope in fields', () => {
  it('comes back as it was', () => {
    for (const scope of [{ channels: [], days: null, live: false }, { channels: ['ecg'], days: DAYS, live: true }]) expect(scopeOf(scopeDraftOf(scope, NOW))).toEqual(scope);
  });
  it('offers the last 30 days, and is none while the days are turned round or empty', () => {
    expect(newScope(NOW)).toMatchObject({ from: '2026-10-23', to: '2026-11-21', allDays: true });
    expect(scopeOf({ ...newScope(NOW), allDays: false, from: '2026-11-22' })).toBeNull();
    expect(scopeOf({ ...newScope(NOW), allDays: false, from: '' })).toBeNull();
    expect(scopeOf({ ...newScope(NOW), channels: ['Heart Rate'] })).toBeNull();
  });
});

describe('a purpose in fields', () => {
  it('is one that the rules let through, whatever the term, with every condition that is offered', () => {
    for (const term of PURPOSES) {
      expect(isResearch(term), term).toBe(decides(term));
      const made = purposeOf({ ...newPurpose(term), words: ' why ', modifiers: modifiersFor(term) })!;
      expect(checkPurpose(made)).toEqual(made);
      expect(purposeOf(purposeDraftOf(made))).toEqual(made);
    }
  });
  it('drops conditions that commercial research cannot promise', () => {
    const made = purposeOf({ ...newPurpose('CommercialResearch'), modifiers: ['DUO:0000046', 'DUO:0000021'] })!;
    expect(made.duo).toEqual(['DUO:0000006', 'DUO:0000021']);
    expect(purposeOf({ ...newPurpose('AcademicResearch'), words: 'x'.repeat(281) })).toBeNull();
  });
});

describe('times', () => {
  it('end at what was asked for', () => {
    expect(timeOptions(86_400 * 10).map((o) => Number(o.value))).toEqual([3600, 86_400, 604_800, 864_000]);
    expect(timeOptions(86_400).map((o) => Number(o.value))).toEqual([3600, 86_400]);
    expect(timeOptions().length).toBe(7);
  });
});
