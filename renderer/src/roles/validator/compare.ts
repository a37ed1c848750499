import type { QualityReport } from '../../../../shared/domain/quality.ts';
import { duration, number, rate } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

export type CompareRow = { name: string; claimed: string; found: string; agree: boolean };

const PARTS = ['coverage', 'regularity', 'signal', 'pattern', 'hardware'] as const;

/** Claim and finding line by line; whether two numbers are the same is the only judgement here. */
export function compareRows(claimed: QualityReport, found: QualityReport): CompareRow[] {
  const none = t('validator.check.compare.none');
  const partOf = (report: QualityReport, name: string) => report.parts.find((p) => p.name === name)?.score ?? null;
  const line = <T>(name: string, a: T, b: T, text: (value: T) => string): CompareRow => ({ name, claimed: text(a), found: text(b), agree: a === b });
  return [
    line(t('validator.check.part.score'), claimed.score, found.score, (v) => number(v, 0)),
    ...PARTS.filter((p) => partOf(claimed, p) !== null || partOf(found, p) !== null).map((p) => line(t(`validator.check.part.${p}`), partOf(claimed, p), partOf(found, p), (v) => (v === null ? none : number(v)))),
    line(t('validator.check.part.rows'), claimed.rows, found.rows, (v) => number(v)),
    line(t('validator.check.part.length'), claimed.durationSeconds, found.durationSeconds, duration),
    line(t('validator.check.part.rate'), claimed.rateHz, found.rateHz, rate),
    line(t('validator.check.part.rules'), claimed.rules, found.rules, (v) => v),
  ];
}
