import { Alert, List, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { Check, CircleHelp, Minus, ShieldAlert, ShieldCheck, ShieldQuestion, X } from 'lucide-react';
import { VERIFY_STEPS, type ReceiptVerdict } from '../../../../../shared/domain/anchor-receipt.ts';
import { Addr } from '../../../components/Addr.tsx';
import { dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import { refusedAt, stepLines, type StepState } from './verdict-steps.ts';

const LOOK: Record<StepState, { color: string; icon: typeof Check }> = { ok: { color: 'green', icon: Check }, fails: { color: 'red', icon: X }, open: { color: 'yellow', icon: CircleHelp }, skipped: { color: 'gray', icon: Minus } };

/** Whether a receipt holds, in words, and step by step why. */
export function VerdictPanel({ verdict: v }: { verdict: ReceiptVerdict }) {
  const lines = stepLines(v);
  const refused = refusedAt(lines);
  const facts = { when: v.anchoredAt === null ? '–' : dateTime(v.anchoredAt * 1000), block: v.block ? number(v.block.number) : '–' };
  const [kind, color, Icon] = v.holds ? (['holds', 'green', ShieldCheck] as const) : v.blockOpen ? (['open', 'yellow', ShieldQuestion] as const) : (['not', 'red', ShieldAlert] as const);
  return (
    <Panel component="section" aria-label={t('anchors.verdict')}>
      <Stack gap="md">
        <Alert color={color} variant="light" icon={<Icon size={22} aria-hidden />} role="status" title={t(`anchors.verdict.${kind}`)}>
          <Text size="sm" className="ph-wrap">{refused ? t('anchors.verdict.not.text', { n: refused.n, total: VERIFY_STEPS.length, step: t(`anchors.step.${refused.step}`) }) : t(v.holds ? 'anchors.verdict.holds.text' : 'anchors.verdict.open.text', facts)}</Text>
        </Alert>
        {v.blockOpen && v.block && <div><Text size="sm" c="dimmed">{t('anchors.verdict.hash')}</Text><Addr address={v.block.hash} full /></div>}
        <Title order={2} size="h4">{t('anchors.steps')}</Title>
        <List type="ordered" listStyleType="none" spacing="sm" aria-label={t('anchors.steps')}>
          {lines.map(({ step, state, detail }) => {
            const look = LOOK[state];
            return (
              <List.Item key={step} icon={<ThemeIcon size={22} radius="xl" variant="light" color={look.color} aria-hidden><look.icon size={14} /></ThemeIcon>}>
                <Text size="sm" fw={600} c={state === 'skipped' ? 'dimmed' : undefined} className="ph-wrap">{t(`anchors.step.${step}`)}<VisuallyHidden>{`: ${t(`anchors.step.${state}`)}`}</VisuallyHidden></Text>
                <Text size="xs" c="dimmed" className="ph-wrap">{detail ?? t('anchors.step.skipped')}</Text>
              </List.Item>
            );
          })}
        </List>
      </Stack>
    </Panel>
  );
}
