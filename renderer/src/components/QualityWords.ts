import type { LabelledSpan, Movement, QualityReason, SpanLabel } from '../../../shared/domain/quality-report.ts';
import type { Shown } from '../../../shared/domain/specification.ts';
import { percent } from '../i18n/format.ts';
import { hasKey, t, type Key } from '../i18n/index.ts';
import { sinceStart } from './PlotTime.ts';

/** A name for each code of the rules; a code of newer rules is shown as it is. */
export function reasonName({ code }: Pick<QualityReason, 'code'>): string {
  const key = `quality.reason.${code}`;
  return hasKey(key) ? t(key) : code;
}

export const labelName = (label: SpanLabel): string => t(`quality.label.${label}`);
export const movementName = (movement: Movement): string => t(`quality.movement.${movement}`);

/** What a specification or a choice names: a label or a movement. */
export function shownName(shown: Shown): string {
  const key = `quality.label.${shown}`;
  if (hasKey(key)) return t(key);
  const name = movementName(shown as Movement);
  return name.charAt(0).toLocaleUpperCase() + name.slice(1);
}

/** One stretch in words: what it shows, how sure that is, and when. */
export function spanText(span: LabelledSpan): string {
  const params = { label: labelName(span.label), p: percent(span.p), from: sinceStart(span.from / 1e6), to: sinceStart(span.to / 1e6) };
  return span.movement ? t('quality.labels.at.movement', { ...params, movement: movementName(span.movement) }) : t('quality.labels.at', params);
}

export const verdictKey = (score: number): Key => (score >= 90 ? 'quality.verdict.excellent' : score >= 75 ? 'quality.verdict.good' : score >= 50 ? 'quality.verdict.fair' : 'quality.verdict.poor');
