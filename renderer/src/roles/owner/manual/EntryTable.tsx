import { ActionIcon, Anchor, Group, Text, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Pencil, Trash2 } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import type { ManualEntryView } from '../../../../../shared/api/manual.ts';
import { DataTable, type Column } from '../../../components/DataTable.tsx';
import { dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { ICONS, entryName, entryValue, kindName } from './entry-words.ts';

type Props = { entries: ManualEntryView[]; onEdit(entry: ManualEntryView): void; onRemove(entry: ManualEntryView): void };

export function EntryTable({ entries, onEdit, onRemove }: Props) {
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const columns = useMemo((): Column<ManualEntryView>[] => [
    ...(narrow ? [] : [{ key: 'when', header: t('manual.col.when'), width: 180, sort: (a: ManualEntryView, b: ManualEntryView) => a.time - b.time, cell: (e: ManualEntryView) => dateTime(e.time) }]),
    { key: 'what', header: t('manual.col.what'), width: narrow ? 'minmax(150px, 1.6fr)' : 'minmax(190px, 1.6fr)', sort: (a, b) => entryName(a).localeCompare(entryName(b)), cell: (e) => <What entry={e} when={narrow} /> },
    { key: 'value', header: t('manual.col.value'), width: 'minmax(110px, 1fr)', cell: (e) => entryValue(e) },
    ...(narrow ? [] : [{ key: 'series', header: t('manual.col.series'), width: 'minmax(150px, 1fr)', cell: (e: ManualEntryView) => <Anchor href={`#/owner/recordings/${e.recordingId}`} size="sm">{e.series}</Anchor> }]),
    {
      key: 'acts', header: t('manual.col.acts'), width: 96, align: 'end', cell: (e) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Act label={t('manual.edit', { name: entryName(e), at: dateTime(e.time) })} onClick={() => onEdit(e)}><Pencil size={16} /></Act>
          <Act label={t('manual.remove', { name: entryName(e), at: dateTime(e.time) })} onClick={() => onRemove(e)}><Trash2 size={16} /></Act>
        </Group>
      ),
    },
  ], [onEdit, onRemove, narrow]);
  return <DataTable rows={entries} columns={columns} rowKey={(e) => e.id} label={t('manual.list')} rowHeight={58} />;
}

/** @param when with its time beneath, where the time has no column */
function What({ entry: e, when }: { entry: ManualEntryView; when: boolean }) {
  const Icon = ICONS[e.kind];
  const under = [when ? dateTime(e.time) : null, entryName(e) === kindName(e.kind) ? null : kindName(e.kind), e.loinc.length > 0 ? t('manual.loinc', { codes: e.loinc.join(', ') }) : null].filter((s) => s !== null);
  return (
    <Group gap="sm" wrap="nowrap">
      <Icon size={18} aria-hidden style={{ flex: 'none' }} color="var(--mantine-color-dimmed)" />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>{entryName(e)}</Text>
        {under.length > 0 && <Text size="xs" c="dimmed">{under.join(' · ')}</Text>}
      </div>
    </Group>
  );
}

function Act({ label, onClick, children }: { label: string; onClick(): void; children: ReactNode }) {
  return <Tooltip label={label}><ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>{children}</ActionIcon></Tooltip>;
}
