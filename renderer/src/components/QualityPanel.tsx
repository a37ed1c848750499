import { Alert, Badge, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { History, ShieldQuestion } from 'lucide-react';
import type { Span } from '../../../shared/api/common.ts';
import type { QualityPart, QualityReason } from '../../../shared/domain/quality-report.ts';
import { viewOf, type AnyReport } from '../../../shared/report-view.ts';
import { number, percent } from '../i18n/format.ts';
import { t } from '../i18n/index.ts';
import { QualityVersions } from './QualityVersions.tsx';
import { reasonName, verdictKey } from './QualityWords.ts';
import { ScoreBadge } from './ScoreBadge.tsx';

export type QualityPanelProps = {
  report: AnyReport;
  /** Index of the reason that is pointed at, here or in the strips. */
  active?: number | null;
  onActive?(reason: number | null): void;
  /** Where given, each reason with stretches has a button that shows the longest on the time axis. */
  onShow?(span: Span): void;
};

type Pointing = Pick<QualityPanelProps, 'active' | 'onActive' | 'onShow'>;
type Numbered = { reason: QualityReason; index: number };

/** The verdict: its six parts, and under each what cost it points, in sentences. */
export function QualityPanel({ report, ...pointing }: QualityPanelProps) {
  const view = viewOf(report);
  const reasons = view.reasons.map((reason, index): Numbered => ({ reason, index }));
  return (
    <Stack gap="lg">
      <Group gap="md" align="center" wrap="nowrap">
        <div style={{ flex: 'none' }}><ScoreBadge score={view.score} /></div>
        <div style={{ minWidth: 0 }}>
          <Text fw={600}>{t(verdictKey(view.score))}</Text>
          <Text size="sm" c="dimmed" className="ph-wrap">{`${t('quality.rules', { rules: view.rules.name })} · ${view.model ? t('quality.model', { model: view.model.name }) : t('quality.model.none')}`}</Text>
        </div>
      </Group>
      {view.version === 1 && <Alert variant="light" color="gray" icon={<History size={18} aria-hidden />}>{t('quality.old')}</Alert>}
      <div>
        <Title order={3} size="h5" mb="sm">{t('quality.parts')}</Title>
        <Stack gap="md" component="ul" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
          {view.parts.map((part) => <Part key={part.name} part={part} multiplies={view.version === 2 && part.name === 'coverage'} reasons={reasons.filter((r) => r.reason.part === part.name)} {...pointing} />)}
        </Stack>
      </div>
      <QualityVersions view={view} />
    </Stack>
  );
}

function Part({ part, multiplies, reasons, ...pointing }: { part: QualityPart; multiplies: boolean; reasons: Numbered[] } & Pointing) {
  const name = t(`quality.part.${part.name}`);
  return (
    <li>
      <Group justify="space-between" gap="xs" mb={3}>
        <Text size="sm" fw={500}>{name} <Text span size="xs" c="dimmed">{t(`quality.part.${part.name}.text`)}</Text></Text>
        <Text size="sm" component="div" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {part.score === null ? <Group gap={4}><ShieldQuestion size={14} aria-hidden="true" />{t('quality.part.none')}</Group> : <>{number(part.score, 1)} <Text span size="xs" c="dimmed">{multiplies ? t('quality.part.factor') : t('quality.part.weight', { weight: percent(part.weight) })}</Text></>}
        </Text>
      </Group>
      {part.score !== null && <Progress value={part.score} size="sm" aria-label={name} color={part.score >= 80 ? 'teal' : part.score >= 50 ? 'yellow' : 'red'} />}
      {reasons.length === 0
        ? part.score !== null && <Text size="xs" c="dimmed" mt={4}>{t('quality.part.clean')}</Text>
        : <Stack gap={4} mt={4} component="ol" style={{ listStyle: 'none', padding: 0, margin: 0 }}>{reasons.map((it) => <Reason key={it.index} {...it} {...pointing} />)}</Stack>}
    </li>
  );
}

function Reason({ reason, index, active, onActive, onShow }: Numbered & Pointing) {
  const name = reasonName(reason);
  return (
    <li className="quality-reason" data-active={active === index} onMouseEnter={() => onActive?.(index)} onMouseLeave={() => onActive?.(null)} onFocus={() => onActive?.(index)} onBlur={() => onActive?.(null)}>
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs" mb={2}>
            <Text fw={600} size="sm">{name}</Text>
            {reason.channel && <Badge size="xs" variant="default" tt="none">{reason.channel}</Badge>}
          </Group>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{reason.sentence}</Text>
          {reason.spanCount > 0 && (
            <Group gap="xs" mt={4}>
              <Text size="xs" c="dimmed">{reason.spanCount > reason.spans.length ? t('quality.spans.some', { shown: reason.spans.length, count: reason.spanCount }) : t('quality.spans', { count: reason.spanCount })}</Text>
              {onShow && reason.spans[0] && <Button size="compact-xs" variant="light" onClick={() => onShow(reason.spans[0]!)} aria-label={t('quality.show.label', { reason: name })}>{t('quality.show')}</Button>}
            </Group>
          )}
        </div>
        <Text size="sm" fw={600} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{t('quality.cost', { points: number(reason.cost, 2) })}</Text>
      </Group>
    </li>
  );
}
