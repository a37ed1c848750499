import { Checkbox, MultiSelect, SegmentedControl, Stack } from '@mantine/core';
import { ChannelKind } from '../../../../shared/domain/recording.ts';
import { t } from '../../i18n/index.ts';
import { DaysFields } from './DaysFields.tsx';
import type { ScopeDraft } from './scope-draft.ts';
import { channelTitle } from './words.ts';

type Props = { draft: ScopeDraft; set(part: Partial<ScopeDraft>): void; /** Channels that are known to be there; else all kinds. */ channels?: readonly string[]; live?: boolean };

/** Which part of somebody's data: channels, days, and whether it goes on. */
export function ScopeFields({ draft, set, channels = ChannelKind.options, live = true }: Props) {
  return (
    <Stack gap="sm">
      <MultiSelect
        label={t('consent.field.channels')} description={t('consent.field.channels.text')} placeholder={draft.channels.length === 0 ? t('consent.field.channels.placeholder') : undefined}
        data={[...new Set([...channels, ...draft.channels])].map((value) => ({ value, label: channelTitle(value) }))} value={draft.channels} onChange={(list) => set({ channels: list })} searchable clearable maw={560}
      />
      <div>
        <SegmentedControl aria-label={t('consent.field.days')} value={draft.allDays ? 'all' : 'some'} onChange={(v) => set({ allDays: v === 'all' })} data={[{ value: 'all', label: t('consent.field.days.all') }, { value: 'some', label: t('consent.field.days.some') }]} mb={draft.allDays ? 0 : 'sm'} />
        {!draft.allDays && <DaysFields from={draft.from} to={draft.to} onChange={set} />}
      </div>
      {live && <Checkbox checked={draft.live} onChange={(e) => set({ live: e.currentTarget.checked })} label={t('consent.field.live')} description={t('consent.field.live.text')} />}
    </Stack>
  );
}
