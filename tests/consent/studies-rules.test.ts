/** What a call means, decided without a chain: criteria, who meets them, phases, steps, and counts that tell of nobody. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCriteria, MAX_CRITERIA_BYTES, readCriteria } from '../../electron/consent/studies/criteria.ts';
import { answerEligible, K, type Answered } from '../../electron/consent/studies/eligible.ts';
import { meets, type Candidate } from '../../electron/consent/studies/meets.ts';
import { phaseOf } from '../../electron/consent/studies/phase.ts';
import { stepsOf } from '../../electron/consent/studies/steps.ts';
import { createShuffle } from '../../electron/consent/studies/shuffle.ts';
import { studySecret } from '../../electron/consent/studies/secret.ts';
import { reasonHash, strikeReason } from '../../electron/consent/studies/reason.ts';
import type { Criteria } from '../../shared/api/studies.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { CallRow, EntryRow } from '../../shared/domain/studies.ts';
import type { ReportSummary } from '../../shared/verdict.ts';

const criteria: Criteria = {
  v: 1, title: 'Steps after surgery', words: 'A walk a day.\nFor a month.', specification: { version: 1, minHours: 1, channels: [{ kind: 'acceleration' }] }, ageBands: ['30-39', '40-49'], sexes: [], since: '2026-01',
  purpose: { v: 1, term: 'AcademicResearch', duo: ['DUO:0000042'], words: 'To learn how people walk again.' },
};
const sha = (bytes: Uint8Array): Hex => `0x${createHash('sha256').update(bytes).digest('hex')}`;
const onChain = (bytes: Uint8Array, purpose = encodeCriteria(criteria).purpose) => ({ criteria: bytes, criteriaHash: sha(bytes), purpose });

describe('criteria', () => {
  it('are read as they were written', () => {
    const { bytes, criteriaHash, purpose } = encodeCriteria(criteria);
    expect(readCriteria({ criteria: bytes, criteriaHash, purpose })).toEqual({ criteria, problem: null });
  });

  it('that lie about their hash, or about their purpose, are not believed', () => {
    const { bytes, criteriaHash, purpose } = encodeCriteria(criteria);
    expect(readCriteria({ criteria: bytes, criteriaHash: `0x${'12'.repeat(32)}`, purpose }).problem).toMatch(/by hash/);
    const other = encodeCriteria({ ...criteria, purpose: { ...criteria.purpose, term: 'CommercialResearch' } });
    expect(readCriteria({ criteria: bytes, criteriaHash, purpose: other.purpose }).problem).toMatch(/bound to/);
  });

  it('in another spelling are not believed: two readers could see two things', () => {
    const text = Buffer.from(encodeCriteria(criteria).bytes).toString('utf8');
    const spellings = [
      text.replace('{', '{ '), text.replace('{', '{"title":"Something else",'), text.replace('{', '{"extra":1,'), `${text} `, `\ufeff${text}`,
      text.replace('"v":1', '"v":1.0'), text.replace('"Steps', '"\\u0053teps'), '[]', '', 'null', '{"v":1}', '['.repeat(4000),
    ];
    for (const spelling of spellings) expect([spelling.slice(0, 40), readCriteria(onChain(Buffer.from(spelling))).criteria]).toEqual([spelling.slice(0, 40), null]);
    expect(readCriteria(onChain(Buffer.from([0xff, 0xfe, 0x00]))).problem).toMatch(/cannot be read/);
  });

  it('with characters that turn or hide text are refused on both sides', () => {
    for (const hidden of ['\u202e', '\u200b', '\u2066', '\u0000', '\u0007', '\ufeff', '\u00ad', '\r']) {
      const bad = { ...criteria, title: `Steps${hidden} after` };
      expect(() => encodeCriteria(bad)).toThrow(/cannot be seen/);
      const text = JSON.stringify(bad.title).slice(1, -1);
      const bytes = Buffer.from(Buffer.from(encodeCriteria(criteria).bytes).toString('utf8').replace('Steps after surgery', text));
      expect([escape(hidden), readCriteria(onChain(bytes)).criteria]).toEqual([escape(hidden), null]);
    }
    // Markup is text: it is shown as it is, by React.
    expect(readCriteria(onChain(encodeCriteria({ ...criteria, title: '<img src=x onerror=alert(1)>' }).bytes)).criteria?.title).toBe('<img src=x onerror=alert(1)>');
  });

  it('longer than the chain takes are refused before they are sent', () => {
    const wide = { ...criteria, words: '漢'.repeat(1500) };
    expect(() => encodeCriteria(wide)).toThrow(new RegExp(String(MAX_CRITERIA_BYTES)));
    expect(readCriteria(onChain(Buffer.alloc(MAX_CRITERIA_BYTES + 1, 32))).problem).toMatch(/longer/);
  });

  it('never throw, whatever bytes a stranger puts there', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map((t) => new TextEncoder().encode(t))), (bytes) => readCriteria(onChain(bytes)).criteria === null));
  });
});

const report: ReportSummary = { version: 2, score: 80, parts: [], channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', rateHz: 50, seconds: 7200, step: 0.01 } as unknown as ReportSummary['channels'][number]], durationSeconds: 7200, labels: null, reasons: [] };
const good: Candidate = { report, score: 80, month: '2026-05', demographics: { ageBand: '30-39', sex: 'female' } };

describe('who meets a call', () => {
  it('is told with each reason', () => {
    expect(meets(criteria, 60, good)).toEqual({ meets: true, why: [] });
    const reasons = (it: Partial<Candidate>, min = 60) => meets(criteria, min, { ...good, ...it }).why;
    expect(reasons({}, 90)).toEqual(['It scores 80; the study asks for 90.']);
    expect(reasons({ demographics: { ageBand: '70+', sex: 'female' } })).toEqual(['The age group is 70+; the study asks for 30-39, 40-49.']);
    expect(reasons({ demographics: { ageBand: 'undisclosed', sex: 'female' } })).toEqual(['No age group is told; the study asks for one.']);
    expect(reasons({ month: '2025-12' })).toEqual(['It is of 2025-12; the study asks for 2026-01 or later.']);
    expect(reasons({ month: null })[0]).toMatch(/not known/);
    expect(reasons({ report: { ...report, durationSeconds: 60 } })[0]).toMatch(/lasts/);
    expect(reasons({ report: null })).toEqual(['Its quality report is not here yet.']);
  });
  it('is not held against a recording that is not listed yet where listing asks for it', () => {
    expect(meets(criteria, 60, { ...good, demographics: null }, { draft: true }).meets).toBe(true);
    expect(meets(criteria, 60, { ...good, demographics: null }).meets).toBe(false);
  });
});

const word = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`;
const call = (change: Partial<CallRow> = {}): CallRow => ({
  id: 7, researcher: word(1), status: 'enrolling', open: false, reward: 5n, places: 2, enrolUntil: 1000, screenPeriod: 100, answerPeriod: 50, fillPeriod: 500, releasePeriod: 60, minScore: 0, commitment: word(9), px: word(2), py: word(3), purpose: word(4), criteriaHash: word(5), criteria: new Uint8Array(),
  openedBlock: 1, openedAt: 1, drawBlock: null, revealUntil: null, seed: null, entries: 3, live: 3, approved: 0, drawnEntries: null, firstOffers: null, answerUntil: null, drawnAt: null, returned: null, ...change,
});
const entry = (index: number, status: EntryRow['status'] = 'entered'): EntryRow => ({ callId: 7, index, owner: word(100 + index), datasetId: index + 1, status, accessId: null, reasonHash: null, share: null });
const entries = [entry(0), entry(1), entry(2)];
const next = (c: CallRow, at: number, block = 1) => stepsOf(c, entries, [], { at, block }, { researcher: true, entry: null }).map((s) => s.method);
const others = (c: CallRow, at: number, block = 1) => stepsOf(c, entries, [], { at, block }, { researcher: false, entry: entries[1]! }).map((s) => s.method);

describe('phases', () => {
  it('pass as the contract compares times', () => {
    expect([1000, 1001, 1100, 1101].map((at) => { const p = phaseOf(call(), { at, block: 1 }, 0); return [p.state, p.next]; })).toEqual([['enrolling', null], ['screening', null], ['screening', null], ['screening', 'close']]);
    const open = call({ open: true, screenPeriod: 100, live: 2 });
    expect([500, 1050, 1101].map((at) => phaseOf(open, { at, block: 1 }, 0).next)).toEqual(['accept', 'accept', 'finish']);
    expect(phaseOf(call({ open: true, approved: 2 }), { at: 5, block: 1 }, 0).next).toBe('finish');
  });
  it('of the block: pending, known, forgotten', () => {
    const closed = call({ status: 'closed', drawBlock: 300 });
    expect([299, 300, 301, 555, 556, 557].map((block) => next(closed, 2000, block))).toEqual([[], [], ['fixBlock'], ['fixBlock'], [], ['close']]);
  });
  it('lead the researcher through the draw, and let others do what anybody may', () => {
    expect(next(call(), 1101)).toEqual(['close']);
    const fixed = call({ status: 'fixed', revealUntil: 3000 });
    expect([next(fixed, 3000), next(fixed, 3001)]).toEqual([['reveal'], ['abandon']]);
    expect([others(call(), 1101), others(call({ status: 'closed', drawBlock: 3 }), 1200, 9), others(fixed, 3000), others(fixed, 3001)]).toEqual([['close'], ['fixBlock'], [], ['abandon']]);
    expect(others(call({ status: 'abandoned' }), 9999)).toEqual(['shareBond']);
    expect(next(call({ status: 'ended' }), 9999)).toEqual([]);
  });
  it('pass on what was not answered and what was struck, and finish when nobody is waited for', () => {
    const seed = word(77);
    const { entryAt } = createShuffle(3, seed);
    const drawn = call({ status: 'drawn', seed, drawnEntries: 3, firstOffers: 2, answerUntil: 2050, drawnAt: 2000 });
    const at = (t: number, list = entries, positions: Parameters<typeof stepsOf>[2] = []) => stepsOf(drawn, list, positions, { at: t, block: 1 }, { researcher: true, entry: null }).map((s) => [s.method, ...s.args]);
    expect(at(2050)).toEqual([]);
    expect(at(2051)).toEqual([['pass', 0], ['pass', 1]]);
    expect(at(2010, entries.map((e) => (e.index === entryAt(1) ? entry(e.index, 'struck') : e)))).toEqual([['pass', 1]]);
    expect(at(2010, entries.map((e) => (e.index === entryAt(0) || e.index === entryAt(1) ? entry(e.index, 'approved') : e)))).toEqual([['finish']]);
    expect(at(2060, entries, [{ position: 0, status: 'passed', answerUntil: 0 }, { position: 2, status: 'offered', answerUntil: 2101 }])).toEqual([['pass', 1]]);
    expect(at(2501)).toEqual([['finish']]);
  });
});

describe('the secret', () => {
  it('is the wallet’s, one for each call, and comes again', () => {
    const wallet = (seed: string) => ({ storageKey: (info: string) => new Uint8Array(createHash('sha256').update(seed + info).digest()) });
    const one = studySecret(wallet('a'), word(1));
    expect(studySecret(wallet('a'), word(1))).toEqual(one);
    expect(new Set([one, studySecret(wallet('a'), word(2)), studySecret(wallet('b'), word(1))].map((s) => s.commitment)).size).toBe(3);
  });
});

describe('a reason', () => {
  it('has another hash with each field', () => {
    const reason = strikeReason(3, 1, 'The recording is of a dog.');
    const hash = reasonHash(reason);
    expect(hash).not.toBe(reasonHash(strikeReason(3, 1, 'The recording is of a dog.')));
    for (const change of [{ callId: 4 }, { index: 2 }, { words: 'The recording is of a cat.' }, { salt: `0x${'00'.repeat(16)}` }]) expect(reasonHash({ ...reason, ...change } as typeof reason)).not.toBe(hash);
  });
});

describe('how many are eligible', () => {
  const owners = (n: number, from = 0) => new Set(Array.from({ length: n }, (_, i) => `owner-${from + i}`));
  const book = () => { const list: Answered[] = []; return { list: () => list, insert: (row: Answered) => { list.push(row); } }; };

  it('is a lower bound in steps of five, and below k only that', () => {
    const ask = (n: number) => answerEligible({ n }, owners(n), 70, book(), 1);
    expect(ask(0)).toEqual({ atLeast: 0, below: true, k: K, datasets: 70 });
    expect(ask(9)).toEqual(ask(0));
    expect([10, 14, 15, 53].map((n) => ask(n).atLeast)).toEqual([10, 10, 15, 50]);
    expect(JSON.stringify(ask(53))).not.toContain('owner');
  });

  it('says the same to the same question, and to one that differs by fewer than k people, on any day', () => {
    const rows = book();
    const first = answerEligible({ q: 1 }, owners(52), 70, rows, 1);
    for (let n = 43; n < 62; n++) expect([n, answerEligible({ q: n }, owners(n), 70, rows, n * 86_400_000)]).toEqual([n, first]);
    // One in, one out: still nearly the same people.
    expect(answerEligible({ q: 3 }, owners(52, 4), 70, rows, 2)).toEqual(first);
    expect(answerEligible({ q: 'more' }, owners(62), 70, rows, 3).atLeast).toBe(60);
  });

  it('shows no difference that fewer than k people make, whatever was asked before', () => {
    const question = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 60 }));
    fc.assert(fc.property(fc.array(question, { maxLength: 12 }), question, fc.nat(), (before, [size, from], who) => {
      const rows = book();
      for (const [n, at] of before) answerEligible({ n, at }, owners(n, at), 70, rows, 1);
      const asked = owners(size, from);
      const without = new Set([...asked].filter((_, i) => i !== who % Math.max(1, size)));
      const [a, b] = [answerEligible({ with: true }, asked, 70, rows, 2), answerEligible({ with: false }, without, 70, rows, 3)];
      if (JSON.stringify(a) === JSON.stringify(b)) return true;
      // Where the two differ, each is the answer to a crowd that was asked for, and these are k people or more apart: none of it is of the one.
      const crowds = (x: typeof a) => rows.list().filter((r) => r.answer.atLeast === x.atLeast && r.answer.below === x.below).map((r) => new Set(r.owners));
      const apart = (x: Set<string>, y: Set<string>) => [...x].filter((o) => !y.has(o)).length + [...y].filter((o) => !x.has(o)).length;
      const far = size <= 1 || crowds(a).some((x) => crowds(b).some((y) => apart(x, y) >= K));
      return far && (crowds(a).length > 0 || size === 0) && (crowds(b).length > 0 || size <= 1);
    }), { numRuns: 2000 });
  });

  it('does not tell by its threshold either', () => {
    const rows = book();
    expect(answerEligible({ q: 'k' }, owners(K), 70, rows, 1).atLeast).toBe(10);
    expect(answerEligible({ q: 'one fewer' }, owners(K - 1), 70, rows, 2)).toEqual(answerEligible({ q: 'k' }, owners(K), 70, rows, 3));
    const other = book();
    expect(answerEligible({ q: 'one fewer' }, owners(K - 1), 70, other, 1).below).toBe(true);
    expect(answerEligible({ q: 'k' }, owners(K), 70, other, 2).below).toBe(true);
  });

  it('are answered for a hundred different crowds a day and no more', () => {
    const rows = book();
    const crowd = (i: number) => owners(20, i * 1000);
    for (let i = 0; i < 100; i++) answerEligible({ i }, crowd(i), 70, rows, 1);
    expect(() => answerEligible({ i: 100 }, crowd(100), 70, rows, 2)).toThrow(/single owners/);
    expect(answerEligible({ i: 5 }, crowd(5), 70, rows, 2).atLeast).toBe(20);
    expect(answerEligible({ i: 100 }, crowd(100), 70, rows, 86_400_002).atLeast).toBe(20);
  });
});
