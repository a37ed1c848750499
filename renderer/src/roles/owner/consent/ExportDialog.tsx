import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

const PATH_MAX = 4096;

/** Everything that the system holds about the person, into a folder (GDPR articles 15 and 20). */
export function ExportDialog({ onClose, onStarted }: { onClose(): void; onStarted(jobId: string): void }) {
  const [folder, setFolder] = useState('');
  const run = useAct(async () => { onStarted((await api.consent.exportAll.mutate(folder.trim() ? { folder: folder.trim() } : {})).jobId); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('consent.export.title')} sentences={[t('consent.export.does'), t('consent.export.plain'), t('consent.export.stays')]} costs={[]}
      confirm={t('consent.export.confirm')} onConfirm={() => void run.run()} busy={run.busy} error={run.error}
    >
      <TextInput label={t('consent.export.folder')} description={t('consent.export.folder.text')} value={folder} maxLength={PATH_MAX} onChange={(e) => setFolder(e.currentTarget.value)} />
    </ConfirmAct>
  );
}
