import { ActionIcon, Button, Checkbox, Fieldset, Group, Modal, NativeSelect, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { PART_NAMES } from '../../../../../shared/domain/quality-report.ts';
import { ChannelKind } from '../../../../../shared/domain/recording.ts';
import type { Specification } from '../../../../../shared/domain/specification.ts';
import { reasonName, shownName } from '../../../components/QualityWords.ts';
import { t } from '../../../i18n/index.ts';
import { typeName } from '../words.ts';
import { draftOf, SHOWN_NAMES, specificationOf, type Amount, type ChannelDraft, type DraftProblem, type ShowDraft, type SpecificationDraft } from './draft.ts';
import css from './specification.module.css';

/** Findings that somebody may want none of, whatever they cost. */
const FINDINGS = ['gap', 'missing', 'duplicate', 'jitter', 'rate-drift', 'out-of-range', 'flat', 'clipped', 'implausible', 'noise', 'quantised', 'calibration', 'unit', 'unusable', 'not-worn', 'artefact', 'hardware-rate', 'hardware-range', 'hardware-step', 'hardware-sensor'];

type Props = { opened: boolean; specification: Specification | null; onClose(): void; onUse(specification: Specification): void };

export function SpecificationForm({ opened, ...props }: Props) {
  return (
    <Modal opened={opened} onClose={props.onClose} size="lg" title={t('specification.title')} closeButtonProps={{ 'aria-label': t('specification.close') }}>
      {opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ specification, onClose, onUse }: Omit<Props, 'opened'>) {
  const [draft, setDraft] = useState(() => draftOf(specification));
  const [tried, setTried] = useState(false);
  const set = (part: Partial<SpecificationDraft>) => setDraft((d) => ({ ...d, ...part }));
  const made = specificationOf(draft);
  return (
    <form onSubmit={(e) => { e.preventDefault(); e.stopPropagation(); if (made.specification) onUse(made.specification); else setTried(true); }}>
      <Stack>
        <Text size="sm" c="dimmed">{t('specification.text')}</Text>
        <Channels channels={draft.channels} onChange={(channels) => set({ channels })} />
        <Fieldset legend={t('specification.length')}>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <AmountField label={t('specification.minHours')} value={draft.minHours} max={1e6} onChange={(minHours) => set({ minHours })} />
            <AmountField label={t('specification.maxHours')} value={draft.maxHours} max={1e6} onChange={(maxHours) => set({ maxHours })} />
          </SimpleGrid>
        </Fieldset>
        <Fieldset legend={t('specification.shows')}>
          <Text size="sm" c="dimmed" mb="sm">{t('specification.shows.text')}</Text>
          <Stack gap={6}>{SHOWN_NAMES.map((show) => <Show key={show} name={shownName(show)} draft={draft.shows[show]} onChange={(one) => set({ shows: { ...draft.shows, [show]: one } })} />)}</Stack>
        </Fieldset>
        <Fieldset legend={t('specification.quality')}>
          <AmountField label={t('specification.minScore')} value={draft.minScore} max={100} whole onChange={(minScore) => set({ minScore })} />
          <details className={css['more']} open={PART_NAMES.some((name) => draft.minParts[name] !== null)}>
            <summary>{t('specification.parts')}</summary>
            <SimpleGrid cols={{ base: 2, sm: 3 }} mt="xs">{PART_NAMES.map((name) => <AmountField key={name} label={t(`quality.part.${name}`)} value={draft.minParts[name]} max={100} onChange={(value) => set({ minParts: { ...draft.minParts, [name]: value } })} />)}</SimpleGrid>
          </details>
          <details className={css['more']} open={draft.without.length > 0}>
            <summary>{t('specification.without')}</summary>
            <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs" spacing={6} verticalSpacing={6}>
              {[...new Set([...FINDINGS, ...draft.without])].map((code) => <Checkbox key={code} size="sm" label={reasonName({ code })} checked={draft.without.includes(code)} onChange={(e) => set({ without: e.currentTarget.checked ? [...draft.without, code] : draft.without.filter((c) => c !== code) })} />)}
            </SimpleGrid>
          </details>
        </Fieldset>
        {tried && made.problem && <Text size="sm" c="var(--mantine-color-error)" role="alert">{problemText(made.problem)}</Text>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('specification.cancel')}</Button>
          <Button type="submit">{t('specification.use')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

const problemText = (problem: DraftProblem): string => (problem.code === 'amount' ? t('specification.problem.amount', { what: shownName(problem.what) }) : t(`specification.problem.${problem.code}`));

function AmountField({ label, ariaLabel, value, max, whole = false, disabled = false, onChange }: { label?: string; ariaLabel?: string; value: Amount; max: number; whole?: boolean; disabled?: boolean; onChange(value: Amount): void }) {
  return <NumberInput size="sm" label={label} aria-label={ariaLabel} value={value ?? ''} min={0} max={max} allowDecimal={!whole} allowNegative={false} clampBehavior="blur" disabled={disabled} onChange={(v) => onChange(v === '' || !Number.isFinite(Number(v)) ? null : Number(v))} />;
}

function Channels({ channels, onChange }: { channels: ChannelDraft[]; onChange(channels: ChannelDraft[]): void }) {
  const free = ChannelKind.options.filter((kind) => !channels.some((c) => c.kind === kind));
  const change = (kind: ChannelKind, part: Partial<ChannelDraft>) => onChange(channels.map((c) => (c.kind === kind ? { ...c, ...part } : c)));
  return (
    <Fieldset legend={t('specification.channels')}>
      <Stack gap="sm">
        {channels.length === 0 && <Text size="sm" c="dimmed">{t('specification.channels.none')}</Text>}
        {channels.map((c) => {
          const channel = typeName(c.kind);
          return (
            <div key={c.kind} role="group" aria-label={channel}>
              <Group justify="space-between" mb={4}><Text size="sm" fw={600}>{channel}</Text><ActionIcon variant="subtle" color="gray" aria-label={t('specification.channel.remove', { channel })} onClick={() => onChange(channels.filter((other) => other !== c))}><X size={16} /></ActionIcon></Group>
              <SimpleGrid cols={{ base: 1, xs: 3 }}>
                <Named short={t('specification.channel.rate.short')}><AmountField ariaLabel={t('specification.channel.rate', { channel })} value={c.minRateHz} max={1e5} onChange={(minRateHz) => change(c.kind, { minRateHz: minRateHz === 0 ? null : minRateHz })} /></Named>
                <Named short={t('specification.channel.hours.short')}><AmountField ariaLabel={t('specification.channel.hours', { channel })} value={c.minHours} max={1e6} onChange={(minHours) => change(c.kind, { minHours })} /></Named>
                <Named short={t('specification.channel.step.short')}><AmountField ariaLabel={t('specification.channel.step', { channel })} value={c.maxStep} max={1e9} onChange={(maxStep) => change(c.kind, { maxStep: maxStep === 0 ? null : maxStep })} /></Named>
              </SimpleGrid>
            </div>
          );
        })}
        {free.length > 0 && channels.length < 10 && (
          <NativeSelect
            label={t('specification.channels.add')} value="" data={[{ value: '', label: t('specification.channels.choose') }, ...free.map((kind) => ({ value: kind, label: typeName(kind) }))]}
            onChange={(e) => { const kind = ChannelKind.safeParse(e.currentTarget.value); if (kind.success) onChange([...channels, { kind: kind.data, minRateHz: null, minHours: null, maxStep: null }]); }}
          />
        )}
      </Stack>
    </Fieldset>
  );
}

/** Seen beside the channel's name, so that it need not be said again; the field's own name does. */
const Named = ({ short, children }: { short: string; children: ReactNode }) => <div><Text size="xs" c="dimmed" mb={2} aria-hidden="true">{short}</Text>{children}</div>;

function Show({ name, draft, onChange }: { name: string; draft: ShowDraft; onChange(draft: ShowDraft): void }) {
  return (
    <div className={css['show']}>
      <Text size="sm">{name}</Text>
      <NativeSelect
        size="sm" aria-label={t('specification.show.rule', { what: name })} value={draft.rule} data={(['any', 'wanted', 'unwanted'] as const).map((value) => ({ value, label: t(`specification.show.${value}`) }))}
        onChange={(e) => { const rule = e.currentTarget.value as ShowDraft['rule']; onChange({ rule, amount: rule === 'any' ? null : rule === draft.rule ? draft.amount : null }); }}
      />
      <AmountField ariaLabel={t('specification.show.amount', { what: name })} value={draft.amount} max={draft.rule === 'unwanted' ? 100 : 1e6} disabled={draft.rule === 'any'} onChange={(amount) => onChange({ ...draft, amount })} />
    </div>
  );
}
