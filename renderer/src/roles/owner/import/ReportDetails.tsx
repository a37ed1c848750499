import { Box, List, Stack, Text } from '@mantine/core';
import type { FileOutcome } from '../../../../../shared/api/imports.ts';
import type { SkippedRows } from '../../../../../shared/domain/recording.ts';
import { t } from '../../../i18n/index.ts';
import { outcomeText, skippedText } from './import-words.ts';

type Props = { report: { rowsSkipped: number; skipped: SkippedRows[]; notes: string[] }; files: FileOutcome[]; filesCount: number; open?: boolean };

/** What was left out and why, file by file where there are several. Folded where it is no trouble. */
export function ReportDetails({ report, files, filesCount, open = false }: Props) {
  const unread = files.filter((f) => f.reason !== undefined || f.format === null);
  const many = filesCount > 1;
  if (report.skipped.length === 0 && report.notes.length === 0 && !many && unread.length === 0) return null;
  return (
    <details open={open}>
      <Text component="summary" size="sm" fw={600} style={{ cursor: 'pointer' }}>{report.rowsSkipped > 0 ? t('import.report.summary', { count: report.rowsSkipped }) : t('import.report.title')}</Text>
      <Stack gap="sm" mt="xs">
        {(report.skipped.length > 0 || report.notes.length > 0) && (
          <List size="sm" spacing={3} className="ph-wrap">
            {report.skipped.map((s) => <List.Item key={`${s.reason}-${s.firstLine}`}>{skippedText(s)}</List.Item>)}
            {report.notes.map((note) => <List.Item key={note}>{note}</List.Item>)}
          </List>
        )}
        {(many || unread.length > 0) && (
          <div>
            <Text size="sm" fw={600}>{t('import.report.files', { count: filesCount, read: filesCount - unread.length })}</Text>
            <Box component="ul" m={0} mt={4} ps="lg" tabIndex={0} aria-label={t('import.report.files', { count: filesCount, read: filesCount - unread.length })} style={{ maxHeight: 220, overflowY: 'auto', fontSize: 'var(--mantine-font-size-sm)' }}>
              {[...unread, ...files.filter((f) => !unread.includes(f))].map((f, i) => <li key={`${f.name}-${i}`} className="ph-wrap">{f.name}: <Text span size="sm" c="dimmed">{outcomeText(f)}</Text></li>)}
            </Box>
          </div>
        )}
      </Stack>
    </details>
  );
}
