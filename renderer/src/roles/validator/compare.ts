import { compareReports, type ComparedField } from '../../../../shared/compare-reports.ts';
import { LABEL_NAMES, PART_NAMES } from '../../../../shared/domain/quality-report.ts';
import type { AnyReport } from '../../../../shared/report-view.ts';
import { labelName } from '../../components/QualityWords.ts';
import { duration, number, rate } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

/** `head`: told even where both agree. `named`: false where the field has only its path for a name. */
export type CompareRow = { name: string; named: boolean; claimed: string; found: string; agree: boolean; head: boolean };

/** What a person looks at first, in this order. */
function headNames(): Map<string, string> {
  return new Map([
    ['score', t('validator.check.part.score')],
    ...PART_NAMES.map((part): [string, string] => [`parts.${part}.score`, t(`quality.part.${part}`)]),
    ...LABEL_NAMES.map((label): [string, string] => [`labels.seconds.${label}`, t('validator.check.part.labels', { label: labelName(label) })]),
    ['labels.spans', t('quality.labels')],
    ['rows', t('validator.check.part.rows')], ['durationSeconds', t('validator.check.part.length')], ['rateHz', t('validator.check.part.rate')],
    ['rules', t('validator.check.part.rules')], ['rules.name', t('validator.check.part.rules')], ['rules.sha256', t('validator.check.part.rulesHash')],
    ['model.name', t('validator.check.part.model')], ['model.sha256', t('validator.check.part.modelHash')],
    ['order', t('validator.check.compare.order')],
  ]);
}

const VERSIONS = /^(version|rules|model)(\.|$)/;
/** Digits that a person reads; a value that differs is told as it is. */
function valueText(path: string, value: string | null, agree: boolean): string {
  if (value === null) return t('validator.check.compare.none');
  if (path.endsWith('spans')) return t('validator.check.compare.stretches', { count: Number(value) });
  const hash = /^[0-9a-f]{64}$/.test(value);
  if (hash) return `${value.slice(0, 12)}…`;
  const n = Number(value);
  if (!agree || value === '' || !Number.isFinite(n)) return value;
  return path === 'durationSeconds' ? duration(n) : path === 'rateHz' ? rate(n) : number(n);
}

/** Claim and finding value by value: what is looked at first, then the rest as the report has it. */
export function compareRows(claimed: AnyReport, found: AnyReport): { rows: CompareRow[]; differ: number; otherRules: boolean } {
  const names = headNames();
  const fields = compareReports(claimed, found);
  const row = (f: ComparedField): CompareRow => ({
    name: names.get(f.path) ?? f.path, named: names.has(f.path), head: names.has(f.path), agree: f.agree,
    claimed: valueText(f.path, f.claimed, f.agree), found: valueText(f.path, f.found, f.agree),
  });
  const of = new Map(fields.map((f) => [f.path, f]));
  const head = [...names.keys()].flatMap((path) => (of.has(path) ? [of.get(path)!] : []));
  const rest = fields.filter((f) => !names.has(f.path));
  return { rows: [...head, ...rest].map(row), differ: fields.filter((f) => !f.agree).length, otherRules: fields.some((f) => !f.agree && VERSIONS.test(f.path)) };
}
