import type { Specification, Shown } from '../../../../../shared/domain/specification.ts';
import type { QualityPartName } from '../../../../../shared/domain/quality-report.ts';
import { reasonName, shownName } from '../../../components/QualityWords.ts';
import { number, percent, rate } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { typeName } from '../words.ts';

const lower = (shown: Shown) => shownName(shown).toLocaleLowerCase();

/** A specification in words, short enough for a list. */
export function describeSpecification(spec: Specification): string {
  const channel = ({ kind, minRateHz, minHours, maxStep }: NonNullable<Specification['channels']>[number]) => [
    typeName(kind),
    minRateHz !== undefined && t('specification.words.rate', { rate: rate(minRateHz) }),
    minHours !== undefined && t('specification.words.hours', { hours: number(minHours) }),
    maxStep !== undefined && t('specification.words.step', { step: number(maxStep) }),
  ].filter(Boolean).join(', ');
  const parts = [
    ...(spec.channels ?? []).map(channel),
    spec.minHours !== undefined && t('specification.words.minHours', { hours: number(spec.minHours) }),
    spec.maxHours !== undefined && t('specification.words.maxHours', { hours: number(spec.maxHours) }),
    ...(spec.wanted ?? []).map(({ show, minHours }) => (minHours > 0 ? t('specification.words.wanted', { hours: number(minHours), what: lower(show) }) : t('specification.words.some', { what: lower(show) }))),
    ...(spec.unwanted ?? []).map(({ show, maxShare }) => (maxShare > 0 ? t('specification.words.unwanted', { share: percent(maxShare), what: lower(show) }) : t('specification.words.none', { what: lower(show) }))),
    spec.minScore !== undefined && t('specification.words.score', { score: spec.minScore }),
    ...Object.entries(spec.minParts ?? {}).map(([name, score]) => t('specification.words.part', { part: t(`quality.part.${name as QualityPartName}`), score: number(score) })),
    ...(spec.without ?? []).map((code) => t('specification.words.without', { finding: reasonName({ code }) })),
  ];
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join('; ');
}
