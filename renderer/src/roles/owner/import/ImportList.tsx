import { ActionIcon, Anchor, Box, Button, Group, Stack, Text } from '@mantine/core';
import { CircleCheck, Settings2, X } from 'lucide-react';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { ScoreBadge } from '../../../components/ScoreBadge.tsx';
import { t } from '../../../i18n/index.ts';
import { useJob } from '../../../stores/jobs.ts';
import { useLive } from '../../../stores/live.ts';
import { Panel } from '../Panel.tsx';
import { dropImport, importsStore, isOpen, reviseImport, type ImportEntry } from './imports.ts';
import { ReportDetails } from './ReportDetails.tsx';

/** Imports that run, what came of those that ended, and what to do about those that failed. */
export function ImportList() {
  const entries = importsStore((s) => s.entries).filter((e) => !isOpen(e));
  if (entries.length === 0) return null;
  return (
    <Stack gap="sm" mb="lg" component="section" aria-label={t('owner.import.list')}>
      {entries.map((entry) => <ImportRow key={entry.id} entry={entry} />)}
    </Stack>
  );
}

function ImportRow({ entry }: { entry: ImportEntry }) {
  const job = useJob(entry.jobId);
  // A job that is no longer there was put away in the activity centre.
  const ended = !job || job.state !== 'running';
  const again = <Button size="xs" variant="light" leftSection={<Settings2 size={14} aria-hidden />} onClick={() => void reviseImport(entry.id)}>{t('owner.import.again')}</Button>;
  return (
    <Panel padding="sm">
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <Text fw={600} className="ph-wrap">{entry.source.name}</Text>
        {ended && <ActionIcon variant="subtle" color="gray" aria-label={t('owner.import.dismiss', { file: entry.source.name })} onClick={() => dropImport(entry.id)}><X size={16} /></ActionIcon>}
      </Group>
      {job?.state === 'running' && <JobLine job={job} />}
      {job?.state === 'done' && <Outcome jobId={job.id} />}
      {job?.state === 'cancelled' && <Group justify="space-between"><Text size="sm" c="dimmed">{t('owner.import.cancelled')}</Text>{again}</Group>}
      {job?.state === 'failed' && <Stack gap="xs"><ErrorBox error={job.error} /><Group justify="flex-end">{again}</Group></Stack>}
    </Panel>
  );
}

/** What was made, what was left out, and why. */
function Outcome({ jobId }: { jobId: string }) {
  const live = useLive(['owner', 'import-outcome', jobId], () => api.owner.importOutcome.query(jobId), []);
  const outcome = live.data;
  if (!outcome) return <ErrorBox error={live.error} onRetry={live.reload} />;
  return (
    <Stack gap="xs">
      <Group gap="xs"><CircleCheck size={16} color="var(--ph-good)" aria-hidden /><Text size="sm">{outcome.made.length === 0 ? t('import.done.nothing') : t('import.done', { count: outcome.made.length, rows: outcome.rowsRead })}</Text></Group>
      {outcome.made.length > 0 && (
        <Box component="ul" m={0} ps="lg" style={{ maxHeight: 260, overflowY: 'auto' }} tabIndex={outcome.made.length > 8 ? 0 : undefined}>
          {outcome.made.map((r) => (
            <li key={r.recordingId}><Group gap="xs"><Anchor href={`#/owner/recordings/${r.recordingId}`} size="sm" className="ph-wrap">{r.title}</Anchor><Text span size="sm" c="dimmed" className="ph-num">{t('capture.ended.rows', { count: r.rows })}</Text>{r.score !== null && <ScoreBadge score={r.score} size="sm" />}</Group></li>
          ))}
        </Box>
      )}
      <ReportDetails report={outcome} files={outcome.files} filesCount={outcome.filesCount} />
    </Stack>
  );
}
