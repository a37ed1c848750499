import { List, Text, Title } from '@mantine/core';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { bytes } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from './Panel.tsx';

/** What was read and what was not; nothing where nothing was read from a file. */
export function ImportNotes({ report }: { report: RecordingDetail['importReport'] }) {
  if (report.sourceBytes === 0 && report.notes.length === 0 && report.rowsSkipped === 0) return null;
  return (
    <Panel padding="lg" component="section" aria-labelledby="notes-title">
      <Title order={2} size="h4" mb="xs" id="notes-title">{t('owner.notes.title')}</Title>
      <Text size="sm">{t('owner.notes.read', { count: report.rowsRead, size: bytes(report.sourceBytes) })}</Text>
      {(report.notes.length > 0 || report.skipped.length > 0) && (
        <List size="sm" mt="xs" spacing={4}>
          {report.skipped.map((s) => <List.Item key={`${s.reason}-${s.firstLine}`} style={{ overflowWrap: 'anywhere' }}>{t('owner.notes.skipped', { count: s.count, reason: s.reason, line: s.firstLine })}</List.Item>)}
          {report.notes.map((note, i) => <List.Item key={i} style={{ overflowWrap: 'anywhere' }}>{note}</List.Item>)}
        </List>
      )}
    </Panel>
  );
}
