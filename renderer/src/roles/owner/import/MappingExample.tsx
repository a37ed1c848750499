import { Box, Table, Text } from '@mantine/core';
import type { CsvPreview } from '../../../../../shared/api/imports.ts';
import type { CsvMapping } from '../../../../../shared/domain/csv-mapping.ts';
import { unitName } from '../../../components/PlotLegend.tsx';
import { dateTimeExact, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';

const SHOWN = 5;

/** The first rows as they would be read: what is wrong shows here at once. */
export function MappingExample({ csv, mapping }: { csv: CsvPreview; mapping: CsvMapping }) {
  const heads = mapping.channels.flatMap((c) => c.components.map((component) => ({ key: `${c.name}.${component}`, label: component === 'value' ? c.name : `${c.name} ${component}`, unit: unitName(c.unit) })));
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>{t('import.mapping.example')}</Text>
      <Box tabIndex={0} role="region" aria-label={t('import.mapping.example')} style={{ overflowX: 'auto', border: '1px solid var(--ph-line)', borderRadius: 'var(--mantine-radius-md)' }}>
        <Table fz="xs" verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>{t('import.mapping.at')}</Table.Th>{heads.map((h) => <Table.Th key={h.key} ta="end">{h.unit ? t('import.mapping.head', { name: h.label, unit: h.unit }) : h.label}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {csv.example.slice(0, SHOWN).map((row, i) => (
              <Table.Tr key={i}>
                <Table.Td className="ph-num">{row.t === null ? t('import.mapping.untimed') : csv.clock ? dateTimeExact(row.t) : t('import.mapping.elapsed', { seconds: number(row.t / 1000) })}</Table.Td>
                {row.values.map((v, c) => <Table.Td key={c} ta="end" className="ph-num">{v === null ? t('import.mapping.missing') : number(v)}</Table.Td>)}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </div>
  );
}
