import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareReports, differences } from '../../shared/compare-reports.ts';
import { Manifest } from '../../shared/domain/manifest.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import { QualityReportV1 } from '../../shared/domain/quality-v1.ts';
import { summaryOf, viewOf } from '../../shared/report-view.ts';
import { canonicalReport } from '../../electron/quality/report.ts';
import { reportOf, reportV1 } from './reports.ts';

const paths = (a: QualityReport, b: QualityReport) => differences(a, b).map((f) => f.path);

describe('two reports of the same rows', () => {
  it('agree with themselves, also when a manifest has sorted the keys', () => {
    const report = reportOf();
    const sorted = JSON.parse(canonicalReport(report)) as QualityReport;
    expect(compareReports(report, sorted).length).toBeGreaterThan(30);
    expect(differences(report, sorted)).toEqual([]);
  });

  it('differ in the field that was changed, named by what it is of', () => {
    const report = reportOf();
    const claims: [string, (r: QualityReport) => void][] = [
      ['score', (r) => { r.score = 99; }],
      ['parts.wear.score', (r) => { r.parts.find((p) => p.name === 'wear')!.score = 100; }],
      ['labels.seconds.sleep', (r) => { r.labels!.seconds.sleep += 3600; }],
      ['labels.spans', (r) => { r.labels!.spans[0]!.p = 0.99; }],
      ['reasons.coverage/gap.cost', (r) => { r.reasons[0]!.cost = 0.01; }],
      ['channels.acceleration.step', (r) => { r.channels[0]!.step = 0.001; }],
      ['model.sha256', (r) => { r.model!.sha256 = 'f'.repeat(64); }],
      ['rules.name', (r) => { r.rules.name = 'phdex-quality/9'; }],
      ['hardware.device', (r) => { r.hardware!.device = 'another-watch'; }],
    ];
    for (const [path, lie] of claims) {
      const claimed = structuredClone(report);
      lie(claimed);
      expect(paths(claimed, report)).toEqual([path]);
    }
  });

  it('a reason that was left out is one reason, not all that follow', () => {
    const claimed = reportOf();
    claimed.reasons = claimed.reasons.slice(1);
    const found = differences(claimed, reportOf());
    expect(new Set(found.map((f) => f.path.split('.').slice(0, 2).join('.')))).toEqual(new Set(['reasons.coverage/gap']));
    expect(found.every((f) => f.claimed === null)).toBe(true);
  });

  it('two reasons of one name are told apart, and their order counts', () => {
    const twice = reportOf();
    twice.reasons.push({ ...twice.reasons[0]!, cost: 0.5 });
    expect(paths(twice, twice)).toEqual([]);
    expect(paths(reportOf(), twice).every((p) => p.startsWith('reasons.coverage/gap/2'))).toBe(true);
    const turned = reportOf();
    turned.reasons.reverse();
    expect(paths(turned, reportOf())).toEqual(['order']);
  });

  it('agree exactly where their canonical JSON is the same', () => {
    const report = reportOf();
    fc.assert(fc.property(fc.constantFrom('score', 'rows', 'durationSeconds', 'rateHz'), fc.integer({ min: -1, max: 1 }), fc.boolean(), (field, by, labels) => {
      const other = structuredClone(report);
      other[field as 'rows'] += by;
      if (labels) other.labels = null;
      expect(differences(report, other).length === 0).toBe(canonicalReport(report) === canonicalReport(other));
    }));
  });

  it('one of the first kind and one of the second differ, with no value lost', () => {
    const found = differences(reportV1(), reportOf());
    expect(found.find((f) => f.path === 'version')).toMatchObject({ claimed: '1', found: '2' });
    expect(found.some((f) => f.path === 'labels.spans' && f.claimed === null)).toBe(true);
  });
});

describe('a report of the first kind', () => {
  it('is still taken from a manifest, beside those of now, and no other', () => {
    const { quality } = Manifest.shape;
    expect(quality.parse(reportV1())).toEqual(reportV1());
    expect(quality.parse(reportOf())).toEqual(reportOf());
    for (const bad of [{ ...reportOf(), version: 1 }, { ...reportV1(), version: 2 }, { ...reportOf(), version: 3 }]) expect(quality.safeParse(bad).success).toBe(false);
  });

  it('says too little for a verdict', () => { expect([summaryOf(reportV1()), summaryOf(reportOf())?.score]).toEqual([null, 81]); });

  it('is read as the second is, with all six parts and each reason under the part that it cost', () => {
    const view = viewOf(QualityReportV1.parse(reportV1()));
    expect(view.parts.map((p) => p.name)).toEqual(['coverage', 'regularity', 'signal', 'wear', 'pattern', 'hardware']);
    expect(view.parts.find((p) => p.name === 'wear')).toEqual({ name: 'wear', score: null, weight: 0 });
    expect(view.reasons.map((r) => [r.code, r.part])).toEqual([['gap', 'coverage'], ['flat', 'signal'], ['missing', 'signal'], ['missing', 'coverage'], ['rate-mismatch', 'hardware']]);
    expect([view.labels, view.channels, view.rules]).toEqual([null, [], { name: 'phdex-quality/1', sha256: null }]);
  });
});
