import { beforeAll, describe, expect, it } from 'vitest';
import { ConsentTraceQuery, GrantIn, RequestIn, type GrantView, type RequestView } from '../../shared/api/consent.ts';
import { OpenStudyIn } from '../../shared/api/studies.ts';
import { CONSENT_EVENTS } from '../../electron/db/queries/consent-trace.ts';
import { appendTrace, mergeTrace, traceKey } from '../../renderer/src/app/history/merge-trace.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';
import { CONSENT_KINDS, filterOf, kindOf, NO_FILTER, partiesOf } from '../../renderer/src/roles/owner/consent/history-filter.ts';
import { giveFrom, giveInput, lostConditions, newGive } from '../../renderer/src/roles/owner/consent/give-draft.ts';
import { linkInput, NEW_LINK } from '../../renderer/src/roles/owner/consent/link-draft.ts';
import { askInput, isInvitation, mayAsk, newAsk } from '../../renderer/src/roles/customer/consent/ask-draft.ts';
import { firstState, stateOf } from '../../renderer/src/roles/customer/consent/held-state.ts';
import { issuable, issueInput, NEW_ISSUE } from '../../renderer/src/roles/customer/consent/issue-draft.ts';
import { criteriaOf, newStudy, studyInput } from '../../renderer/src/roles/customer/consent/study-draft.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const ADDRESS = '0x00000000000000000000000000000000000000d0';
const INVITATION = 'phdex:invite:eyJ2IjoxfQ';
beforeAll(() => setLocale('en-US'));

describe('the filter of the history', () => {
  it('asks for nothing at first, and for what each field says', () => {
    expect(filterOf(NO_FILTER)).toEqual({});
    const filter = filterOf({ who: ADDRESS, kinds: ['requests', 'ends'], purpose: 'AcademicResearch', from: '2026-11-01', to: '2026-11-01', dataset: '#12' });
    expect(filter).toEqual({ who: ADDRESS, kinds: ['AccessRequested', 'RequestWithdrawn', 'AccessRevoked', 'AllRevoked', 'AccessHandedBack'], purpose: 'AcademicResearch', from: new Date(2026, 10, 1).getTime(), to: new Date(2026, 10, 2).getTime() - 1, datasetId: 12 });
    expect(ConsentTraceQuery.safeParse(filter).success).toBe(true);
  });
  it('leaves out what cannot be read', () => {
    expect(filterOf({ ...NO_FILTER, from: '2026-1', to: 'x', dataset: '1e3' })).toEqual({});
  });
  it('offers only what the history has, each once, and all of it', () => {
    const offered = Object.values(CONSENT_KINDS).flat();
    // Openings of health links never reach the chain: the app keeps them.
    const known: readonly string[] = [...CONSENT_EVENTS, 'HealthLinkOpened'];
    expect(offered.filter((event) => !known.includes(event))).toEqual([]);
    expect(new Set(offered).size).toBe(offered.length);
    expect(known.filter((event) => kindOf(event) === null)).toEqual([]);
    expect(kindOf('Transfer')).toBeNull();
  });
  it('names everybody once, by a name where there is one', () => {
    const party = (address: string, name: string | null) => ({ address, name, roles: [], accredited: false, suspended: false });
    const grants = [{ to: party('0xb', null) }, { to: party('0xa', 'Zoe') }] as unknown as GrantView[];
    const requests = [{ from: party('0xb', 'Ann') }, { from: party('0xc', null) }] as unknown as RequestView[];
    expect(partiesOf(grants, requests).map((p) => p.name ?? p.address)).toEqual(['Ann', 'Zoe', '0xc']);
  });
});

describe('a history in which the chain knows nothing of some lines', () => {
  const line = (at: number, block: number, what: string | null = null) => ({ at, block, logIndex: 0, what });
  it('keeps each line once and in its time, also where a page begins or ends with one of them', () => {
    const before = [line(50, 0, 'a'), line(50, 0, 'b'), line(40, 4), line(30, 3), line(20, 0, 'c'), line(10, 1)];
    const newest = [line(60, 6), line(50, 0, 'a'), line(50, 0, 'b')];
    expect(mergeTrace(newest, before)).toEqual([line(60, 6), ...before]);
    expect(appendTrace(before.slice(0, 5), before.slice(3))).toEqual(before);
    expect(new Set(before.map(traceKey)).size).toBe(before.length);
  });
});

