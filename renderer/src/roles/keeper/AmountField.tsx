import { Button, TextInput } from '@mantine/core';
import type { Wei } from '../../../../shared/api/common.ts';
import { coinsInput, native, NATIVE, parseCoins } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

/** An amount of the network's own coin; null while it is not one, or outside of what there is. */
export function readAmount(text: string, { min = '1', max }: { min?: Wei; max: Wei }): Wei | null {
  const amount = parseCoins(text);
  return amount !== null && BigInt(amount) >= BigInt(min) && BigInt(amount) <= BigInt(max) ? amount : null;
}

type Props = { label: string; description?: string; text: string; onText(text: string): void; min?: Wei; max: Wei; tooMuch: string; all?: boolean };

/** @param all offers to fill in everything that there is */
export function AmountField({ label, description, text, onText, min, max, tooMuch, all = false }: Props) {
  const amount = text.trim() === '' ? undefined : parseCoins(text);
  const error = amount === null ? t('keeper.first.stakeBad')
    : amount === undefined ? undefined
      : min !== undefined && BigInt(amount) < BigInt(min) ? t('keeper.first.stakeLow', { min: native(min) })
        : BigInt(amount) > BigInt(max) ? tooMuch : undefined;
  return (
    <TextInput
      label={label} description={description} value={text} inputMode="decimal" autoComplete="off" error={error} onChange={(e) => onText(e.currentTarget.value)}
      rightSectionWidth={all ? 100 : 52} rightSection={all ? <Button size="compact-xs" variant="subtle" onClick={() => onText(coinsInput(max))}>{t('keeper.stake.max')}</Button> : <span aria-hidden>{NATIVE}</span>}
    />
  );
}
