import { Button, Checkbox, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { ImportPreview, ImportQuestion } from '../../../../../shared/api/imports.ts';
import { t } from '../../../i18n/index.ts';
import { answerImport, type ImportEntry } from './imports.ts';

const RATE_MAX = 10_000;
const DEVICE_MAX = 80;
const SUBJECT_MAX = 20;

/** What the file itself cannot tell; only what matters for this one. */
export function ImportQuestions({ entry: e, preview: p }: { entry: ImportEntry; preview: ImportPreview }) {
  const asked = (field: ImportQuestion['field']) => p.questions.find((q) => q.field === field);
  const rate = asked('rateHz');
  const skip = asked('skipMalformed');
  const subject = asked('subject');
  const plain = p.formats.some((f) => f === 'csv' || f === 'wisdm');
  const unnamed = p.recordings !== null && p.recordings.length > 0 && p.recordings.every((r) => r.device === null || r.device === e.answers.device);
  const zoned = p.zone.assumed !== null || asked('zone') !== undefined;
  if (!zoned && !rate && !skip && !subject && !unnamed && e.answers.rateHz === undefined && e.answers.subject === undefined && e.answers.device === undefined && !(plain && e.answers.skipMalformed)) return null;
  return (
    <Stack gap="md">
      {zoned && <Zone value={e.answers.zone ?? p.zone.assumed ?? 'UTC'} question={asked('zone')} onChange={(zone) => answerImport(e.id, { zone }, { now: true })} />}
      {(rate || e.answers.rateHz !== undefined) && <NumberInput label={t('owner.import.rate')} description={rate?.message ?? t('owner.import.rate.text')} suffix=" Hz" min={0.001} max={RATE_MAX} decimalScale={3} value={e.answers.rateHz ?? ''} required={rate?.required} withAsterisk={false} onChange={(v) => answerImport(e.id, { rateHz: typeof v === 'number' && v > 0 ? v : undefined })} maw={420} />}
      {(subject || e.answers.subject !== undefined) && <TextInput label={t('import.subject')} description={subject?.message ?? t('import.subject.text')} value={e.answers.subject ?? ''} maxLength={SUBJECT_MAX} onChange={(event) => answerImport(e.id, { subject: event.currentTarget.value.trim() || undefined })} maw={420} />}
      {(skip || (plain && e.answers.skipMalformed)) && <Checkbox label={t('owner.import.skip')} description={t('owner.import.skip.text')} checked={e.answers.skipMalformed} onChange={(event) => answerImport(e.id, { skipMalformed: event.currentTarget.checked }, { now: true })} />}
      {(unnamed || e.answers.device !== undefined) && <TextInput label={t('import.device')} description={t('import.device.text')} value={e.answers.device ?? ''} maxLength={DEVICE_MAX} onChange={(event) => answerImport(e.id, { device: event.currentTarget.value.trimStart() || undefined })} maw={420} />}
    </Stack>
  );
}

function Zone({ value, question, onChange }: { value: string; question: ImportQuestion | undefined; onChange(zone: string): void }) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = useMemo(() => [...new Set(['UTC', here, value, ...Intl.supportedValuesOf('timeZone')])], [here, value]);
  return (
    <div>
      <Select label={t('import.zone')} description={question?.message ?? t('import.zone.text')} searchable allowDeselect={false} value={value} onChange={(v) => { if (v) onChange(v); }} data={zones} maxDropdownHeight={260} limit={200} nothingFoundMessage={t('import.zone.none')} maw={420} />
      <Group gap="xs" mt={6}>
        {value !== here && <Button size="compact-xs" variant="light" onClick={() => onChange(here)}>{t('import.zone.here', { zone: here })}</Button>}
        {value !== 'UTC' && <Button size="compact-xs" variant="light" onClick={() => onChange('UTC')}>UTC</Button>}
        <Text size="xs" c="dimmed">{t('import.zone.dst')}</Text>
      </Group>
    </div>
  );
}
