import { Box, Table, Text } from '@mantine/core';
import type { PreviewedRecording } from '../../../../../shared/api/imports.ts';
import { number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { channelsText } from '../recording-words.ts';
import { periodText } from './import-words.ts';

const HEIGHT = 320;

/** What the import would make: one line for each recording. */
export function RecordingsPreview({ recordings }: { recordings: PreviewedRecording[] }) {
  const repeated = recordings.some((r) => r.alreadyThere > 0);
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>{t('import.preview.recordings', { count: recordings.length })}</Text>
      <Box tabIndex={0} role="region" aria-label={t('import.preview.recordings', { count: recordings.length })} style={{ maxHeight: HEIGHT, overflow: 'auto', border: '1px solid var(--ph-line)', borderRadius: 'var(--mantine-radius-md)' }}>
        <Table verticalSpacing={6} fz="sm" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('import.preview.what')}</Table.Th><Table.Th>{t('import.preview.when')}</Table.Th><Table.Th ta="end">{t('import.preview.rows')}</Table.Th>
              {repeated && <Table.Th ta="end">{t('import.preview.there')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {recordings.map((r, i) => (
              <Table.Tr key={`${r.title}-${i}`}>
                <Table.Td className="ph-wrap"><Text size="sm" fw={600} className="ph-wrap">{r.title}</Text><Text size="xs" c="dimmed" className="ph-wrap">{[channelsText(r.channels), r.device].filter(Boolean).join(' · ')}</Text></Table.Td>
                <Table.Td className="ph-num">{periodText(r)}</Table.Td>
                <Table.Td ta="end" className="ph-num">{number(r.rows)}</Table.Td>
                {repeated && <Table.Td ta="end" className="ph-num">{number(r.alreadyThere)}</Table.Td>}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </div>
  );
}
