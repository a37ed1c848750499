import { Alert, Button, Checkbox, Group, List, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CsvPreview } from '../../../../../shared/api/imports.ts';
import { TimeFormat, type CsvMapping } from '../../../../../shared/domain/csv-mapping.ts';
import { t } from '../../../i18n/index.ts';
import { timeFormatText } from './import-words.ts';
import { answerImport, confirmImport, type ImportEntry } from './imports.ts';
import { MappingColumns } from './MappingColumns.tsx';
import { draftOfMapping, mappingOf, type MappingDraft } from './mapping-draft.ts';
import { MappingExample } from './MappingExample.tsx';

const RATE_MAX = 1e6;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const DELIMITER_KEYS = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

/**
 * How the columns of a plain table are read: guessed by the app, confirmed or changed by the person. Where the header
 * tells everything, it stays folded.
 */
export function MappingPanel({ entry, csv }: { entry: ImportEntry; csv: CsvPreview }) {
  const [open, setOpen] = useState(entry.mustConfirm || entry.answers.mapping !== undefined);
  const width = csv.columns.length;
  const [draft, setDraft] = useState<MappingDraft>(() => draftOfMapping(entry.answers.mapping ?? csv.mapping, width));
  // Another delimiter makes other columns: the roles follow what the server then proposes.
  useEffect(() => { if (draft.roles.length !== width) setDraft(draftOfMapping(csv.mapping, width)); }, [width, csv.mapping, draft.roles.length]);

  const mapping = mappingOf(draft);
  function set(next: MappingDraft): void {
    setDraft(next);
    const it = mappingOf(next);
    // What is not whole is not tried; nothing is imported by the mapping of before.
    if (!it) confirmImport(entry.id, false);
    answerImport(entry.id, { mapping: it ?? undefined });
  }
  const timed = draft.roles.some((r) => r.role === 'time');
  const change = (part: Partial<Pick<CsvMapping, 'delimiter' | 'decimal' | 'skipLines'>>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    // How the file is written decides what its columns are: the server has to look again.
    answerImport(entry.id, { mapping: mappingOf(next) ?? { ...csv.mapping, ...part } });
  };

  if (!open) return <Group><Button size="compact-sm" variant="subtle" onClick={() => setOpen(true)}>{t('import.mapping.open')}</Button></Group>;
  return (
    <Stack gap="md" component="section" aria-label={t('import.mapping.title')}>
      <div>
        <Text fw={600}>{t('import.mapping.title')}</Text>
        <Text size="sm" c="dimmed">{t(entry.mustConfirm ? 'import.mapping.text' : 'import.mapping.optional')}</Text>
      </div>
      {csv.doubts.length > 0 && <Alert color="yellow" variant="light" title={t('import.mapping.doubts')}><List size="sm" className="ph-wrap">{csv.doubts.map((doubt) => <List.Item key={doubt}>{doubt}</List.Item>)}</List></Alert>}
      <MappingColumns draft={draft} columns={csv.columns} onChange={set} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {timed
          ? <Select label={t('import.mapping.time')} allowDeselect={false} value={draft.timeFormat} onChange={(v) => { if (v) set({ ...draft, timeFormat: TimeFormat.parse(v) }); }} data={TimeFormat.options.map((f) => ({ value: f, label: timeFormatText(f) }))} />
          : <NumberInput label={t('owner.import.rate')} description={t('import.mapping.rate.text')} suffix=" Hz" min={0.001} max={RATE_MAX} decimalScale={3} value={draft.rateHz ?? ''} onChange={(v) => { const { rateHz: _, ...rest } = draft; set(typeof v === 'number' && v > 0 ? { ...rest, rateHz: v } : rest); }} />}
      </SimpleGrid>
      <details>
        <Text component="summary" size="sm" style={{ cursor: 'pointer' }}>{t('import.mapping.written')}</Text>
        <SimpleGrid cols={{ base: 1, xs: 3 }} mt="xs">
          <Select label={t('import.mapping.delimiter')} allowDeselect={false} value={draft.delimiter} onChange={(v) => { const found = DELIMITERS.find((d) => d === v); if (found) change({ delimiter: found }); }} data={DELIMITERS.map((d) => ({ value: d, label: t(`import.delimiter.${DELIMITER_KEYS[d]}`) }))} />
          <Select label={t('import.mapping.decimal')} allowDeselect={false} value={draft.decimal} onChange={(v) => { if (v === '.' || v === ',') change({ decimal: v }); }} data={[{ value: '.', label: t('import.decimal.point') }, { value: ',', label: t('import.decimal.comma') }]} />
          <NumberInput label={t('import.mapping.skip')} min={0} max={1000} allowDecimal={false} value={draft.skipLines} onChange={(v) => { if (typeof v === 'number') change({ skipLines: v }); }} />
        </SimpleGrid>
      </details>
      {csv.example.length > 0 && mapping && !entry.looking && <MappingExample csv={csv} mapping={entry.answers.mapping ?? csv.mapping} />}
      {mapping === null && <Alert color="yellow" variant="light" role="status">{t('import.mapping.incomplete')}</Alert>}
      {entry.mustConfirm && <Checkbox label={t('import.mapping.confirm')} checked={entry.confirmed} disabled={mapping === null} onChange={(e) => { confirmImport(entry.id, e.currentTarget.checked); if (mapping && entry.answers.mapping === undefined) answerImport(entry.id, { mapping }, { now: true }); }} />}
    </Stack>
  );
}
