import { ActionIcon, Alert, Badge, Box, Group, Loader, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { FileText, FolderOpen, X } from 'lucide-react';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { formatText } from './import-words.ts';
import { answerImport, dropImport, retryImport, type ImportEntry } from './imports.ts';
import { ImportQuestions } from './ImportQuestions.tsx';
import { MappingPanel } from './MappingPanel.tsx';
import { RecordingsPreview } from './RecordingsPreview.tsx';
import { ReportDetails } from './ReportDetails.tsx';

const TITLE_MAX = 80;

/** One file or folder: how it was recognised, what it would give, and what only the person can tell. */
export function ImportReview({ entry: e, alone }: { entry: ImportEntry; alone: boolean }) {
  const { preview: p } = e;
  const Icon = e.source.kind === 'folder' ? FolderOpen : FileText;
  const open = p?.questions.filter((q) => q.required && unanswered(e, q.field)) ?? [];
  // How columns are read has a part of its own, which says what to do.
  const columnsOnly = open.length > 0 && open.every((q) => q.field === 'mapping');
  const nothingNew = p?.recordings !== null && p?.recordings !== undefined && p.recordings.every((r) => r.rows === 0);
  const titled = p !== null && p.problem === null && (p.recordings === null ? p.csv !== null : p.recordings.length === 1);
  return (
    <Box component="section" aria-label={e.source.name} className={alone ? undefined : 'ph-panel'}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
          <Group gap="xs" miw={0}>
            <Icon size={18} aria-hidden style={{ flex: 'none' }} />
            <Title order={3} fz="md" className="ph-wrap">{e.source.name}</Title>
            <Text size="xs" c="dimmed" className="ph-num">{bytes(e.source.bytes)}</Text>
            {p?.formats.map((f) => <Badge key={f} variant="light" tt="none">{formatText(f)}</Badge>)}
          </Group>
          {!alone && <ActionIcon variant="subtle" color="gray" aria-label={t('import.leave', { file: e.source.name })} onClick={() => dropImport(e.id)}><X size={16} /></ActionIcon>}
        </Group>
        {e.phase === 'sending' && e.error === null && (
          <div>
            <Text size="sm" c="dimmed" mb={4} className="ph-num">{e.sent > 0 ? t('owner.import.sending', { done: bytes(e.sent), total: bytes(e.source.bytes) }) : t('owner.import.waiting')}</Text>
            <Progress value={e.source.bytes > 0 ? (e.sent / e.source.bytes) * 100 : 0} aria-label={t('owner.import.progress', { file: e.source.name })} />
          </div>
        )}
        {e.looking && <Group gap="xs" role="status"><Loader size={14} aria-hidden /><Text size="sm" c="dimmed">{t(p ? 'import.looking.again' : 'import.looking')}</Text></Group>}
        <ErrorBox error={e.error} onRetry={e.error?.retryable || e.phase === 'sending' ? () => void retryImport(e.id) : undefined} />
        {p && (
          <>
            {p.problem && !e.looking && !columnsOnly && (open.length > 0 ? <Alert color="yellow" variant="light" role="status" title={<span className="ph-wrap">{p.problem.message}</span>}>{t('import.answer')}</Alert> : <ErrorBox error={p.problem} />)}
            {titled && <TextInput label={t('owner.import.name')} description={t('owner.import.name.text')} value={e.answers.title ?? ''} maxLength={TITLE_MAX} placeholder={p.recordings?.[0]?.title ?? e.source.name} onChange={(event) => answerImport(e.id, { title: event.currentTarget.value || undefined })} />}
            <ImportQuestions entry={e} preview={p} />
            {p.csv && <MappingPanel key={e.id} entry={e} csv={p.csv} />}
            {nothingNew && p.problem === null && <Alert color="blue" variant="light" role="status">{t('import.nothing.new')}</Alert>}
            {p.problem === null && p.recordings === null && <Text size="sm" c="dimmed">{t('import.preview.large')}</Text>}
            {p.recordings && p.recordings.length > 0 && <RecordingsPreview recordings={p.recordings} />}
            {p.report && <ReportDetails report={p.report} files={p.files} filesCount={p.files.length} open={p.problem !== null} />}
          </>
        )}
      </Stack>
    </Box>
  );
}

const unanswered = (e: ImportEntry, field: keyof ImportEntry['answers']): boolean => e.answers[field] === undefined || e.answers[field] === false;
