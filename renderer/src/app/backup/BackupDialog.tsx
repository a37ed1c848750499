import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useJob } from '../../stores/jobs.ts';
import { setUi, uiStore } from '../../stores/ui.ts';
import { draftReady, emptyDraft, NewPassphrase } from '../gate/NewPassphrase.tsx';

function Form({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyDraft);
  const [path, setPath] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const start = useAct(async () => {
    setJobId((await api.app.backup.mutate({ passphrase: draft.passphrase, ...(path.trim() === '' ? {} : { path: path.trim() }) })).jobId);
    setDraft(emptyDraft);
  });
  if (jobId !== null) {
    const where = job?.result?.path;
    return (
      <Stack>
        {job && <JobLine job={job} />}
        {job?.state === 'done'
          ? typeof where === 'string' && <Alert color="green" variant="light" icon={<CircleCheck size={20} aria-hidden />} className="ph-wrap" role="status">{t('shell.backup.done', { path: where })}</Alert>
          : <Text size="sm" c="dimmed">{t('shell.backup.started')}</Text>}
        <Group justify="flex-end"><Button onClick={onClose}>{t('shell.close')}</Button></Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (draftReady(draft)) void start.run(); }}>
      <Stack>
        <Text size="sm">{t('shell.backup.what')}</Text>
        <NewPassphrase draft={draft} onChange={setDraft} label={t('shell.backup.passphrase')} text={t('shell.backup.passphrase.text')} rememberable={false} />
        <TextInput label={t('shell.backup.path')} description={t('shell.backup.path.text')} value={path} onChange={(e) => setPath(e.currentTarget.value)} spellCheck={false} />
        <ErrorBox error={start.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={start.busy}>{t('shell.cancel')}</Button>
          <Button type="submit" loading={start.busy} disabled={!draftReady(draft)}>{t('shell.backup.start')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Its form is thrown away when it closes, and the passphrase with it. */
export function BackupDialog() {
  const opened = uiStore((s) => s.backup);
  const close = () => setUi({ backup: false });
  return <Modal opened={opened} onClose={close} title={<Text component="span" fw={650} fz="lg">{t('shell.backup.title')}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }} size="lg" centered>{opened && <Form onClose={close} />}</Modal>;
}
