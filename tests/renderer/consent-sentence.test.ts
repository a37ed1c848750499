import { beforeAll, describe, expect, it } from 'vitest';
import type { PartyView, RequestView } from '../../shared/api/consent.ts';
import { PURPOSES, type Purpose } from '../../shared/domain/purpose.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';
import { grantSentence, heldSentence, requestSentence, sentence, warnings } from '../../renderer/src/components/consent/sentence.ts';
import { daysWords, partyName } from '../../renderer/src/components/consent/words.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400;
const DOCTOR: PartyView = { address: '0x00000000000000000000000000000000000000d0', name: 'Dr Ada Weber', roles: ['customer', 'provider'], accredited: true, suspended: false };
const TREAT: Purpose = { v: 1, term: 'PersonalisedHealthcare', duo: [], words: 'After the infarction' };
const request = (part: Partial<RequestView> = {}): RequestView => ({
  rightId: 4, from: DOCTOR, account: 1, words: 'Hello', problem: null, datasetId: null, datasetTitle: null, category: 'health', operations: 'read',
  scope: { channels: ['heart-rate'], days: { from: '2026-10-23', to: '2026-11-21' }, live: false }, purpose: TREAT, duration: 100 * DAY, requestedAt: NOW, candidates: [], ...part,
});
const text = (s: string): string => s.replace(/[\u00a0\u202f]/g, ' ');

describe('a request as a sentence', () => {
  beforeAll(() => setLocale('en-US'));

  it('says who, what, which days, what for and until when', () => {
    expect(text(requestSentence(request(), NOW))).toBe('Dr Ada Weber asks to read your heart rate of the last 30 days, to treat you, until Mar 1, 2027.');
  });

  it('counts the time from the answer, not from the asking', () => {
    expect(text(requestSentence(request(), NOW + 10 * DAY * 1000))).toContain('until Mar 11, 2027');
    expect(text(requestSentence(request({ duration: 1e15 }), NOW))).toMatch(/until .+\d{6}/);
  });

  it.each([
    [{ scope: { channels: [], days: null, live: false } }, 'read all of your health data of all days, to treat you'],
    [{ scope: { channels: ['heart-rate', 'spo2', 'steps'], days: null, live: true } }, 'read your heart rate, oxygen saturation, and steps of all days and what is recorded from now on, to treat you'],
    [{ scope: { channels: ['left-wrist'], days: { from: '2026-03-01', to: '2026-03-01' }, live: false } }, 'read your left-wrist of Mar 1, 2026, to treat you'],
    [{ scope: { channels: ['ecg'], days: { from: '2026-03-01', to: '2026-03-09' }, live: false } }, 'read your ECG from Mar 1, 2026 to Mar 9, 2026, to treat you'],
    [{ scope: { channels: ['ecg'], days: { from: '2026-11-21', to: '2026-11-21' }, live: false } }, 'read your ECG of the last day, to treat you'],
    [{ operations: 'append', category: 'history', scope: { channels: [], days: null, live: false } }, 'add to all of your medical history, to treat you'],
    [{ operations: 'read-append', category: 'insurance', scope: { channels: [], days: null, live: false } }, 'read and add to all of your insurance information of all days, to treat you'],
    [{ datasetId: 7, datasetTitle: 'Nights of May', scope: { channels: ['sleep'], days: null, live: false } }, 'read your dataset «Nights of May»: your sleep of all days, to treat you'],
    [{ scope: null, purpose: null }, 'read a part of your health data that could not be read, without a purpose that could be read'],
  ] as [Partial<RequestView>, string][])('says %j', (part, said) => {
    expect(text(requestSentence(request(part), NOW))).toBe(`Dr Ada Weber asks to ${said}, until Mar 1, 2027.`);
  });

  it('has words for every purpose', () => {
    const said = PURPOSES.map((term) => sentence('asks', 'A', { ...request(), purpose: { ...TREAT, term }, at: NOW, until: NOW }));
    expect(new Set(said).size).toBe(PURPOSES.length);
    expect(said.filter((s) => s.includes('consent.'))).toEqual([]);
  });

  it('names somebody without a name by the address, and lets no name turn the sentence', () => {
    expect(partyName({ name: '  ', address: DOCTOR.address })).toBe('Somebody unnamed (0x0000…00d0)');
    expect(requestSentence(request({ from: { ...DOCTOR, name: 'Dr \u202Eevil' } }), NOW)).toMatch(/^Dr evil asks/);
    // What they call themselves is no template.
    expect(requestSentence(request({ from: { ...DOCTOR, name: '{does} $&' } }), NOW)).toMatch(/^\{does\} \$& asks to read/);
  });

  it('says a right in the same words, to the giver and to the holder', () => {
    const given = { rightId: 1, to: DOCTOR, account: 1, status: 'approved' as const, category: 'health' as const, operations: 'read' as const, scope: request().scope, purpose: TREAT, givenAt: NOW, expiresAt: NOW + DAY * 1000, endedAt: null, what: [], live: null, uses: 0, lastUseAt: null, delivered: true, takingBack: false };
    expect(text(grantSentence(given))).toBe('Dr Ada Weber may read your heart rate of the last 30 days, to treat you, until Nov 22, 2026.');
    const held = { rightId: 1, owner: DOCTOR.address, status: 'approved' as const, category: 'health' as const, operations: 'read' as const, scope: request().scope, purpose: TREAT, label: null, requestedAt: NOW, expiresAt: NOW + DAY * 1000, endedAt: null, segments: [], problem: null };
    expect(text(heldSentence(held, NOW))).toBe('You may read the owner’s heart rate of the last 30 days until Nov 22, 2026. Purpose: Treatment.');
    expect(text(heldSentence({ ...held, status: 'pending' }, NOW))).toBe('You asked to read the owner’s heart rate of the last 30 days. Purpose: Treatment.');
    // What has ended is not told as if it held.
    expect(text(grantSentence({ ...given, status: 'revoked', endedAt: NOW }))).toBe('Dr Ada Weber could read your heart rate of the last 30 days, to treat you, until Nov 21, 2026.');
    expect(text(grantSentence({ ...given, status: 'rejected' }))).toBe('Dr Ada Weber asked to read your heart rate of the last 30 days, to treat you.');
    expect(text(heldSentence({ ...held, status: 'expired' }, NOW))).toMatch(/^You could read .* until Nov 22, 2026\./);
    expect(text(heldSentence({ ...held, status: 'withdrawn' }, NOW))).toMatch(/^You asked to read/);
  });
});

