import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import type { HeldExportIn, HeldRightView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobOutcome } from '../../../components/consent/JobOutcome.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJob } from '../../../stores/jobs.ts';
import { Section } from '../dataset/Section.tsx';

const FORMATS = ['parquet', 'csv', 'fhir'] as const;
const PATH_MAX = 4096;

export function HeldExport({ right: h }: { right: HeldRightView }) {
  const [folder, setFolder] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const run = useAct(async (format: HeldExportIn['format']) => { setJobId((await api.grantee.exportAs.mutate({ rightId: h.rightId, format, ...(folder.trim() ? { folder: folder.trim() } : {}) })).jobId); });
  const busy = run.busy || job?.state === 'running';
  return (
    <Section title={t('grantee.right.export')}>
      <Stack gap="md">
        <Text size="sm" maw={720}>{t('grantee.right.export.text')}</Text>
        <TextInput maw={520} label={t('grantee.right.export.folder')} description={t('grantee.right.export.folder.text')} value={folder} maxLength={PATH_MAX} onChange={(e) => setFolder(e.currentTarget.value)} />
        <Group gap="sm">{FORMATS.map((format) => <Button key={format} variant="default" size="sm" disabled={busy} leftSection={<FileDown size={16} aria-hidden />} onClick={() => void run.run(format)}>{t('grantee.right.export.button', { format: t(`grantee.right.export.${format}`) })}</Button>)}</Group>
        <ErrorBox error={run.error} />
        <JobOutcome job={job} />
      </Stack>
    </Section>
  );
}
