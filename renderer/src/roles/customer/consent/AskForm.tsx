import { Alert, Anchor, Button, Select, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { MailQuestion } from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { RequestIn } from '../../../../../shared/api/consent.ts';
import { CATEGORIES, Operations } from '../../../../../shared/domain/consent.ts';
import { PURPOSES } from '../../../../../shared/domain/purpose.ts';
import { api } from '../../../api/client.ts';
import { CategoryField } from '../../../components/consent/CategoryField.tsx';
import { PurposeFields } from '../../../components/consent/PurposeFields.tsx';
import { ScopeFields } from '../../../components/consent/ScopeFields.tsx';
import { sentence } from '../../../components/consent/sentence.ts';
import { timeOptions } from '../../../components/consent/times.ts';
import { categoryName, listOf, roleWord } from '../../../components/consent/words.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { useSession } from '../../../stores/session.ts';
import { useNow } from '../../use-now.ts';
import { askInput, isInvitation, mayAsk, missingOf, newAsk, QUOTE_TERMS, type AskDraft, type AskKind } from './ask-draft.ts';
import { HELD } from './tabs.ts';

const MINUTE = 60_000;
const LABEL_MAX = 80;

export function AskForm({ kind, datasetId }: { kind: AskKind; datasetId: number | null }) {
  const [, go] = useLocation();
  const { roles } = useSession();
  const now = useNow(MINUTE);
  const [draft, setDraft] = useState<AskDraft>(() => newAsk(kind, roles, Date.now()));
  const [confirming, setConfirming] = useState<RequestIn | null>(null);
  const set = (part: Partial<AskDraft>) => setDraft((d) => ({ ...d, ...part }));
  const listing = useLive(['listing', datasetId], () => api.market.listing.query(datasetId!), ['listings'], { enabled: datasetId !== null });
  const permitted = mayAsk(roles, draft.operations, draft.category);
  const title = listing.data?.title?.trim() || (datasetId === null ? null : t('grantee.ask.dataset.untitled'));
  // Who asks from a listing finds the request again by its title.
  const input = permitted ? askInput(draft.label.trim() ? draft : { ...draft, label: listing.data?.title?.trim().slice(0, LABEL_MAX) ?? '' }, datasetId) : null;
  const said = input ? sentence('asks', input.name, { ...input, datasetTitle: datasetId === null ? null : title, at: now, until: now + input.seconds * 1000 }) : null;
  const missing = missingOf(draft, datasetId);
  const categories = kind === 'quote' ? (['insurance', 'health'] as const) : CATEGORIES;
  // Nobody fills in a form that leads nowhere.
  if (datasetId !== null && !listing.data && listing.error) return <ErrorBox error={listing.error} onRetry={listing.reload} />;
  if (listing.data?.mine) return <Empty icon={<MailQuestion size={26} />} title={t('grantee.ask.own.title')} text={t('grantee.ask.own.text')} />;
  return (
    <div className="ph-panel">
      <form onSubmit={(e) => { e.preventDefault(); if (input) setConfirming(input); }}>
        <Stack gap="md" maw={720}>
          {datasetId === null
            ? <Textarea label={t('grantee.ask.invitation')} description={t('grantee.ask.invitation.text')} value={draft.invitation} maxLength={4000} autosize minRows={2} maxRows={6} spellCheck={false} classNames={{ input: 'ph-mono' }} onChange={(e) => set({ invitation: e.currentTarget.value })} error={draft.invitation !== '' && !isInvitation(draft.invitation) ? t('grantee.ask.invitation.wrong') : undefined} />
            : <Text size="sm" className="ph-wrap"><Anchor component={Link} href={`/market/${datasetId}`}>{t('grantee.ask.dataset', { id: `#${datasetId}`, title: title ?? '' })}</Anchor></Text>}
          <TextInput label={t('grantee.ask.name')} description={t('grantee.ask.name.text')} value={draft.name} maxLength={80} required onChange={(e) => set({ name: e.currentTarget.value })} />
          <CategoryField value={draft.category} onChange={(category) => set({ category })} of={categories} />
          <Select label={t('consent.field.operations')} description={t('grantee.ask.allowed')} data={Operations.options.map((value) => ({ value, label: t(`consent.operations.${value}`), disabled: !mayAsk(roles, value, draft.category) }))} value={draft.operations} onChange={(v) => { if (v) set({ operations: v as Operations }); }} allowDeselect={false} maw={360} />
          {!permitted && <Alert color="yellow" variant="light">{t('grantee.ask.forbidden', { category: categoryName(draft.category), roles: roles.length > 0 ? listOf(roles.map(roleWord)) : t('grantee.ask.forbidden.none') })}</Alert>}
          {draft.category === 'health' && <ScopeFields draft={draft.scope} set={(part) => set({ scope: { ...draft.scope, ...part } })} live={draft.operations !== 'append'} />}
          <Select label={t('consent.field.time')} data={timeOptions()} value={String(draft.seconds)} onChange={(v) => { if (v) set({ seconds: Number(v) }); }} allowDeselect={false} maw={320} />
          <PurposeFields draft={draft.purpose} set={(part) => set({ purpose: { ...draft.purpose, ...part } })} terms={kind === 'quote' ? QUOTE_TERMS : PURPOSES} />
          <Textarea label={t('grantee.ask.words')} value={draft.words} maxLength={400} autosize minRows={2} onChange={(e) => set({ words: e.currentTarget.value })} />
          <TextInput label={t('grantee.ask.label')} description={t('grantee.ask.label.text')} value={draft.label} maxLength={LABEL_MAX} onChange={(e) => set({ label: e.currentTarget.value })} maw={420} />
          <div role="status"><Text size="sm" fw={600} mb={4}>{t('grantee.ask.says')}</Text><Text size="sm" className="ph-wrap" c={said ? undefined : 'dimmed'}>{said ?? (missing.length > 0 ? t('grantee.ask.says.missing', { list: listOf(missing.map((m) => t(`grantee.ask.missing.${m}`))) }) : t('grantee.ask.says.none'))}</Text></div>
          <Button type="submit" disabled={!input} style={{ alignSelf: 'flex-start' }}>{t('grantee.ask.review')}</Button>
        </Stack>
      </form>
      {confirming && said && <AskDialog said={said} input={confirming} onClose={() => setConfirming(null)} onAsked={(id) => go(`${HELD}/${id}`)} />}
    </div>
  );
}

function AskDialog({ said, input, onClose, onAsked }: { said: string; input: RequestIn; onClose(): void; onAsked(rightId: number): void }) {
  const ask = useAct(async () => { onAsked((await api.grantee.request.mutate(input)).rightId); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('grantee.ask.confirm.title')} sentences={[said, t('grantee.ask.confirm.sealed'), t('grantee.ask.confirm.chain')]} costs={[]}
      confirm={t('grantee.ask.confirm')} onConfirm={() => void ask.run()} busy={ask.busy} error={ask.error}
    />
  );
}
