import { Anchor, Button, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { FilePlus, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { fileRefOf } from '../../../api/upload.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJob } from '../../../stores/jobs.ts';
import { Section } from '../dataset/Section.tsx';
import { HELD } from './tabs.ts';

const TITLE_MAX = 80;

/** Adds a file to somebody's data, where the right allows it. What was filled in stays until it has been added. */
export function AppendSection({ right: h }: { right: HeldRightView }) {
  const [file, setFile] = useState<File | null>(null);
  const [title, setTitle] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const running = job?.state === 'running';
  const add = useAct(async (chosen: File) => {
    const source = await fileRefOf(chosen);
    setJobId((await api.grantee.append.mutate({ rightId: h.rightId, source, title: title.trim() })).jobId);
  });
  const done = job?.state === 'done';
  useEffect(() => { if (done) { setFile(null); setTitle(''); } }, [done, jobId]);
  return (
    <Section title={t('grantee.right.append')}>
      <form onSubmit={(e) => { e.preventDefault(); if (file && title.trim() && !running) void add.run(file); }}>
        <Stack gap="md">
          <Text size="sm" maw={720}>{t('grantee.right.append.text')} <Anchor component={Link} href={`${HELD}/issue`} underline="always">{t('grantee.right.append.document')}</Anchor></Text>
          <Group align="flex-end">
            <TextInput label={t('grantee.right.append.title')} value={title} maxLength={TITLE_MAX} onChange={(e) => setTitle(e.currentTarget.value)} w={320} />
            <FileButton onChange={setFile}>{(props) => <Button {...props} variant="default" leftSection={<FilePlus size={16} aria-hidden />}>{t('grantee.right.append.file')}</Button>}</FileButton>
            <Button type="submit" leftSection={<Upload size={16} aria-hidden />} disabled={!file || !title.trim() || running} loading={add.busy}>{t('grantee.right.append.button')}</Button>
          </Group>
          {file && <Text size="sm" c="dimmed" className="ph-wrap">{t('grantee.right.append.chosen', { name: file.name, size: bytes(file.size) })}</Text>}
          <ErrorBox error={add.error} />
          {job && (done ? <Text size="sm" role="status" className="ph-wrap">{Number(job.result?.taken ?? 0) < Number(job.result?.added ?? 0) ? t('grantee.right.append.waits') : t('grantee.right.append.done', { title: job.title })}</Text> : <JobLine job={job} />)}
        </Stack>
      </form>
    </Section>
  );
}
