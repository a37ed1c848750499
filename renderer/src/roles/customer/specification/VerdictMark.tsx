import { Badge } from '@mantine/core';
import type { Verdict } from '../../../../../shared/verdict.ts';
import { t } from '../../../i18n/index.ts';

/** Whether a listing is what is looked for; why not, as its title. */
export function VerdictMark({ verdict, size = 'xs' }: { verdict: Verdict | null; size?: 'xs' | 'md' }) {
  const kind = verdict === null ? 'unknown' : verdict.fits ? 'fits' : 'fails';
  const reason = verdict?.reasons.filter((r) => !r.ok).map((r) => r.sentence).join(' ') ?? '';
  return <Badge size={size} variant={kind === 'fits' ? 'light' : 'outline'} color={kind === 'fits' ? 'green' : kind === 'fails' ? 'orange' : 'gray'} c={kind === 'fits' ? undefined : 'var(--mantine-color-text)'} radius="sm" tt="none" title={t(`verdict.hint.${kind}`, { reason })}>{t(`verdict.${kind}`)}</Badge>;
}
