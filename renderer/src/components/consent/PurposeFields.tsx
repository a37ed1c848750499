import { MultiSelect, Select, Stack, Text, Textarea } from '@mantine/core';
import { PURPOSES, type PurposeTerm } from '../../../../shared/domain/purpose.ts';
import { hasKey, t } from '../../i18n/index.ts';
import { DUO_PERMISSIONS, isResearch, modifiersFor, type PurposeDraft } from './purpose-draft.ts';
import { purposeTitle } from './words.ts';

/** A code of the Data Use Ontology in words; one that this version has no words for is shown as it is. */
export function duoWord(code: string): string {
  const key = `consent.duo.${code.slice(4)}`;
  return hasKey(key) ? t(key) : code;
}
const WORDS_MAX = 280;

/** What it is for: a term that machines know, for research how the data may be used, and a sentence. */
export function PurposeFields({ draft, set, terms = PURPOSES }: { draft: PurposeDraft; set(part: Partial<PurposeDraft>): void; terms?: readonly PurposeTerm[] }) {
  const fit = modifiersFor(draft.term);
  return (
    <Stack gap="sm" maw={560}>
      {terms.length === 1 ? <div><Text size="sm" fw={600} mb={4}>{t('consent.field.purpose')}</Text><Text size="sm">{purposeTitle(terms[0]!)}</Text></div> : <Select label={t('consent.field.purpose')} data={terms.map((value) => ({ value, label: purposeTitle(value) }))} value={draft.term} onChange={(v) => { if (v) set({ term: v as PurposeTerm }); }} allowDeselect={false} />}
      {isResearch(draft.term) && (
        <>
          <Select label={t('consent.duo.permission')} description={t('consent.field.duo.text')} data={DUO_PERMISSIONS.map((value) => ({ value, label: duoWord(value) }))} value={draft.permission} onChange={(v) => { if (v) set({ permission: v }); }} allowDeselect={false} />
          <MultiSelect label={t('consent.duo.modifiers')} data={fit.map((value) => ({ value, label: duoWord(value) }))} value={draft.modifiers.filter((c) => fit.includes(c))} onChange={(modifiers) => set({ modifiers })} clearable />
        </>
      )}
      <Textarea label={t('consent.field.purpose.words')} value={draft.words} maxLength={WORDS_MAX} autosize minRows={2} onChange={(e) => set({ words: e.currentTarget.value })} />
    </Stack>
  );
}