describe('a right without a request', () => {
  const whole = { ...newGive(NOW, null), to: ` ${ADDRESS.toUpperCase().replace('0X', '0x')} `, recordings: ['00000000000000a1'] };
  it('gives nothing that was not chosen', () => {
    expect(giveInput(newGive(NOW, null))).toBeNull();
    expect(giveInput({ ...whole, recordings: [] })).toBeNull();
    expect(giveInput({ ...whole, to: '0x12' })).toBeNull();
    expect(giveInput({ ...whole, key: '0x12' })).toBeNull();
    expect(GrantIn.safeParse(giveInput(whole)).success).toBe(true);
    expect(giveInput(whole)).toMatchObject({ grantee: ADDRESS, recordings: ['00000000000000a1'], datasets: [], scope: { channels: [], days: null, live: false } });
  });
  it('is filled in from a Consent with nothing ticked, and says which conditions the form cannot hold', () => {
    const purpose = { v: 1 as const, term: 'AcademicResearch' as const, duo: ['DUO:0000006', 'DUO:0000018', 'DUO:0000024'], words: '' };
    const asked = { grantee: ADDRESS as `0x${string}`, granteeName: 'Dr. Ohm', category: 'health' as const, operations: 'read' as const, scope: { channels: ['ecg'], days: { from: '2026-03-01', to: '2026-03-30' }, live: true }, purpose, seconds: 12_345, open: [] };
    const filled = giveFrom({ ...whole, key: `0x${'1'.repeat(64)}`, datasets: [3], records: [4] }, asked, NOW);
    expect(filled).toMatchObject({ to: ADDRESS, key: '', recordings: [], datasets: [], records: [], seconds: 12_345, scope: { channels: ['ecg'], allDays: false, from: '2026-03-01', to: '2026-03-30', live: false } });
    expect(giveInput(filled)).toBeNull();
    expect(giveInput({ ...filled, recordings: ['00000000000000a1'] })).toMatchObject({ grantee: ADDRESS, seconds: 12_345, purpose: { term: 'AcademicResearch', duo: ['DUO:0000006', 'DUO:0000018'] } });
    expect(lostConditions(asked)).toEqual(['DUO:0000024']);
    expect(lostConditions({ ...asked, purpose: null })).toEqual([]);
    expect(giveFrom(whole, { ...asked, grantee: null, purpose: null, seconds: null }, NOW)).toMatchObject({ to: '', purpose: whole.purpose, seconds: whole.seconds, recordings: [] });
  });
  it('gives recordings of health and records of the rest, never both', () => {
    const record = { ...newGive(NOW, 7), to: ADDRESS, recordings: ['00000000000000a1'] };
    expect(record.category).toBe('history');
    expect(giveInput(record)).toMatchObject({ category: 'history', records: [7], recordings: [] });
    expect(giveInput({ ...record, category: 'health' })).toMatchObject({ recordings: ['00000000000000a1'] });
    expect(giveInput({ ...record, category: 'health' })).not.toHaveProperty('records');
    // Days and channels are of health data.
    expect(giveInput({ ...record, scope: { ...record.scope, allDays: false, channels: ['ecg'], live: true } })?.scope).toEqual({ channels: [], days: null, live: false });
  });
});

describe('a health link', () => {
  it('is none while it is empty or nameless, and its passcode is at least four characters', () => {
    const link = { ...NEW_LINK, label: 'Dr House', entries: true };
    expect(linkInput({ ...link, entries: false }, NOW)).toBeNull();
    expect(linkInput({ ...link, label: ' ' }, NOW)).toBeNull();
    expect(linkInput({ ...link, passcode: '123' }, NOW)).toBeNull();
    expect(linkInput({ ...link, passcode: '1234' }, NOW)).toEqual({ label: 'Dr House', passcode: '1234', expiresAt: NOW + 7 * 86_400_000, recordings: [], entries: true, records: [] });
  });
});

