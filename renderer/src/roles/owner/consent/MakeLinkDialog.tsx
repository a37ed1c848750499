import { Alert, Button, Checkbox, CopyButton, Group, Modal, PasswordInput, Select, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import type { HealthLinkView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { timeOptions } from '../../../components/consent/times.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { PickRecordings, PickRecords } from './PickOwn.tsx';
import { linkInput, NEW_LINK, type LinkDraft } from './link-draft.ts';

const LABEL_MAX = 80;

export function MakeLinkDialog({ onClose, onMade }: { onClose(): void; onMade(): void }) {
  const [made, setMade] = useState<HealthLinkView | null>(null);
  return (
    <Modal opened onClose={onClose} size="lg" title={<Text fw={650} fz="lg" component="span">{t(made ? 'records.link.made' : 'records.link.new.title')}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      {made ? <Made link={made} /> : <Form onMade={(link) => { setMade(link); onMade(); }} />}
    </Modal>
  );
}

function Made({ link }: { link: HealthLinkView }) {
  return (
    <Stack gap="sm">
      <Text size="sm">{t('records.link.made.text')}</Text>
      <Textarea aria-label={t('records.link.made')} value={link.link} readOnly autosize minRows={3} classNames={{ input: 'ph-mono' }} onFocus={(e) => e.currentTarget.select()} />
      <CopyButton value={link.link}>{({ copied, copy }) => <Button leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />} onClick={copy} style={{ alignSelf: 'flex-start' }}>{t(copied ? 'records.link.copied' : 'records.link.copy')}</Button>}</CopyButton>
    </Stack>
  );
}

function Form({ onMade }: { onMade(link: HealthLinkView): void }) {
  const [draft, setDraft] = useState<LinkDraft>(NEW_LINK);
  const set = (part: Partial<LinkDraft>) => setDraft((d) => ({ ...d, ...part }));
  const entries = useLive(['owner', 'manual'], () => api.owner.manualEntries.query(), ['recordings']);
  const ready = linkInput(draft, 0) !== null;
  const make = useAct(async () => { const input = linkInput(draft, Date.now()); if (input) onMade(await api.consent.makeHealthLink.mutate(input)); });
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (ready) void make.run(); }}>
      <Stack gap="md">
        <TextInput label={t('records.link.label')} description={t('records.link.label.text')} value={draft.label} maxLength={LABEL_MAX} required onChange={(e) => set({ label: e.currentTarget.value })} data-autofocus />
        <Select label={t('records.link.until')} data={timeOptions()} value={String(draft.seconds)} onChange={(v) => { if (v) set({ seconds: Number(v) }); }} allowDeselect={false} />
        <PasswordInput label={t('records.link.code')} description={t('records.link.code.text')} value={draft.passcode} maxLength={80} autoComplete="off" onChange={(e) => set({ passcode: e.currentTarget.value })} />
        <PickRecordings label={t('records.link.recordings')} chosen={draft.recordings} onChange={(recordings) => set({ recordings })} />
        <Loaded live={entries}>{(list) => (list.length === 0 ? null : <Checkbox checked={draft.entries} onChange={(e) => set({ entries: e.currentTarget.checked })} label={t('records.link.entries')} />)}</Loaded>
        <PickRecords label={t('records.link.records')} chosen={draft.records} onChange={(records) => set({ records })} />
        <Alert color="yellow" variant="light"><Text size="sm">{t('records.link.warn')}</Text><Text size="sm">{t('records.link.serve')}</Text></Alert>
        <ErrorBox error={make.error} />
        <Group justify="flex-end"><Button type="submit" loading={make.busy} disabled={!ready}>{t('records.link.confirm')}</Button></Group>
      </Stack>
    </form>
  );
}
