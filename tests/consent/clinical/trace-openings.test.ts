import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openingRows, withOpenings } from '../../../electron/app/consent/trace-openings.ts';
import type { ConsentTraceQuery, ConsentTraceRow, HealthLinkView } from '../../../shared/api/consent.ts';

const link = (opened: number[]): HealthLinkView => ({ id: 'l', label: 'Summary', link: '', createdAt: 0, expiresAt: 9, revokedAt: null, opened: opened.map((at) => ({ at, recipient: `r${at}`, times: 1 })), times: opened.length, passcode: false, problem: null });
const line = (at: number, i: number) => ({ at, block: 1000 - i, logIndex: 0, event: 'AccessUsed' }) as ConsentTraceRow;

it('every page of both is the page of the whole list', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 25 }), fc.array(fc.nat(50), { maxLength: 12 }), fc.nat(40), fc.integer({ min: 1, max: 10 }), async (chainTimes, openTimes, offset, limit) => {
    const chain = [...chainTimes].sort((a, b) => b - a).map(line);
    const trace = withOpenings(async (q) => ({ total: chain.length, rows: chain.slice(q.offset, q.offset + q.limit) }), () => [link(openTimes)]);
    const whole = [...chain, ...openingRows([link(openTimes)], {})].sort((a, b) => b.at - a.at || b.block - a.block);
    const page = await trace({ offset, limit } as ConsentTraceQuery);
    expect(page.total).toBe(whole.length);
    expect(page.rows.map((r) => [r.at, r.event])).toEqual(whole.slice(offset, offset + limit).map((r) => [r.at, r.event]));
  }));
});

it('are left out by filters that cannot mean them', () => {
  const links = [link([5, 6])];
  expect(openingRows(links, {}).map((r) => r.what)).toEqual(['Summary: r6', 'Summary: r5']);
  for (const q of [{ who: '0x1' as const }, { datasetId: 1 }, { purpose: 'PatientMonitoring' }, { kinds: ['AccessUsed'] }, { from: 7 }, { to: 4 }]) expect(openingRows(links, q)).toEqual([]);
  expect(openingRows(links, { kinds: ['HealthLinkOpened'], from: 6 })).toHaveLength(1);
});
