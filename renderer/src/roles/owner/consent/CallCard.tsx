import { Alert, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Check, Minus } from 'lucide-react';
import { useState } from 'react';
import type { OwnCallView } from '../../../../../shared/api/studies.ts';
import { callTitle, rewardText } from '../../../components/consent/call-words.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { purposeTitle } from '../../../components/consent/words.ts';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import { CallDialog, type CallAct } from './CallDialog.tsx';

type Mine = OwnCallView['meets'][number];

/** One call: what it wants and pays, which of mine meet it, and where my entry stands. */
export function CallCard({ call: c }: { call: OwnCallView }) {
  const [act, setAct] = useState<CallAct | null>(null);
  const enrolled = c.entry !== null && c.entry.status !== 'left';
  const open = c.state === 'enrolling' && !enrolled && !c.mine;
  return (
    <Panel component="section" aria-label={callTitle(c)}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="md">
          <div style={{ flex: '1 1 300px', minWidth: 0 }}>
            <Title order={2} size="h4" className="ph-wrap">{callTitle(c)}</Title>
            <Group gap={8} mt={4}><StatusBadge status={c.state === 'ended' ? 'done' : c.state === 'abandoned' ? 'cancelled' : 'running'} label={t(`studies.state.${c.state}`)} /><Badge variant="light" color="gray" tt="none">{t(`studies.kind.${c.kind}`)}</Badge>{c.criteria && <Badge variant="light" color="gray" tt="none">{purposeTitle(c.criteria.purpose.term)}</Badge>}</Group>
          </div>
          <Party party={c.researcher} />
        </Group>
        {c.criteria ? c.criteria.words && <Text size="sm" className="ph-wrap" lineClamp={4}>{c.criteria.words}</Text> : <Text size="sm" c="dimmed" className="ph-wrap">{t('studies.unreadable', { problem: c.problem ?? '' })}</Text>}
        <Text size="sm" c="dimmed" className="ph-num">{[rewardText(c.reward), t('studies.places', { count: c.places }), t('studies.entered', { count: c.entries }), c.minScore > 0 && t('studies.minScore', { score: c.minScore }), c.state === 'enrolling' && t('studies.enrolUntil', { ago: ago(c.enrolUntil) })].filter(Boolean).join(' · ')}</Text>
        <Text size="xs" c="dimmed">{t(`studies.kind.${c.kind}.text`)}</Text>
        {c.entry && <Entry call={c} onAct={setAct} />}
        <div>
          <Text size="sm" fw={600} mb={6}>{t('studies.mine')}</Text>
          {c.meets.length === 0 ? <Text size="sm" c="dimmed">{t('studies.mine.none')}</Text> : <Stack gap={6} component="ul" style={{ margin: 0, padding: 0, listStyle: 'none' }}>{c.meets.map((m, i) => <MineLine key={i} mine={m} open={open} onEnrol={() => setAct({ kind: 'enrol', mine: m })} />)}</Stack>}
        </div>
      </Stack>
      {act && <CallDialog call={c} act={act} onClose={() => setAct(null)} />}
    </Panel>
  );
}

function MineLine({ mine: m, open, onEnrol }: { mine: Mine; open: boolean; onEnrol(): void }) {
  const Icon = m.meets ? Check : Minus;
  return (
    <li>
      <Group gap={8} wrap="nowrap" align="flex-start" justify="space-between">
        <Group gap={8} wrap="nowrap" align="flex-start" miw={0}>
          <Icon size={16} aria-hidden style={{ flex: 'none', marginTop: 2, color: m.meets ? 'var(--ph-good)' : 'var(--mantine-color-dimmed)' }} />
          <div style={{ minWidth: 0 }}><Text size="sm" className="ph-wrap">{`${m.title}: ${t(m.meets ? 'studies.meets.yes' : 'studies.meets.no')}`}</Text><Text size="xs" c="dimmed" className="ph-wrap">{[...m.why, ...(m.meets && !m.ready && open ? [t('studies.meets.notReady')] : [])].join(' ')}</Text></div>
        </Group>
        {open && m.meets && m.ready && m.datasetId !== null && <Button size="compact-sm" onClick={onEnrol} aria-label={t('studies.enrol.label', { title: m.title })}>{t('studies.enrol')}</Button>}
      </Group>
    </li>
  );
}

function Entry({ call: c, onAct }: { call: OwnCallView; onAct(act: CallAct): void }) {
  const e = c.entry!;
  if (e.offered && e.position !== null) {
    return (
      <Alert color="accent" variant="light" title={t('studies.offered', { ago: e.answerUntil === null ? '' : ago(e.answerUntil) })}>
        <Group gap="sm" mt={4}><Button size="xs" onClick={() => onAct({ kind: 'approve' })}>{t('studies.approve')}</Button><Button size="xs" variant="default" onClick={() => onAct({ kind: 'refuse' })}>{t('studies.refuse')}</Button></Group>
      </Alert>
    );
  }
  return (
    <Group gap="sm">
      <Text size="sm" fw={600}>{`${t('studies.entry')}: ${t(`studies.entry.${e.status}`)}`}</Text>
      {e.reason && <Text size="sm" className="ph-wrap">{e.reason}</Text>}
      {e.reason && <Text size="sm" c="dimmed" className="ph-wrap">{t('studies.entry.reason', { reason: e.reason })}</Text>}
      {e.position !== null && <Text size="sm" c="dimmed">{t('studies.entry.position', { position: e.position + 1 })}</Text>}
      {e.status === 'entered' && (c.state === 'enrolling' || c.state === 'screening') && <Button size="compact-sm" variant="default" onClick={() => onAct({ kind: 'leave' })}>{t('studies.leave')}</Button>}
    </Group>
  );
}
