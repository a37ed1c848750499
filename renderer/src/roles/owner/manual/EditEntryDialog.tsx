import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ManualEntryView } from '../../../../../shared/api/manual.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { draftOf, entryOf, slipOf } from './entry-draft.ts';
import { EntryFields } from './EntryFields.tsx';
import { kindName } from './entry-words.ts';

export function EditEntryDialog({ entry, onClose }: { entry: ManualEntryView; onClose(): void }) {
  const [draft, setDraft] = useState(() => draftOf(entry));
  const next = entryOf(draft, entry);
  const slip = next && slipOf(next);
  const save = useAct(async () => { if (next) { await api.owner.editEntry.mutate({ id: entry.id, entry: next }); onClose(); } });
  return (
    <Modal opened onClose={onClose} title={t('manual.edit.title', { kind: kindName(entry.kind) })} closeButtonProps={{ 'aria-label': t('owner.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); void save.run(); }}>
        <Stack gap="md">
          <EntryFields draft={draft} set={(part) => setDraft((d) => ({ ...d, ...part }))} names={{}} fixedKind />
          {slip && <Alert color="yellow" variant="light" role="status">{t(`manual.slip.${slip}`)}</Alert>}
          <ErrorBox error={save.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('owner.cancel')}</Button>
            <Button type="submit" disabled={next === null || slip !== null} loading={save.busy}>{t('manual.edit.save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