describe('a request', () => {
  const draft = { ...newAsk('any', ['provider'], NOW), name: 'Dr', invitation: ` ${INVITATION} ` };
  it('names its purpose by the role', () => {
    expect(newAsk('any', ['customer', 'researcher'], NOW).purpose.term).toBe('HealthcareScientificResearch');
    expect(newAsk('any', [], NOW).purpose.term).toBe('NonCommercialResearch');
    expect(newAsk('quote', ['insurer'], NOW)).toMatchObject({ category: 'insurance', purpose: { term: 'HealthInsuranceManagement' } });
  });
  it('goes to an invitation or to a listing', () => {
    expect(askInput(draft, null)).toMatchObject({ to: { invitation: INVITATION }, name: 'Dr', operations: 'read' });
    expect(RequestIn.safeParse(askInput(draft, null)).success).toBe(true);
    expect(askInput({ ...draft, invitation: '' }, 7)?.to).toEqual({ datasetId: 7 });
    expect(askInput({ ...draft, invitation: 'phdex:invite:<b>' }, null)).toBeNull();
    expect(askInput({ ...draft, name: ' ' }, null)).toBeNull();
    expect(isInvitation('phdex:invite:')).toBe(false);
    // Who only adds is sent nothing.
    expect(askInput({ ...draft, operations: 'append', scope: { ...draft.scope, live: true } }, null)?.scope.live).toBe(false);
  });
  it('is offered only where the chain’s table allows it', () => {
    expect(mayAsk([], 'read', 'health')).toBe(true);
    expect(mayAsk([], 'read', 'history')).toBe(false);
    expect(mayAsk(['provider'], 'append', 'history')).toBe(true);
    expect(mayAsk(['provider'], 'append', 'health')).toBe(false);
    expect(mayAsk(['insurer'], 'read-append', 'insurance')).toBe(true);
    expect(mayAsk(['researcher'], 'append', 'history')).toBe(false);
  });
});

describe('a record to be issued', () => {
  it('is of the categories that a role may issue', () => {
    expect(issuable(['provider'])).toEqual(['history']);
    expect(issuable(['insurer'])).toEqual(['insurance']);
    expect(issuable(['institution', 'insurer'])).toEqual(['history', 'insurance']);
    expect(issuable(['owner', 'researcher'])).toEqual([]);
  });
  it('is whole with somebody it is for, a title and a content', () => {
    const draft = { ...NEW_ISSUE, invitation: INVITATION, title: 'Letter', text: 'Dear' };
    expect(issueInput(draft, 'history', null)).toEqual({ to: { invitation: INVITATION }, category: 'history', title: 'Letter', mediaType: 'text/plain', content: { text: 'Dear' } });
    for (const part of [{ text: ' ' }, { title: '' }, { invitation: 'x' }, { to: 'right', address: '' }, { content: 'file' }] as const) expect(issueInput({ ...draft, ...part }, 'history', null)).toBeNull();
    expect(issueInput(draft, null, null)).toBeNull();
    expect(issueInput({ ...draft, to: 'right', address: ADDRESS, content: 'file', corrects: 3 }, 'history', { source: { upload: 'u' }, mediaType: '' })).toMatchObject({ to: { address: ADDRESS }, corrects: 3, mediaType: 'application/octet-stream', content: { upload: 'u' } });
  });
});

describe('a study to be opened', () => {
  const draft = { ...newStudy(), title: 'Sleep in winter' };
  it('is whole with a title, a reward and places', () => {
    expect(studyInput(newStudy())).toBeNull();
    expect(studyInput({ ...draft, reward: 'much' })).toBeNull();
    expect(studyInput({ ...draft, places: '' })).toBeNull();
    expect(OpenStudyIn.safeParse(studyInput(draft)).success).toBe(true);
    expect(studyInput(draft)).toMatchObject({ reward: '5000000000000000000', places: 10, kind: 'drawn', answerSeconds: 259_200 });
  });
  it('asks nobody to answer where nobody is drawn', () => {
    expect(studyInput({ ...draft, kind: 'open' })).toMatchObject({ answerSeconds: 0, fillSeconds: 0 });
  });
  it('counts for a purpose and a month that can be read', () => {
    expect(criteriaOf({ ...draft, since: '2026-13-1' })).toBeNull();
    expect(criteriaOf({ ...draft, since: '2026-01' })).toMatchObject({ since: '2026-01', specification: { version: 1 }, purpose: { duo: ['DUO:0000006'] } });
  });
});

describe('what I hold', () => {
  it('is shown from what holds to what has ended', () => {
    const of = (...list: Parameters<typeof stateOf>[0]['status'][]) => list.map((status) => ({ status }) as Parameters<typeof firstState>[0][number]);
    expect(of('approved', 'suspended', 'pending', 'revoked', 'withdrawn').map(stateOf)).toEqual(['live', 'live', 'pending', 'ended', 'ended']);
    expect(firstState(of('revoked', 'pending'))).toBe('pending');
    expect(firstState(of('expired'))).toBe('ended');
    expect(firstState([])).toBe('live');
  });
});
