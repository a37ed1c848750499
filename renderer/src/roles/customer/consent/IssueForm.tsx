import { Button, FileButton, Group, SegmentedControl, Select, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { FilePlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { IssuedView } from '../../../../../shared/api/records.ts';
import type { Category } from '../../../../../shared/domain/consent.ts';
import { api } from '../../../api/client.ts';
import { fileRefOf } from '../../../api/upload.ts';
import { recordTitle } from '../../../components/consent/record-words.ts';
import { categoryTitle } from '../../../components/consent/words.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { address, bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJob } from '../../../stores/jobs.ts';
import { useSession } from '../../../stores/session.ts';
import { Section } from '../dataset/Section.tsx';
import { stateOf } from './held-state.ts';
import { issuable, issueInput, NEW_ISSUE, type IssueDraft } from './issue-draft.ts';
import { isInvitation } from './ask-draft.ts';
import { useHeld } from './use-held.ts';

/** What stands in for a file that has not been sent yet, to see whether the rest is whole. */
const NOT_SENT = { upload: '-' };

export function IssueForm({ issued }: { issued: IssuedView[] }) {
  const { roles } = useSession();
  const held = useHeld();
  const [draft, setDraft] = useState<IssueDraft>(NEW_ISSUE);
  const [file, setFile] = useState<File | null>(null);
  const [confirming, setConfirming] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const set = (part: Partial<IssueDraft>) => setDraft((d) => ({ ...d, ...part }));
  const categories = issuable(roles);
  const category = draft.category ?? categories[0] ?? null;
  const owners = useMemo(() => [...new Map((held.data ?? []).filter((h) => stateOf(h) === 'live').map((h) => [h.owner, h.label ? `${h.label} (${address(h.owner)})` : address(h.owner)])).entries()].map(([value, label]) => ({ value: value as string, label })), [held.data]);
  const ready = issueInput(draft, category, file && { source: NOT_SENT, mediaType: file.type }) !== null;
  const issue = useAct(async () => {
    const source = draft.content === 'file' && file ? { source: await fileRefOf(file), mediaType: file.type } : null;
    const input = issueInput(draft, category, source);
    if (!input) return;
    setJobId((await api.records.issue.mutate(input)).jobId);
    setConfirming(false);
    setDraft((d) => ({ ...NEW_ISSUE, to: d.to, invitation: d.invitation, address: d.address, category: d.category }));
    setFile(null);
  });
  return (
    <Section title={t('grantee.issue.title')}>
      <form onSubmit={(e) => { e.preventDefault(); if (ready) setConfirming(true); }}>
        <Stack gap="md" maw={720}>
          <SegmentedControl aria-label={t('grantee.issue.to')} value={draft.to} onChange={(v) => set({ to: v as IssueDraft['to'] })} data={(['invitation', 'right'] as const).map((value) => ({ value, label: t(`grantee.issue.to.${value}`) }))} style={{ alignSelf: 'flex-start' }} />
          {draft.to === 'invitation'
            ? <Textarea label={t('grantee.ask.invitation')} description={t('grantee.ask.invitation.text')} value={draft.invitation} maxLength={4000} autosize minRows={2} maxRows={6} spellCheck={false} classNames={{ input: 'ph-mono' }} onChange={(e) => set({ invitation: e.currentTarget.value })} error={draft.invitation !== '' && !isInvitation(draft.invitation) ? t('grantee.ask.invitation.wrong') : undefined} />
            : owners.length === 0 ? <Text size="sm" c="dimmed">{t('grantee.issue.owner.none')}</Text> : <Select label={t('grantee.issue.owner')} data={owners} value={draft.address || null} onChange={(v) => set({ address: v ?? '' })} searchable limit={50} maw={420} />}
          <Select label={t('grantee.issue.category')} data={categories.map((value) => ({ value, label: categoryTitle(value) }))} value={category} onChange={(v) => { if (v) set({ category: v as Category }); }} allowDeselect={false} maw={320} />
          <TextInput label={t('grantee.issue.record.title')} value={draft.title} maxLength={120} required onChange={(e) => set({ title: e.currentTarget.value })} />
          <SegmentedControl aria-label={t('grantee.issue.content')} value={draft.content} onChange={(v) => set({ content: v as IssueDraft['content'] })} data={(['text', 'file'] as const).map((value) => ({ value, label: t(`grantee.issue.content.${value}`) }))} style={{ alignSelf: 'flex-start' }} />
          {draft.content === 'text'
            ? <Textarea label={t('grantee.issue.text')} value={draft.text} maxLength={200_000} autosize minRows={5} maxRows={16} onChange={(e) => set({ text: e.currentTarget.value })} />
            : <Group><FileButton onChange={setFile}>{(props) => <Button {...props} variant="default" leftSection={<FilePlus size={16} aria-hidden />}>{t('grantee.issue.file')}</Button>}</FileButton>{file && <Text size="sm" className="ph-wrap">{t('grantee.right.append.chosen', { name: file.name, size: bytes(file.size) })}</Text>}</Group>}
          {issued.length > 0 && <Select label={t('grantee.issue.corrects')} placeholder={t('grantee.issue.corrects.none')} data={issued.map((r) => ({ value: String(r.recordId), label: `#${r.recordId} ${recordTitle(r)}` }))} value={draft.corrects === null ? null : String(draft.corrects)} onChange={(v) => set({ corrects: v === null ? null : Number(v) })} clearable searchable limit={50} maw={420} />}
          <Group><Button type="submit" disabled={!ready}>{t('grantee.issue.review')}</Button>{!ready && <Text size="sm" c="dimmed">{t('grantee.issue.missing')}</Text>}</Group>
          {job && <JobLine job={job} />}
        </Stack>
      </form>
      <ConfirmAct
        opened={confirming} onClose={() => { setConfirming(false); issue.clear(); }} title={t('grantee.issue.confirm.title')} sentences={[t('grantee.issue.confirm.what', { title: draft.title.trim() }), t('grantee.issue.confirm.content'), t('grantee.issue.confirm.stays')]} costs={[]}
        confirm={t('grantee.issue.confirm')} onConfirm={() => void issue.run()} busy={issue.busy} error={issue.error}
      />
    </Section>
  );
}
