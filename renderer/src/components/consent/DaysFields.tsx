import { Group, TextInput } from '@mantine/core';
import { t } from '../../i18n/index.ts';

type Props = { from: string; to: string; onChange(part: { from?: string; to?: string }): void; min?: string | undefined; max?: string | undefined };

/** First and last day, as the calendar of the system has them. */
export function DaysFields({ from, to, onChange, min, max }: Props) {
  return (
    <Group gap="sm" align="flex-start">
      <TextInput type="date" label={t('consent.field.days.from')} value={from} min={min} max={max} onChange={(e) => onChange({ from: e.currentTarget.value })} error={from > to ? t('consent.field.days.wrong') : undefined} w={180} />
      <TextInput type="date" label={t('consent.field.days.to')} value={to} min={min} max={max} onChange={(e) => onChange({ to: e.currentTarget.value })} w={180} />
    </Group>
  );
}
