import { Anchor, Button, Group, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { FileQuestion, Flag } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'wouter';
import { StrikeIn, type CallView, type EntryView } from '../../../../../shared/api/studies.ts';
import { api } from '../../../api/client.ts';
import { Addr } from '../../../components/Addr.tsx';
import { callTitle, rewardText } from '../../../components/consent/call-words.ts';
import { duoWord } from '../../../components/consent/PurposeFields.tsx';
import { purposeTitle } from '../../../components/consent/words.ts';
import { Coins } from '../../../components/Coins.tsx';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { ScoreBadge } from '../../../components/ScoreBadge.tsx';
import { Stat } from '../../../components/Stat.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { Section } from '../dataset/Section.tsx';
import { describeSpecification } from '../specification/words.ts';
import { HeldFrame } from './HeldFrame.tsx';
import { nextText, stateBadge } from './OwnStudiesPage.tsx';
import { RoleGate } from './RoleGate.tsx';
import { HELD } from './tabs.ts';
import { useEntries, useOwnStudies } from './use-studies.ts';

const BACK = () => ({ to: `${HELD}/studies`, label: t('studies.own.back') });
type Act = { kind: 'accept' | 'strike'; entry: EntryView } | { kind: 'finish' };

/** One of my calls: its entries, and what waits for me. */
export function OwnStudyPage() {
  const id = Number(useParams<{ id: string }>().id);
  const studies = useOwnStudies();
  const call = studies.data?.find((c) => c.callId === id);
  if (studies.data && !call) return <HeldFrame title={t('studies.own.missing.title')} back={BACK()}><Empty icon={<FileQuestion size={26} />} title={t('studies.own.missing.title')} text={t('studies.own.missing.text')} /></HeldFrame>;
  if (!call) return <HeldFrame title={t('studies.untitled', { id: String(id) })} back={BACK()}><RoleGate roles={['researcher']}><Loaded live={studies}>{() => null}</Loaded></RoleGate></HeldFrame>;
  return <Study key={id} call={call} />;
}

function Study({ call: c }: { call: CallView }) {
  const [act, setAct] = useState<Act | null>(null);
  return (
    <HeldFrame
      title={callTitle(c)} back={BACK()} subtitle={<StatusBadge status={stateBadge(c)} label={t(`studies.state.${c.state}`)} />}
      actions={c.next === 'finish' && <Button leftSection={<Flag size={16} aria-hidden />} onClick={() => setAct({ kind: 'finish' })}>{t('studies.own.finish')}</Button>}
    >
      <Stack gap="lg">
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Stat label={t('studies.own.col.entries')} value={number(c.entries)} />
          <Stat label={t('studies.own.col.approved')} value={t('studies.own.filled', { approved: c.approved, places: c.places })} />
          <Stat label={t('studies.own.col.reward')} value={<Coins amount={c.reward} />} />
          <Stat label={t('studies.own.col.next')} value={<Text component="span" fz="sm">{nextText(c)}</Text>} />
        </SimpleGrid>
        <Entries call={c} onAct={setAct} />
        {c.criteria && (
          <Section title={t('studies.own.about')}>
            <Stack gap={4}>
              {c.criteria.words && <Text size="sm" className="ph-wrap">{c.criteria.words}</Text>}
              <Text size="sm" c="dimmed" className="ph-wrap">{describeSpecification(c.criteria.specification) || t('studies.new.specification.none')}</Text>
              <Text size="sm" c="dimmed" className="ph-wrap">{[purposeTitle(c.criteria.purpose.term), ...c.criteria.purpose.duo.map(duoWord), c.criteria.purpose.words].filter(Boolean).join(' · ')}</Text>
            </Stack>
          </Section>
        )}
      </Stack>
      {act && <StudyDialog call={c} act={act} onClose={() => setAct(null)} />}
    </HeldFrame>
  );
}

function Entries({ call: c, onAct }: { call: CallView; onAct(act: Act): void }) {
  const entries = useEntries(c.callId);
  const columns = useMemo(() => {
    const strikes = c.kind === 'drawn' && (c.state === 'enrolling' || c.state === 'screening');
    const accepts = c.kind === 'open' && (c.state === 'enrolling' || c.state === 'screening');
    return [
      { key: 'entry', header: t('studies.own.entry'), width: 'minmax(200px, 2fr)', cell: (e: EntryView) => <div style={{ minWidth: 0 }}><Anchor component={Link} href={`/market/${e.datasetId}`} size="sm" className="ph-wrap">{e.title?.trim() || t('studies.own.entry.untitled', { id: `#${e.datasetId}` })}</Anchor><div><Addr address={e.owner} /></div></div> },
      { key: 'quality', header: t('studies.own.entry.quality'), width: 100, sort: (a: EntryView, b: EntryView) => (a.quality ?? -1) - (b.quality ?? -1), cell: (e: EntryView) => <ScoreBadge score={e.quality} /> },
      { key: 'meets', header: t('studies.own.entry.meets'), width: 'minmax(140px, 1.4fr)', cell: (e: EntryView) => <><Text size="sm">{t(e.meets ? 'studies.own.entry.meets.yes' : 'studies.own.entry.meets.no')}</Text>{e.why.length > 0 && <Text size="xs" c="dimmed" className="ph-wrap">{e.why.join(' ')}</Text>}</> },
      { key: 'status', header: t('studies.own.entry.status'), width: 'minmax(150px, 1fr)', cell: (e: EntryView) => <><Text size="sm">{t(`studies.entry.${e.status}`)}</Text><Text size="xs" c="dimmed">{[e.position !== null && t('studies.entry.position', { position: e.position + 1 }), e.answerUntil !== null && ago(e.answerUntil), e.delivered && t('studies.own.entry.delivered')].filter(Boolean).join(' · ')}</Text></> },
      {
        key: 'act', header: t('studies.own.entry.act'), width: 170, cell: (e: EntryView) => (
          <Group gap={6} wrap="nowrap">
            {e.status === 'entered' && accepts && c.approved < c.places && <Button size="compact-sm" onClick={() => onAct({ kind: 'accept', entry: e })} aria-label={t('studies.own.accept.label', { index: e.index })}>{t('studies.own.accept')}</Button>}
            {e.status === 'entered' && strikes && <Button size="compact-sm" variant="default" onClick={() => onAct({ kind: 'strike', entry: e })} aria-label={t('studies.own.strike.label', { index: e.index })}>{t('studies.own.strike')}</Button>}
            {e.accessId !== null && <Anchor component={Link} href={`/purchases/${e.accessId}`} size="sm">{t('studies.own.entry.open')}</Anchor>}
          </Group>
        ),
      },
    ];
  }, [c.kind, c.state, c.approved, c.places, onAct]);
  return (
    <Section title={t('studies.own.entries')}>
      <Loaded live={entries} empty={<Text size="sm" c="dimmed">{t('studies.own.entries.none')}</Text>}>
        {(rows) => <DataTable rows={rows} columns={columns} rowKey={(e) => e.index} label={t('studies.own.entries.table')} height={560} rowHeight={64} />}
      </Loaded>
    </Section>
  );
}

const WORDS = {
  accept: { title: 'studies.own.accept.title', confirm: 'studies.own.accept.confirm' }, strike: { title: 'studies.own.strike.title', confirm: 'studies.own.strike.confirm' }, finish: { title: 'studies.own.finish.title', confirm: 'studies.own.finish.confirm' },
} as const;

function StudyDialog({ call: c, act, onClose }: { call: CallView; act: Act; onClose(): void }) {
  const [reason, setReason] = useState('');
  const strike = act.kind === 'strike' ? StrikeIn.safeParse({ callId: c.callId, index: act.entry.index, reason: reason.trim() }) : null;
  const run = useAct(async () => {
    if (act.kind === 'accept') await api.studies.accept.mutate({ callId: c.callId, index: act.entry.index });
    else if (act.kind === 'finish') await api.studies.finish.mutate(c.callId);
    else if (strike?.success) await api.studies.strike.mutate(strike.data);
    onClose();
  });
  return (
    <ConfirmAct
      opened onClose={onClose} danger={act.kind === 'strike'} title={t(WORDS[act.kind].title)} sentences={[act.kind === 'accept' ? t('studies.own.accept.does', { reward: rewardText(c.reward) }) : t(act.kind === 'strike' ? 'studies.own.strike.does' : 'studies.own.finish.does')]} costs={[]}
      confirm={t(WORDS[act.kind].confirm)} disabled={act.kind === 'strike' && !strike?.success} onConfirm={() => void run.run()} busy={run.busy} error={run.error}
    >
      {act.kind === 'strike' && <Textarea label={t('studies.own.strike.reason')} value={reason} maxLength={400} autosize minRows={2} onChange={(e) => setReason(e.currentTarget.value)} />}
    </ConfirmAct>
  );
}
