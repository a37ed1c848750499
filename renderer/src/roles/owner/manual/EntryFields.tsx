import { Chip, Group, Input, NumberInput, Select, SimpleGrid, Slider, Stack, TextInput } from '@mantine/core';
import { useId } from 'react';
import { MANUAL_UNITS, type ManualKind } from '../../../../../shared/domain/manual-entry.ts';
import { t } from '../../../i18n/index.ts';
import { KINDS, type EntryDraft } from './entry-draft.ts';
import { kindName, unitWord } from './entry-words.ts';

type Props = { draft: EntryDraft; set(part: Partial<EntryDraft>): void; /** Names that were used before, for each kind. */ names: Partial<Record<ManualKind, string[]>>; /** The kind of what is edited stays. */ fixedKind?: boolean };

const NAME_MAX = 40;
const MARKS = [0, 5, 10].map((value) => ({ value, label: String(value) }));

export function EntryFields({ draft: d, set, names, fixedKind = false }: Props) {
  const listId = useId();
  const kindId = useId();
  const severityId = useId();
  const named = d.kind === 'medicine' || d.kind === 'symptom' || d.kind === 'training';
  return (
    <Stack gap="md">
      {!fixedKind && (
        <Chip.Group value={d.kind} onChange={(kind) => set({ kind: kind as ManualKind })}>
          <Group gap={8} role="radiogroup" aria-labelledby={kindId}>
            <span id={kindId} className="ph-hidden">{t('manual.kind')}</span>
            {KINDS.map((kind) => <Chip key={kind} value={kind} size="sm">{kindName(kind)}</Chip>)}
          </Group>
        </Chip.Group>
      )}
      {named && (
        <>
          <TextInput label={t(`manual.name.${d.kind as 'medicine' | 'symptom' | 'training'}`)} placeholder={t(`manual.name.${d.kind as 'medicine' | 'symptom' | 'training'}.example`)} required withAsterisk={false} value={d.name} maxLength={NAME_MAX} list={listId} onChange={(e) => set({ name: e.currentTarget.value })} />
          <datalist id={listId}>{(names[d.kind] ?? []).map((name) => <option key={name} value={name} />)}</datalist>
        </>
      )}
      {d.kind === 'medicine' && (
        <SimpleGrid cols={2}>
          <Numeric label={t('manual.amount')} value={d.amount} onChange={(amount) => set({ amount })} />
          <Unit value={d.medicineUnit} units={MANUAL_UNITS.medicine} onChange={(medicineUnit) => set({ medicineUnit })} />
        </SimpleGrid>
      )}
      {d.kind === 'symptom' && (
        <>
          <div>
            <Input.Label component="div" id={severityId}>{t('manual.severity')}</Input.Label>
            <Input.Description>{t('manual.severity.text')}</Input.Description>
            <Slider min={0} max={10} step={1} mt={6} mb="xl" mx={8} value={d.severity} onChange={(severity) => set({ severity })} marks={MARKS} label={(v) => t('manual.value.severity', { severity: v })} thumbProps={{ 'aria-labelledby': severityId, 'aria-label': undefined, 'aria-valuetext': t('manual.value.severity', { severity: d.severity }) }} />
          </div>
          <Numeric label={t('manual.minutes.optional')} value={d.minutes} onChange={(minutes) => set({ minutes })} optional />
        </>
      )}
      {d.kind === 'training' && (
        <SimpleGrid cols={2}>
          <Numeric label={t('manual.minutes')} value={d.minutes} onChange={(minutes) => set({ minutes })} />
          <Select label={t('manual.effort')} clearable clearButtonProps={{ 'aria-label': t('manual.effort.clear') }} placeholder={t('manual.effort.none')} value={d.effort === null ? null : String(d.effort)} onChange={(v) => set({ effort: v === null ? null : Number(v) })} data={Array.from({ length: 11 }, (_, n) => ({ value: String(n), label: n === 0 ? t('manual.effort.least') : n === 10 ? t('manual.effort.most') : String(n) }))} />
        </SimpleGrid>
      )}
      {d.kind === 'weight' && (
        <SimpleGrid cols={2}>
          <Numeric label={t('manual.weight')} value={d.weight} onChange={(weight) => set({ weight })} />
          <Unit value={d.weightUnit} units={MANUAL_UNITS.weight} onChange={(weightUnit) => set({ weightUnit })} />
        </SimpleGrid>
      )}
      {d.kind === 'blood-pressure' && (
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <Numeric label={t('manual.systolic')} value={d.systolic} onChange={(systolic) => set({ systolic })} />
          <Numeric label={t('manual.diastolic')} value={d.diastolic} onChange={(diastolic) => set({ diastolic })} />
          <Numeric label={t('manual.pulse')} value={d.pulse} onChange={(pulse) => set({ pulse })} optional />
        </SimpleGrid>
      )}
      {d.kind === 'glucose' && (
        <SimpleGrid cols={2}>
          <Numeric label={t('manual.glucose')} value={d.glucose} onChange={(glucose) => set({ glucose })} />
          <Unit value={d.glucoseUnit} units={MANUAL_UNITS.glucose} onChange={(glucoseUnit) => set({ glucoseUnit })} />
        </SimpleGrid>
      )}
      <TextInput type="datetime-local" label={t('manual.at')} required withAsterisk={false} value={d.at} onChange={(e) => set({ at: e.currentTarget.value })} maw={280} />
    </Stack>
  );
}

function Numeric({ label, value, onChange, optional = false }: { label: string; value: number | ''; onChange(value: number | ''): void; optional?: boolean }) {
  return <NumberInput label={label} required={!optional} withAsterisk={false} allowNegative={false} decimalScale={3} hideControls value={value} onChange={(v) => onChange(typeof v === 'number' ? v : '')} />;
}

function Unit<U extends string>({ value, units, onChange }: { value: U; units: readonly U[]; onChange(unit: U): void }) {
  return <Select label={t('manual.unit')} allowDeselect={false} value={value} onChange={(v) => { if (v) onChange(v as U); }} data={units.map((u) => ({ value: u, label: unitWord(u) }))} />;
}
