import { Button, Stack, Text } from '@mantine/core';
import { FileQuestion, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useParams } from 'wouter';
import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { Addr } from '../../../components/Addr.tsx';
import { FactList } from '../../../components/consent/FactList.tsx';
import { duoWord } from '../../../components/consent/PurposeFields.tsx';
import { heldSentence } from '../../../components/consent/sentence.ts';
import { purposeTitle, statusWord } from '../../../components/consent/words.ts';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useNow } from '../../use-now.ts';
import { Section } from '../dataset/Section.tsx';
import { AppendSection } from './AppendSection.tsx';
import { HandBackDialog } from './HandBackDialog.tsx';
import { HeldExport } from './HeldExport.tsx';
import { stateOf } from './held-state.ts';
import { HeldFrame } from './HeldFrame.tsx';
import { SegmentsSection } from './SegmentsSection.tsx';
import { HELD } from './tabs.ts';
import { useHeld } from './use-held.ts';

const MINUTE = 60_000;
const BACK = () => ({ to: HELD, label: t('grantee.right.back') });

/** One right that I hold: open, look, export, add, hand back. */
export function HeldRightPage() {
  const id = Number(useParams<{ id: string }>().id);
  const held = useHeld();
  const right = held.data?.find((h) => h.rightId === id);
  if (held.data && !right) return <HeldFrame title={t('grantee.right.missing.title')} back={BACK()}><Empty icon={<FileQuestion size={26} />} title={t('grantee.right.missing.title')} text={t('grantee.right.missing.text')} /></HeldFrame>;
  if (!right) return <HeldFrame title={t('grantee.right.untitled', { id: String(id) })} back={BACK()}><Loaded live={held}>{() => null}</Loaded></HeldFrame>;
  return <Right key={id} right={right} />;
}

function Right({ right: h }: { right: HeldRightView }) {
  const now = useNow(MINUTE);
  const [leaving, setLeaving] = useState(false);
  const state = stateOf(h);
  return (
    <HeldFrame
      title={h.label || t('grantee.right.untitled', { id: String(h.rightId) })} back={BACK()} subtitle={<StatusBadge status={state === 'live' ? 'ready' : state === 'pending' ? 'waiting' : 'closed'} label={statusWord(h.status)} />}
      actions={state !== 'ended' && <Button variant="default" leftSection={<Undo2 size={16} aria-hidden />} onClick={() => setLeaving(true)}>{t(state === 'pending' ? 'grantee.right.withdraw' : 'grantee.right.handBack')}</Button>}
    >
      <Stack gap="lg">
        <Text fz="lg" fw={600} className="ph-wrap">{heldSentence(h, now)}</Text>
        {h.problem && state === 'live' && <Text size="sm" className="ph-wrap">{h.problem}</Text>}
        {state === 'ended' && h.segments.length > 0 && <Text size="sm" c="dimmed">{t('grantee.right.over')}</Text>}
        {state === 'pending' ? <Text size="sm" c="dimmed">{t('grantee.right.pending')}</Text> : h.operations !== 'append' && <SegmentsSection right={h} />}
        {h.segments.some((s) => s.opened) && <HeldExport right={h} />}
        {state === 'live' && h.operations !== 'read' && <AppendSection right={h} />}
        <Section title={t('grantee.right.facts')}>
          <FactList facts={[
            { name: t('grantee.right.number'), value: String(h.rightId) }, { name: t('grantee.right.owner'), value: <Addr address={h.owner} /> },
            ...(h.purpose ? [{ name: t('grantee.right.purpose'), value: [purposeTitle(h.purpose.term), ...h.purpose.duo.map(duoWord), h.purpose.words].filter(Boolean).join(' · ') }] : []),
            ...(state === 'pending' || h.endedAt !== null ? [] : [{ name: t('grantee.right.until'), value: dateTime(h.expiresAt) }]),
            ...(h.endedAt === null ? [] : [{ name: t('grantee.right.ended'), value: dateTime(h.endedAt) }]),
          ]} />
        </Section>
      </Stack>
      {leaving && <HandBackDialog right={h} onClose={() => setLeaving(false)} />}
    </HeldFrame>
  );
}
