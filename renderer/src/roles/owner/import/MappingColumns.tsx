import { Autocomplete, Box, Select, Table, Text } from '@mantine/core';
import type { CsvPreview } from '../../../../../shared/api/imports.ts';
import { ChannelKind } from '../../../../../shared/domain/recording.ts';
import { t } from '../../../i18n/index.ts';
import { kindText } from '../recording-words.ts';
import { DATE_FORMATS, setRole, setUnit, unitsOf, type ColumnRole, type MappingDraft } from './mapping-draft.ts';

const SHOWN = 3;
const UNIT_MAX = 16;
const HEIGHT = 380;

/** Each column with a few of its values, and what it is. */
export function MappingColumns({ draft, columns, onChange }: { draft: MappingDraft; columns: CsvPreview['columns']; onChange(draft: MappingDraft): void }) {
  const choices = [
    { value: 'none', label: t('import.role.none') }, { value: 'time', label: t('import.role.time') },
    ...(DATE_FORMATS.includes(draft.timeFormat) ? [{ value: 'clock', label: t('import.role.clock') }] : []),
    ...ChannelKind.options.map((kind) => ({ value: kind, label: kindText(kind) })),
  ];
  return (
    <Box tabIndex={0} role="region" aria-label={t('import.mapping.columns')} style={{ maxHeight: HEIGHT, overflow: 'auto', border: '1px solid var(--ph-line)', borderRadius: 'var(--mantine-radius-md)' }}>
      <Table fz="sm" verticalSpacing={6} miw={490} stickyHeader>
        <Table.Thead><Table.Tr><Table.Th>{t('import.mapping.column')}</Table.Th><Table.Th>{t('import.mapping.values')}</Table.Th><Table.Th w={160}>{t('import.mapping.is')}</Table.Th><Table.Th w={100}>{t('import.mapping.unit')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {columns.map((c, i) => {
            const role: ColumnRole = draft.roles[i] ?? { role: 'none' };
            const name = c.name || t('import.mapping.unnamed', { number: c.index + 1 });
            return (
              <Table.Tr key={c.index}>
                <Table.Td className="ph-wrap"><Text size="sm" fw={600} className="ph-wrap">{name}</Text>{role.role === 'channel' && role.component !== 'value' && <Text size="xs" c="dimmed">{t('import.mapping.axis', { channel: role.channel, component: role.component })}</Text>}</Table.Td>
                <Table.Td className="ph-wrap ph-num"><Text size="xs" c="dimmed" className="ph-wrap">{c.values.slice(0, SHOWN).join(' · ')}</Text></Table.Td>
                <Table.Td><Select size="xs" aria-label={t('import.mapping.is.of', { column: name })} allowDeselect={false} value={role.role === 'channel' ? role.kind : role.role} onChange={(v) => { if (v) onChange(setRole(draft, i, v === 'none' || v === 'time' || v === 'clock' ? v : ChannelKind.parse(v), c.name)); }} data={choices} comboboxProps={{ withinPortal: true }} /></Table.Td>
                <Table.Td>{role.role === 'channel' && <Autocomplete size="xs" aria-label={t('import.mapping.unit.of', { column: name })} maxLength={UNIT_MAX} value={role.unit} onChange={(unit) => onChange(setUnit(draft, i, unit.trim()))} data={[...unitsOf(role.kind)]} />}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
