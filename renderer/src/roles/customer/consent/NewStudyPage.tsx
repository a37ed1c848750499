import { Button, Group, MultiSelect, NumberInput, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { ClipboardList } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { OpenStudyIn } from '../../../../../shared/api/studies.ts';
import { AgeBand, Sex } from '../../../../../shared/domain/label.ts';
import { api } from '../../../api/client.ts';
import { PurposeFields } from '../../../components/consent/PurposeFields.tsx';
import { purposeTitle } from '../../../components/consent/words.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { coins, duration, parseCoins } from '../../../i18n/format.ts';
import { t, type Key } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { Section } from '../dataset/Section.tsx';
import { SpecificationForm } from '../specification/SpecificationForm.tsx';
import { describeSpecification } from '../specification/words.ts';
import { ageName } from '../words.ts';
import { EligibleCount } from './EligibleCount.tsx';
import { HeldFrame } from './HeldFrame.tsx';
import { RoleGate } from './RoleGate.tsx';
import { criteriaOf, newStudy, STUDY_TIMES, studyInput, type StudyDraft } from './study-draft.ts';
import { HELD } from './tabs.ts';

const PLACES_MAX = 100_000;
const SHARED = (all: readonly string[]): string[] => all.filter((v) => v !== 'undisclosed');

export function NewStudyPage() {
  return (
    <HeldFrame title={t('studies.new.title')} subtitle={t('studies.new.subtitle')} back={{ to: `${HELD}/studies`, label: t('studies.own.back') }}>
      <RoleGate roles={['researcher']}><Form /></RoleGate>
    </HeldFrame>
  );
}

function Form() {
  const [, go] = useLocation();
  const [draft, setDraft] = useState<StudyDraft>(newStudy);
  const [specifying, setSpecifying] = useState(false);
  const [confirming, setConfirming] = useState<OpenStudyIn | null>(null);
  const set = (part: Partial<StudyDraft>) => setDraft((d) => ({ ...d, ...part }));
  const input = studyInput(draft);
  const time = (key: 'enrol' | 'screen' | 'answer' | 'fill' | 'release', label: Key, none = false) => (
    <Select label={t(label)} data={[...(none ? [{ value: '0', label: t('studies.new.time.none') }] : []), ...STUDY_TIMES.map((s) => ({ value: String(s), label: duration(s) }))]} value={String(draft[key])} onChange={(v) => { if (v !== null) set({ [key]: Number(v) }); }} allowDeselect={false} />
  );
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (input) setConfirming(input); }}>
      <Stack gap="lg">
        <Section title={t('studies.new.about')}>
          <Stack gap="md" maw={720}>
            <TextInput label={t('studies.new.name')} value={draft.title} maxLength={120} required onChange={(e) => set({ title: e.currentTarget.value })} />
            <Textarea label={t('studies.new.words')} description={t('studies.new.words.text')} value={draft.words} maxLength={1500} autosize minRows={3} onChange={(e) => set({ words: e.currentTarget.value })} />
            <PurposeFields draft={draft.purpose} set={(part) => set({ purpose: { ...draft.purpose, ...part } })} />
          </Stack>
        </Section>
        <Section title={t('studies.new.who')}>
          <Stack gap="md" maw={720}>
            <div>
              <Text size="sm" fw={600}>{t('studies.new.specification')}</Text>
              <Text size="sm" c="dimmed" mb={6} className="ph-wrap">{draft.specification ? describeSpecification(draft.specification) : t('studies.new.specification.none')}</Text>
              <Button size="compact-sm" variant="default" leftSection={<ClipboardList size={14} aria-hidden />} onClick={() => setSpecifying(true)}>{t(draft.specification ? 'studies.new.specification.change' : 'studies.new.specification.make')}</Button>
            </div>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <MultiSelect label={t('studies.new.ages')} placeholder={draft.ageBands.length === 0 ? t('studies.new.any') : undefined} data={SHARED(AgeBand.options).map((value) => ({ value, label: ageName(value) }))} value={draft.ageBands} onChange={(ageBands) => set({ ageBands })} clearable />
              <MultiSelect label={t('studies.new.sexes')} placeholder={draft.sexes.length === 0 ? t('studies.new.any') : undefined} data={SHARED(Sex.options).map((value) => ({ value, label: t(`customer.sex.${value}` as Key) }))} value={draft.sexes} onChange={(sexes) => set({ sexes })} clearable />
              <TextInput type="month" label={t('studies.new.since')} value={draft.since} onChange={(e) => set({ since: e.currentTarget.value })} />
              <NumberInput label={t('studies.new.minScore')} value={draft.minScore} min={0} max={100} allowDecimal={false} onChange={(v) => set({ minScore: typeof v === 'number' ? v : 0 })} />
            </SimpleGrid>
            <EligibleCount criteria={criteriaOf(draft)} minScore={draft.minScore} />
          </Stack>
        </Section>
        <Section title={t('studies.new.how')}>
          <Stack gap="md" maw={720}>
            <div><SegmentedControl aria-label={t('studies.new.how')} value={draft.kind} onChange={(v) => set({ kind: v as StudyDraft['kind'] })} data={(['drawn', 'open'] as const).map((value) => ({ value, label: t(`studies.kind.${value}`) }))} /><Text size="xs" c="dimmed" mt={4}>{t(`studies.kind.${draft.kind}.text`)}</Text></div>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <NumberInput label={t('studies.new.places')} value={draft.places} min={1} max={PLACES_MAX} allowDecimal={false} onChange={(v) => set({ places: typeof v === 'number' ? v : '' })} />
              <TextInput label={t('studies.new.reward')} inputMode="decimal" value={draft.reward} onChange={(e) => set({ reward: e.currentTarget.value })} error={parseCoins(draft.reward) === null ? t('studies.new.reward.wrong') : undefined} />
              {time('enrol', 'studies.new.enrol')}{time('screen', 'studies.new.screen', true)}
              {draft.kind === 'drawn' && <>{time('answer', 'studies.new.answer')}{time('fill', 'studies.new.fill')}</>}
              {time('release', 'studies.new.release')}
            </SimpleGrid>
          </Stack>
        </Section>
        <Group><Button type="submit" disabled={!input}>{t('studies.new.review')}</Button>{!input && <Text size="sm" c="dimmed">{t('studies.new.problem')}</Text>}</Group>
      </Stack>
      <SpecificationForm opened={specifying} specification={draft.specification} onClose={() => setSpecifying(false)} onUse={(specification) => { setSpecifying(false); set({ specification }); }} />
      {confirming && <OpenDialog input={confirming} onClose={() => setConfirming(null)} onOpened={() => go(`${HELD}/studies`)} />}
    </form>
  );
}

function OpenDialog({ input, onClose, onOpened }: { input: OpenStudyIn; onClose(): void; onOpened(): void }) {
  const total = coins((BigInt(input.reward) * BigInt(input.places)).toString());
  const open = useAct(async () => { await api.studies.open.mutate(input); onOpened(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('studies.new.confirm.title')}
      sentences={[t('studies.new.confirm.what', { title: input.criteria.title, places: input.places, purpose: purposeTitle(input.criteria.purpose.term) }), t('studies.new.confirm.escrow', { total }), ...(input.kind === 'drawn' ? [t('studies.new.confirm.reveal')] : []), t('studies.new.confirm.public')]}
      costs={[{ label: t('studies.new.confirm.total'), value: total }]} confirm={t('studies.new.confirm')} onConfirm={() => void open.run()} busy={open.busy} error={open.error}
    />
  );
}
