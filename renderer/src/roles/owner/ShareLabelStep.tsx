import { Anchor, Checkbox, Fieldset, List, Select, SimpleGrid, Stack, Text, Textarea, TextInput, ThemeIcon, Title } from '@mantine/core';
import { Check, House } from 'lucide-react';
import { AgeBand, HeightBand, Sex, WeightBand, type Demographics } from '../../../../shared/domain/label.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { lengthOf } from '../../components/PlotRange.ts';
import { TagInput } from '../../components/TagInput.tsx';
import { duration, number } from '../../i18n/format.ts';
import { hasKey, t } from '../../i18n/index.ts';
import { LabelPreview } from './LabelPreview.tsx';
import { loose, problemsOfStep, problemText } from './share-problems.ts';
import type { ShareStepProps } from './share-step.ts';
import { LeaveOutByLabel } from './LeaveOutByLabel.tsx';
import { Panel } from './Panel.tsx';
import { RemainsText } from './RemainsText.tsx';

const TITLE_MAX = 80;
const TEXT_MAX = 400;
const GROUPS: { field: keyof Demographics; options: readonly string[] }[] = [
  { field: 'ageBand', options: AgeBand.options }, { field: 'sex', options: Sex.options },
  { field: 'heightBandCm', options: HeightBand.options }, { field: 'weightBandKg', options: WeightBand.options },
];
const bandText = (field: string, band: string): string => {
  const key = `owner.band.${band}`;
  if (hasKey(key)) return t(key);
  return field === 'heightBandCm' ? `${band} cm` : field === 'weightBandKg' ? `${band} kg` : band;
};

/** What leaves and what stays. */
export function ShareLabelStep({ recording: r, draft, set, exclude, preview, problems, tried, loading }: ShareStepProps & { loading: boolean }) {
  // A field that nobody has touched yet is not called wrong.
  const errorOf = (field: string, touched: boolean) => (tried || touched ? problemText(problems, field) : undefined);
  const rest = loose(problemsOfStep(problems, 0), ['title', 'description', 'tags']);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl">
      <Stack gap="md">
        <Stays r={r} exclude={exclude} preview={preview} />
        <TextInput label={t('owner.share.field.title')} description={t('owner.share.field.title.text')} required value={draft.title} maxLength={TITLE_MAX} onChange={(e) => set({ title: e.currentTarget.value })} error={errorOf('title', draft.title !== '')} />
        <Textarea label={t('owner.share.field.description')} description={t('owner.share.field.description.text', { left: number(TEXT_MAX - draft.description.length) })} autosize minRows={3} maxRows={8} value={draft.description} maxLength={TEXT_MAX} onChange={(e) => set({ description: e.currentTarget.value })} error={errorOf('description', draft.description !== '')} />
        <TagInput label={t('owner.share.field.tags')} description={t('owner.share.field.tags.text')} value={draft.tags} onChange={(tags) => set({ tags })} error={errorOf('tags', draft.tags.length > 0)} />
        <Fieldset legend={t('owner.share.field.demographics')}>
          <Text size="sm" c="dimmed" mb="sm">{t('owner.share.field.demographics.text')}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {GROUPS.map(({ field, options }) => (
              <Select key={field} label={t(`owner.share.demographics.${field}`)} allowDeselect={false} value={draft.demographics[field]} data={options.map((value) => ({ value, label: bandText(field, value) }))} onChange={(value) => { if (value) set({ demographics: { ...draft.demographics, [field]: value } as Demographics }); }} />
            ))}
          </SimpleGrid>
        </Fieldset>
        <Checkbox checked={draft.statistics} onChange={(e) => set({ statistics: e.currentTarget.checked })} label={t('owner.share.field.statistics')} description={t('owner.share.field.statistics.text')} />
        {rest.map((p) => <ErrorBox key={p.field + p.message} error={{ code: 'invalid-argument', message: p.message, hint: p.hint, retryable: false }} />)}
      </Stack>
      <LabelPreview label={preview?.label ?? null} loading={loading} missing={t('owner.share.preview.missing')} sticky />
    </SimpleGrid>
  );
}

function Stays({ r, exclude, preview }: Pick<ShareStepProps, 'exclude' | 'preview'> & { r: ShareStepProps['recording'] }) {
  const out = lengthOf(exclude) / 1e6;
  return (
    <Panel padding="md">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg">
        <div>
          <Title order={2} size="h5" mb={6}>{t('owner.share.leaves')}</Title>
          <List size="sm" spacing={4} icon={<ThemeIcon size={18} radius="xl" color="teal" variant="light"><Check size={12} aria-hidden="true" /></ThemeIcon>}>
            <List.Item>{preview ? t('owner.share.leaves.samples', { count: preview.rows }) : t('owner.share.leaves.all')}</List.Item>
            <List.Item>{t('owner.share.leaves.label')}</List.Item>
            <List.Item>{t('owner.share.leaves.report')}</List.Item>
          </List>
        </div>
        <div>
          <Title order={2} size="h5" mb={6}>{t('owner.share.stays')}</Title>
          <List size="sm" spacing={4} icon={<ThemeIcon size={18} radius="xl" color="gray" variant="light"><House size={12} aria-hidden="true" /></ThemeIcon>}>
            <List.Item>{t('owner.share.stays.name')}</List.Item>
            <List.Item>{t('owner.share.stays.clock')}</List.Item>
            <List.Item>{out > 0 ? t('owner.share.stays.cut', { out: duration(out), total: duration(r.durationSeconds) }) : t('owner.share.stays.nothing')}{' '}<Anchor href={`#/owner/recordings/${r.id}`} size="sm" underline="always">{t('owner.share.stays.change')}</Anchor></List.Item>
          </List>
        </div>
      </SimpleGrid>
      <Stack gap="sm" mt="md">
        <LeaveOutByLabel recording={r} />
        {out > 0 && <RemainsText recording={r} cuts={exclude} />}
      </Stack>
    </Panel>
  );
}
