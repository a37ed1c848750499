import { useState } from 'react';
import { Alert, Button, Text, VisuallyHidden } from '@mantine/core';
import { CircleCheck, CircleX, ShieldAlert, ShieldCheck } from 'lucide-react';
import type { PurchaseDetail } from '../../../../../shared/api/market.ts';
import { ago, bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Section } from '../dataset/Section.tsx';
import css from './purchases.module.css';

const SHOWN = 6;

export function VerificationSection({ verification }: { verification: NonNullable<PurchaseDetail['verification']> }) {
  const [all, setAll] = useState(false);
  // What failed comes first: it is what one has to see.
  const checks = [...verification.checks].sort((a, b) => Number(a.ok) - Number(b.ok));
  const good = checks.every((c) => c.ok);
  const shown = all ? checks : checks.slice(0, Math.max(SHOWN, checks.filter((c) => !c.ok).length));
  return (
    <Section title={t('customer.purchase.verification')}>
      <Alert variant="light" color={good ? 'green' : 'red'} icon={good ? <ShieldCheck size={20} aria-hidden /> : <ShieldAlert size={20} aria-hidden />}>
        {good ? t('customer.purchase.verifiedAll', { rows: verification.rows, bytes: bytes(verification.bytes), when: ago(verification.at) }) : t('customer.purchase.verifiedNot')}
      </Alert>
      <ul className={css['checks']} aria-label={t('customer.purchase.checks')}>
        {shown.map((c, i) => (
          <li key={i}>
            {c.ok ? <CircleCheck size={16} aria-hidden color="var(--mantine-color-teal-text)" style={{ marginTop: 3 }} /> : <CircleX size={16} aria-hidden color="var(--mantine-color-red-text)" style={{ marginTop: 3 }} />}
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}><Text span size="sm" fw={600}>{c.name}</Text> <VisuallyHidden>{t(c.ok ? 'customer.purchase.check.ok' : 'customer.purchase.check.failed')}</VisuallyHidden> <Text span size="sm" c="dimmed">{c.detail}</Text></Text>
          </li>
        ))}
      </ul>
      {checks.length > SHOWN && <Button mt="sm" size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll((a) => !a)}>{all ? t('customer.purchase.checksHide') : t('customer.purchase.checksShow', { count: checks.length })}</Button>}
    </Section>
  );
}
