import { Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import type { Verdict } from '../../../../../shared/verdict.ts';
import { t } from '../../../i18n/index.ts';
import css from './specification.module.css';

/** Each line of a specification and what the data says to it; what speaks against it first. */
export function VerdictReasons({ verdict }: { verdict: Verdict }) {
  const reasons = [...verdict.reasons].sort((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <ul className={css['reasons']}>
      {reasons.map((r) => (
        <li key={r.asked}>
          {r.ok ? <CircleCheck size={16} aria-hidden color="var(--mantine-color-green-light-color)" style={{ marginTop: 2 }} /> : <CircleX size={16} aria-hidden color="var(--mantine-color-error)" style={{ marginTop: 2 }} />}
          <Text size="sm" className="ph-wrap"><span className="ph-hidden">{t(r.ok ? 'verdict.ok' : 'verdict.bad')}</span> {r.sentence}</Text>
        </li>
      ))}
    </ul>
  );
}
