import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { NotebookPen, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ManualEntryView } from '../../../../../shared/api/manual.ts';
import type { ManualKind } from '../../../../../shared/domain/manual-entry.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Page } from '../../../components/Page.tsx';
import { dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { Panel } from '../Panel.tsx';
import { EditEntryDialog } from './EditEntryDialog.tsx';
import { entryOf, newDraft, slipOf, type EntryDraft } from './entry-draft.ts';
import { EntryFields } from './EntryFields.tsx';
import { EntryTable } from './EntryTable.tsx';
import { entryName, entryValue } from './entry-words.ts';

const NAMES_MAX = 40;

/** What no device measures, written down as it happens: a form above, what was written beneath. */
export function ManualPage() {
  const entries = useLive(['owner', 'manual'], () => api.owner.manualEntries.query(), ['recordings']);
  const [editing, setEditing] = useState<ManualEntryView | null>(null);
  const [removing, setRemoving] = useState<ManualEntryView | null>(null);
  const remove = useAct(async (id: string) => { await api.owner.deleteEntry.mutate(id); setRemoving(null); });
  return (
    <Page title={t('manual.title')} subtitle={t('manual.subtitle')} back={{ to: '/owner', label: t('owner.recordings.title') }}>
      <Stack gap="xl">
        <NewEntry entries={entries.data ?? []} />
        <Loaded live={entries} empty={<Empty icon={<NotebookPen size={26} />} title={t('manual.empty.title')} text={t('manual.empty.text')} />}>
          {(rows) => <EntryTable entries={rows} onEdit={setEditing} onRemove={setRemoving} />}
        </Loaded>
      </Stack>
      {editing && <EditEntryDialog key={editing.id} entry={editing} onClose={() => setEditing(null)} />}
      <ConfirmAct
        opened={removing !== null} onClose={() => { setRemoving(null); remove.clear(); }} title={t('manual.remove.title')} danger
        sentences={removing ? [t('manual.remove.text', { name: entryName(removing), value: entryValue(removing), at: dateTime(removing.time) }), t('manual.remove.shared')] : []} costs={[]}
        confirm={t('manual.remove.confirm')} onConfirm={() => { if (removing) void remove.run(removing.id); }} busy={remove.busy} error={remove.error}
      />
    </Page>
  );
}

function NewEntry({ entries }: { entries: ManualEntryView[] }) {
  const [draft, setDraft] = useState<EntryDraft>(() => newDraft('medicine', Date.now()));
  const [kept, setKept] = useState<string | null>(null);
  const entry = entryOf(draft);
  const slip = entry && slipOf(entry);
  const add = useAct(async () => {
    if (!entry) return;
    await api.owner.addEntry.mutate(entry);
    setKept(t('manual.kept', { name: entryName(entry), value: entryValue(entry) }));
    setDraft((d) => ({ ...newDraft(d.kind, Date.now()), medicineUnit: d.medicineUnit, weightUnit: d.weightUnit, glucoseUnit: d.glucoseUnit }));
  });
  const names = useMemo(() => {
    const all: Partial<Record<ManualKind, string[]>> = {};
    for (const e of entries) if ('name' in e) { const list = all[e.kind] ??= []; if (list.length < NAMES_MAX && !list.includes(e.name)) list.push(e.name); }
    return all;
  }, [entries]);
  return (
    <Panel component="section" aria-labelledby="new-entry" style={{ maxWidth: 720 }}>
      <Title order={2} size="h4" mb="md" id="new-entry">{t('manual.new')}</Title>
      <form onSubmit={(e) => { e.preventDefault(); void add.run(); }}>
        <Stack gap="md">
          <EntryFields draft={draft} set={(part) => { setKept(null); setDraft((d) => ({ ...d, ...part })); }} names={names} />
          {slip && <Alert color="yellow" variant="light" role="status">{t(`manual.slip.${slip}`)}</Alert>}
          <ErrorBox error={add.error} />
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status" className="ph-wrap">{kept ?? ''}</Text>
            <Button type="submit" leftSection={<Plus size={16} aria-hidden />} disabled={entry === null || slip !== null} loading={add.busy}>{t('manual.add')}</Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
