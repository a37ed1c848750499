import { Badge, Tooltip } from '@mantine/core';
import { number, t } from '../i18n/all.ts';

const hue = (score: number) => (score >= 80 ? 'green' : score >= 60 ? 'yellow' : 'red');

/** Quality of 100; the number is the sign, the colour only helps. */
export function ScoreBadge({ score, size = 'md' }: { score: number | null; size?: 'sm' | 'md' | 'lg' | 'xl' }) {
  if (score === null) return <Badge variant="light" color="gray" size={size}>{t('shell.score.none')}</Badge>;
  return (
    <Tooltip label={t('shell.score.label', { score })}>
      <Badge variant="light" color={hue(score)} size={size} className="ph-num" tt="none"><span aria-hidden>{t('shell.score.short', { score: number(score) })}</span><span className="ph-hidden">{t('shell.score.label', { score })}</span></Badge>
    </Tooltip>
  );
}
