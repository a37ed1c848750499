import { Badge, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { ShieldQuestion } from 'lucide-react';
import type { Span } from '../../../shared/api/common.ts';
import type { QualityPart, QualityReason, QualityReport } from '../../../shared/domain/quality.ts';
import { number, percent } from '../i18n/format.ts';
import { t, type Key } from '../i18n/index.ts';
import { ScoreBadge } from './ScoreBadge.tsx';

export type QualityPanelProps = {
  report: QualityReport;
  /** Index of the reason that is pointed at, here or in the strips. */
  active?: number | null;
  onActive?(reason: number | null): void;
  /** Where given, each reason with stretches has a button that shows the longest on the plot. */
  onShow?(span: Span): void;
};

/** The verdict with its parts and what cost points, in sentences. */
export function QualityPanel({ report, active = null, onActive, onShow }: QualityPanelProps) {
  return (
    <Stack gap="lg">
      <Group gap="md" align="center">
        <ScoreBadge score={report.score} />
        <div>
          <Text fw={600}>{t(verdict(report.score))}</Text>
          <Text size="sm" c="dimmed">{t('quality.rules', { rules: report.rules })}{report.model ? ` · ${t('quality.model', { model: report.model.name })}` : ''}</Text>
        </div>
      </Group>
      <Stack gap="sm" component="ul" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {report.parts.map((part) => <Part key={part.name} part={part} />)}
      </Stack>
      <div>
        <Title order={3} size="h5" mb="xs">{t('quality.reasons')}</Title>
        {report.reasons.length === 0 && <Text size="sm" c="dimmed">{t('quality.reasons.none')}</Text>}
        <Stack gap={4} component="ol" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
          {report.reasons.map((reason, i) => (
            <li key={`${reason.code}-${reason.channel ?? ''}-${i}`} className="quality-reason" data-active={active === i} onMouseEnter={() => onActive?.(i)} onMouseLeave={() => onActive?.(null)} onFocus={() => onActive?.(i)} onBlur={() => onActive?.(null)}>
              <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
                <div style={{ minWidth: 0 }}>
                  <Group gap="xs" mb={2}>
                    <Text fw={600} size="sm">{reasonName(reason)}</Text>
                    {reason.channel && <Badge size="xs" variant="default" tt="none">{reason.channel}</Badge>}
                  </Group>
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{reason.sentence}</Text>
                  {reason.spanCount > 0 && (
                    <Group gap="xs" mt={4}>
                      <Text size="xs" c="dimmed">{reason.spanCount > reason.spans.length ? t('quality.spans.some', { shown: reason.spans.length, count: reason.spanCount }) : t('quality.spans', { count: reason.spanCount })}</Text>
                      {onShow && reason.spans[0] && <Button size="compact-xs" variant="light" onClick={() => onShow(reason.spans[0]!)} aria-label={t('quality.show.label', { reason: reasonName(reason) })}>{t('quality.show')}</Button>}
                    </Group>
                  )}
                </div>
                <Text size="sm" fw={600} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{t('quality.cost', { points: number(reason.cost, 2) })}</Text>
              </Group>
            </li>
          ))}
        </Stack>
      </div>
    </Stack>
  );
}

function Part({ part }: { part: QualityPart }) {
  const name = t(`quality.part.${part.name}` as Key);
  return (
    <li>
      <Group justify="space-between" gap="xs" mb={3}>
        <Text size="sm" fw={500}>{name} <Text span size="xs" c="dimmed">{t(`quality.part.${part.name}.text` as Key)}</Text></Text>
        <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {part.score === null ? <Group gap={4}><ShieldQuestion size={14} aria-hidden="true" />{t('quality.part.none')}</Group> : <>{number(part.score, 1)} <Text span size="xs" c="dimmed">{t('quality.part.weight', { weight: percent(part.weight) })}</Text></>}
        </Text>
      </Group>
      <Progress value={part.score ?? 0} size="sm" aria-label={name} color={part.score === null ? 'gray' : part.score >= 80 ? 'teal' : part.score >= 50 ? 'yellow' : 'red'} />
    </li>
  );
}

/** A name for each code of the rules; a code of newer rules is shown as it is. */
const NAMES = new Set(['gap', 'rate-drift', 'jitter', 'duplicate', 'out-of-range', 'flat', 'clipped', 'implausible', 'missing', 'too-short']);
export const reasonName = (reason: Pick<QualityReason, 'code'>): string => (NAMES.has(reason.code) ? t(`quality.reason.${reason.code}` as Key) : reason.code);

const verdict = (score: number): Key => (score >= 90 ? 'quality.verdict.excellent' : score >= 75 ? 'quality.verdict.good' : score >= 50 ? 'quality.verdict.fair' : 'quality.verdict.poor');