describe('days', () => {
  beforeAll(() => setLocale('en-US'));
  it('are the last ones only where they end on the day of asking', () => {
    expect(text(daysWords({ from: '2026-10-23', to: '2026-11-21' }, '2026-11-21'))).toBe(' of the last 30 days');
    expect(text(daysWords({ from: '2026-10-23', to: '2026-11-20' }, '2026-11-21'))).toBe(' from Oct 23, 2026 to Nov 20, 2026');
  });
});

describe('warnings', () => {
  beforeAll(() => setLocale('en-US'));
  const of = (part: Partial<RequestView>): string[] => warnings(request(part));
  it('are none for an accredited party with readable details and a short time', () => expect(of({})).toEqual([]));
  it('tell of who was not checked, or is suspended', () => {
    expect(of({ from: { ...DOCTOR, accredited: false } })).toEqual([expect.stringContaining('Nobody has checked')]);
    expect(of({ from: { ...DOCTOR, accredited: false, suspended: true } })).toEqual([expect.stringContaining('suspended')]);
  });
  it('tell why details could not be opened, first of all', () => {
    expect(of({ problem: 'it was sealed to another account', scope: null, from: { ...DOCTOR, accredited: false } })).toEqual([expect.stringContaining('it was sealed to another account'), expect.stringContaining('Nobody has checked')]);
    expect(of({ scope: null })).toEqual([expect.stringContaining('could not be opened')]);
  });
  it('tell of long and of continuous rights', () => {
    expect(of({ duration: 367 * DAY })).toHaveLength(1);
    expect(of({ duration: 366 * DAY, scope: { channels: [], days: null, live: true } })).toEqual([expect.stringContaining('from now on')]);
  });
});
