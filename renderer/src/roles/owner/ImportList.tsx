import { ActionIcon, Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { CircleCheck, Settings2, X } from 'lucide-react';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { bytes } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useJob } from '../../stores/jobs.ts';
import { dropImport, useImports, type ImportEntry } from './imports.ts';
import { Panel } from './Panel.tsx';

/** Files on their way in and those that did not get in, with what to do about it. */
export function ImportList({ onAgain }: { onAgain(entry: ImportEntry): void }) {
  const entries = useImports();
  if (entries.length === 0) return null;
  return (
    <Stack gap="sm" mb="lg" component="section" aria-label={t('owner.import.list')}>
      {entries.map((entry) => <ImportRow key={entry.id} entry={entry} onAgain={onAgain} />)}
    </Stack>
  );
}

function ImportRow({ entry, onAgain }: { entry: ImportEntry; onAgain(entry: ImportEntry): void }) {
  const job = useJob(entry.jobId);
  const error = entry.error ?? (job?.state === 'failed' ? job.error : null);
  const recordingId = job?.state === 'done' ? (job.subject.recordingId ?? (typeof job.result?.recordingId === 'string' ? job.result.recordingId : null)) : null;
  const ended = error !== null || (job !== undefined && job.state !== 'running') || (entry.phase === 'reading' && !job);
  return (
    <Panel padding="sm">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text fw={600} style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{entry.file.name}</Text>
        <ActionIcon variant="subtle" color="gray" aria-label={t(ended ? 'owner.import.dismiss' : 'owner.import.stop', { file: entry.file.name })} onClick={() => dropImport(entry.id)} style={{ visibility: entry.phase === 'reading' && !ended ? 'hidden' : 'visible' }}><X size={16} /></ActionIcon>
      </Group>
      {entry.phase === 'sending' && (
        <div>
          <Text size="sm" c="dimmed" mb={4}>{entry.sent > 0 ? t('owner.import.sending', { done: bytes(entry.sent), total: bytes(entry.file.size) }) : t('owner.import.waiting')}</Text>
          <Progress value={entry.file.size > 0 ? (entry.sent / entry.file.size) * 100 : 0} aria-label={t('owner.import.progress', { file: entry.file.name })} />
        </div>
      )}
      {job?.state === 'running' && <JobLine job={job} />}
      {recordingId !== null && <Group gap="xs"><CircleCheck size={16} color="var(--mantine-color-teal-6)" aria-hidden="true" /><Text size="sm">{t('owner.import.done')}</Text><Anchor href={`#/owner/recordings/${recordingId}`} size="sm">{t('owner.import.look')}</Anchor></Group>}
      {job?.state === 'cancelled' && <Group justify="space-between"><Text size="sm" c="dimmed">{t('owner.import.cancelled')}</Text><Button size="xs" variant="light" onClick={() => onAgain(entry)}>{t('owner.import.again')}</Button></Group>}
      {error && (
        <Stack gap="xs">
          <ErrorBox error={error} />
          <Group justify="flex-end"><Button size="xs" variant="light" leftSection={<Settings2 size={14} aria-hidden="true" />} onClick={() => onAgain(entry)}>{t('owner.import.again')}</Button></Group>
        </Stack>
      )}
    </Panel>
  );
}
