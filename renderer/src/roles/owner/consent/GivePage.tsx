import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'wouter';
import type { GrantIn } from '../../../../../shared/api/consent.ts';
import { Operations } from '../../../../../shared/domain/consent.ts';
import { api } from '../../../api/client.ts';
import { CategoryField } from '../../../components/consent/CategoryField.tsx';
import { PurposeFields } from '../../../components/consent/PurposeFields.tsx';
import { ScopeFields } from '../../../components/consent/ScopeFields.tsx';
import { sentence } from '../../../components/consent/sentence.ts';
import { timeOptions } from '../../../components/consent/times.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { address } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useNow } from '../../use-now.ts';
import { Panel } from '../Panel.tsx';
import { beforeGiving } from './ApproveDialog.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { FromConsent } from './FromConsent.tsx';
import { gasText } from './gas-text.ts';
import { GivenPage } from './GivenPage.tsx';
import { giveFrom, giveInput, isAddress, isKey, newGive, type GiveDraft } from './give-draft.ts';
import { PickDatasets, PickRecordings, PickRecords } from './PickOwn.tsx';
import { CONSENT } from './tabs.ts';
import { useOverview } from './use-consent.ts';

const MINUTE = 60_000;

/** A right for somebody who did not ask. */
export function GivePage() {
  const record = Number(useParams<{ record?: string }>().record ?? NaN);
  const now = useNow(MINUTE);
  const [draft, setDraft] = useState<GiveDraft>(() => newGive(Date.now(), Number.isSafeInteger(record) ? record : null));
  /** Seconds that a Consent asked for: the longest that is offered then. */
  const [most, setMost] = useState<number | undefined>(undefined);
  const [confirming, setConfirming] = useState<GrantIn | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const set = (part: Partial<GiveDraft>) => setDraft((d) => ({ ...d, ...part }));
  const input = giveInput(draft);
  const who = isAddress(draft.to) ? address(draft.to.trim()) : t('consent.give.nobody');
  const said = input ? sentence('might', who, { ...input, at: now, until: now + input.seconds * 1000 }) : null;
  if (jobId) return <GivenPage jobId={jobId} />;
  return (
    <ConsentPage title={t('consent.give.title')} subtitle={t('consent.give.subtitle')} back={{ to: CONSENT, label: t('consent.request.back') }}>
      <Panel>
        <FromConsent onRead={(asked) => { setDraft((d) => giveFrom(d, asked, Date.now())); setMost(asked.seconds ?? undefined); }} />
        <form onSubmit={(e) => { e.preventDefault(); if (input) setConfirming(input); }}>
          <Stack gap="md">
            <Group align="flex-start" grow preventGrowOverflow={false}>
              <TextInput label={t('consent.give.to')} description={t('consent.give.to.text')} value={draft.to} onChange={(e) => set({ to: e.currentTarget.value })} error={draft.to !== '' && !isAddress(draft.to) ? t('consent.give.to.wrong') : undefined} spellCheck={false} autoComplete="off" miw={300} />
              <TextInput label={t('consent.give.key')} description={t('consent.give.key.text')} value={draft.key} onChange={(e) => set({ key: e.currentTarget.value })} error={isKey(draft.key) ? undefined : t('consent.give.key.wrong')} spellCheck={false} autoComplete="off" miw={300} />
            </Group>
            <CategoryField value={draft.category} onChange={(category) => set({ category })} />
            <Select label={t('consent.field.operations')} data={Operations.options.map((value) => ({ value, label: t(`consent.operations.${value}`) }))} value={draft.operations} onChange={(v) => { if (v) set({ operations: v as Operations }); }} allowDeselect={false} maw={320} />
            {draft.category === 'health' && <ScopeFields draft={draft.scope} set={(part) => set({ scope: { ...draft.scope, ...part } })} live={draft.operations !== 'append'} />}
            {draft.operations !== 'append' && draft.category === 'health' && <><PickRecordings label={t('consent.give.which')} chosen={draft.recordings} onChange={(recordings) => set({ recordings })} /><PickDatasets label={t('consent.request.candidate.dataset')} chosen={draft.datasets} onChange={(datasets) => set({ datasets })} /></>}
            {draft.operations !== 'append' && draft.category !== 'health' && <PickRecords label={t('consent.give.records')} chosen={draft.records} onChange={(records) => set({ records })} />}
            <Select label={t('consent.field.time')} data={timeOptions(most)} value={String(draft.seconds)} onChange={(v) => { if (v) set({ seconds: Number(v) }); }} allowDeselect={false} maw={320} />
            <PurposeFields draft={draft.purpose} set={(part) => set({ purpose: { ...draft.purpose, ...part } })} />
            <Text size="xs" c="dimmed">{t('consent.give.mayonly')}</Text>
            <div role="status"><Text size="sm" fw={600} mb={4}>{t('consent.request.result')}</Text><Text size="sm" className="ph-wrap" c={said ? undefined : 'dimmed'}>{said ?? t('consent.give.missing')}</Text></div>
            <Button type="submit" disabled={!input} style={{ alignSelf: 'flex-start' }}>{t('consent.give.review')}</Button>
          </Stack>
        </form>
      </Panel>
      {confirming && said && <GiveDialog said={said} input={confirming} onClose={() => setConfirming(null)} onGiven={setJobId} />}
    </ConsentPage>
  );
}

function GiveDialog({ said, input, onClose, onGiven }: { said: string; input: GrantIn; onClose(): void; onGiven(jobId: string): void }) {
  const overview = useOverview();
  const give = useAct(async () => { onGiven((await api.consent.grant.mutate(input)).jobId); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('consent.approve.title')} sentences={[said, ...beforeGiving()]} costs={[{ label: t('consent.cost.gas'), value: gasText(overview.data?.cost.approve) }]}
      confirm={t('consent.approve.confirm')} onConfirm={() => void give.run()} busy={give.busy} error={give.error}
    />
  );
}
