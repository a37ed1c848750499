import { Paper, Text, Title } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import type { CheckView } from '../../../../shared/api/validator.ts';
import { t } from '../../i18n/index.ts';
import css from './validator.module.css';

/** What failed first. */
export function FindingsPanel({ check }: { check: CheckView }) {
  const findings = [...check.findings].sort((a, b) => Number(a.ok) - Number(b.ok));
  const bad = findings.filter((f) => !f.ok).length;
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="validator-findings">
      <Title order={2} size="h4" mb={4} id="validator-findings">{t('validator.check.findings')}</Title>
      <Text size="sm" c="dimmed">{bad > 0 ? t('validator.check.findings.some', { count: bad }) : t('validator.check.findings.all', { count: findings.length })}</Text>
      <ul className={css.findings}>
        {findings.map((f, i) => (
          <li key={i}>
            {f.ok ? <CircleCheck size={18} aria-hidden color="var(--mantine-color-green-light-color)" style={{ marginTop: 2 }} /> : <CircleX size={18} aria-hidden color="var(--mantine-color-error)" style={{ marginTop: 2 }} />}
            <div className="ph-wrap">
              <Text size="sm" fw={600} component="span">{f.name}</Text> <Text size="sm" component="span">{t(f.ok ? 'validator.check.findings.ok' : 'validator.check.findings.bad')}</Text>
              <Text size="sm" c="dimmed">{f.detail}</Text>
            </div>
          </li>
        ))}
      </ul>
    </Paper>
  );
}
