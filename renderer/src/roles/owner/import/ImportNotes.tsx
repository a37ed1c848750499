import { List, Text, Title } from '@mantine/core';
import type { RecordingDetail } from '../../../../../shared/api/owner.ts';
import { bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import { originText, skippedText } from './import-words.ts';
import { ReportDetails } from './ReportDetails.tsx';

/** What was read and what was not; nothing where nothing was read from a file. */
export function ImportNotes({ report, zone }: { report: RecordingDetail['importReport']; zone: string | undefined }) {
  if (report.sourceBytes === 0 && report.notes.length === 0 && report.rowsSkipped === 0) return null;
  return (
    <Panel padding="lg" component="section" aria-labelledby="notes-title">
      <Title order={2} size="h4" mb="xs" id="notes-title">{t('owner.notes.title')}</Title>
      {report.sourceBytes > 0 && <Text size="sm">{t('owner.notes.read', { count: report.rowsRead, size: bytes(report.sourceBytes) })}</Text>}
      {zone && <Text size="sm" className="ph-wrap">{t('owner.notes.zone', { zone })}</Text>}
      {(report.notes.length > 0 || report.skipped.length > 0) && (
        <List size="sm" mt="xs" spacing={4} className="ph-wrap">
          {report.skipped.map((s) => <List.Item key={`${s.reason}-${s.firstLine}`}>{skippedText(s)}</List.Item>)}
          {report.notes.map((note) => <List.Item key={note}>{note}</List.Item>)}
        </List>
      )}
      {report.origins && report.origins.length > 0 && (
        <>
          <Text size="sm" mt="sm" mb={4}>{t('owner.notes.origins')}</Text>
          <List size="sm" spacing={4} className="ph-wrap">{report.origins.map((o) => <List.Item key={JSON.stringify(o)}>{originText(o)}</List.Item>)}</List>
        </>
      )}
      {report.export && report.export.recordings > 1 && (
        <>
          <Text size="sm" mt="sm" mb={4} className="ph-wrap">{t('owner.notes.export', { name: report.export.name, count: report.export.recordings })}</Text>
          <ReportDetails report={report.export} files={report.export.files} filesCount={report.export.filesCount} />
        </>
      )}
    </Panel>
  );
}
