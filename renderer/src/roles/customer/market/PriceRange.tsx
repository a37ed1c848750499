import { useState } from 'react';
import { Group, TextInput } from '@mantine/core';
import type { Coins } from '../../../../../shared/api/common.ts';
import { coinsInput, parseCoins } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';

type Props = { min: Coins | undefined; max: Coins | undefined; onChange(range: { minPrice?: Coins | undefined; maxPrice?: Coins | undefined }): void };

/** What is typed counts when the field is left or Enter is pressed; half an amount is not an amount. */
export function PriceRange({ min, max, onChange }: Props) {
  return (
    <Group gap="xs" grow align="flex-start" wrap="nowrap">
      <Field key={`min:${min ?? ''}`} label={t('customer.filter.priceFrom')} value={min} onSet={(minPrice) => onChange({ minPrice })} />
      <Field key={`max:${max ?? ''}`} label={t('customer.filter.priceTo')} value={max} onSet={(maxPrice) => onChange({ maxPrice })} />
    </Group>
  );
}

function Field({ label, value, onSet }: { label: string; value: Coins | undefined; onSet(value: Coins | undefined): void }) {
  const [text, setText] = useState(value === undefined ? '' : coinsInput(value));
  const parsed = text.trim() === '' ? undefined : parseCoins(text);
  const take = () => { if (parsed !== null && parsed !== value) onSet(parsed); };
  return <TextInput size="xs" label={label} value={text} inputMode="decimal" error={parsed === null ? t('customer.filter.priceBad') : undefined} onChange={(e) => setText(e.currentTarget.value)} onBlur={take} onKeyDown={(e) => { if (e.key === 'Enter') take(); }} />;
}
