import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { chooseShown, clearLeaveOut, leaveOutSpan, leaveOutStore, leftOutSpans, type LeaveOut } from '../../renderer/src/roles/owner/leave-outs.ts';
import { remains } from '../../renderer/src/roles/owner/remains.ts';
import { nearestSpan } from '../../renderer/src/components/spans-at.ts';
import { reportOf, reportV1 } from '../quality/reports.ts';

const HOUR = 3_600_000_000;
const report = reportOf();
const of = (): LeaveOut => leaveOutStore.getState().of['r']!;
const rest = (spans: { from: number; to: number }[]) => remains(report.durationSeconds, report.labels, spans);

describe('leaving out by label', () => {
  beforeEach(() => { clearLeaveOut('r'); });
  const spans = (given: Parameters<typeof leftOutSpans>[1] = { annotations: [], report }) => leftOutSpans(of(), given);

  it('«everything but sleep» leaves the night out and nothing else', () => {
    chooseShown('r', { mode: 'without', what: ['sleep'] });
    expect(spans()).toEqual([{ from: 0, to: 3 * HOUR }]);
    expect(rest(spans())).toEqual({ seconds: 18_000, stretches: 1, byLabel: [{ label: 'activity', seconds: 7200 }, { label: 'rest', seconds: 7200 }, { label: 'not-worn', seconds: 1800 }, { label: 'artefact', seconds: 1800 }] });
  });

  it('«sleep only» leaves the day out to the last row', () => {
    chooseShown('r', { mode: 'only', what: ['sleep'] });
    expect(spans()).toEqual([{ from: 3 * HOUR, to: 8 * HOUR + 1 }]);
    expect(rest(spans())).toEqual({ seconds: 10_800, stretches: 1, byLabel: [{ label: 'sleep', seconds: 10_800 }] });
  });

  it('«only worn» cuts the half hour beside the bed out', () => {
    chooseShown('r', { mode: 'without', what: ['not-worn'] });
    expect(spans()).toEqual([{ from: 7 * HOUR, to: 7.5 * HOUR }]);
    expect(rest(spans())).toMatchObject({ seconds: 27_000, stretches: 2 });
  });

  it('joins what was cut by hand, and a movement can be named too', () => {
    chooseShown('r', { mode: 'without', what: ['walk'] });
    leaveOutSpan('r', { from: 4 * HOUR, to: 6 * HOUR });
    expect(spans()).toEqual([{ from: 3 * HOUR, to: 6 * HOUR }]);
  });

  it('nothing is left out by a choice of nothing, nor by a report without labels', () => {
    chooseShown('r', { mode: 'only', what: [] });
    expect(spans()).toEqual([]);
    chooseShown('r', { mode: 'only', what: ['sleep'] });
    for (const other of [null, reportV1(), reportOf({ labels: null })]) expect(spans({ annotations: [], report: other })).toEqual([]);
  });
});

describe('what remains', () => {
  it('is all that is not cut, and its labels add up', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 480 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 }), (given) => {
      const minutes = new Uint8Array(480);
      for (const [from, length] of given) minutes.fill(1, from, from + length);
      // Each minute its own span: also those that touch.
      const cuts = [...minutes].flatMap((cut, i) => (cut ? [{ from: i * 60e6, to: (i + 1) * 60e6 }] : []));
      const left = minutes.filter((cut) => cut === 0).length;
      const found = rest(cuts);
      expect(found.seconds).toBeCloseTo(left * 60, 6);
      expect(found.byLabel.reduce((sum, l) => sum + l.seconds, 0)).toBeCloseTo(left * 60, 6);
    }));
  });
});

describe('the stretch under a pointer', () => {
  const spans = [{ from: 10, to: 20 }, { from: 20, to: 30 }, { from: 50, to: 60 }];
  it('is the one that holds the time, or one within reach', () => {
    expect([10, 19, 20, 29, 50, 59].map((time) => nearestSpan(spans, time, 0))).toEqual([0, 0, 1, 1, 2, 2]);
    expect([9, 31, 48, 62].map((time) => nearestSpan(spans, time, 2))).toEqual([0, 1, 2, 2]);
    expect([5, 40, 70].map((time) => nearestSpan(spans, time, 2))).toEqual([null, null, null]);
    expect(nearestSpan([], 5, 100)).toBeNull();
  });
});
