import { ChannelKind } from '../../../../shared/domain/recording.ts';
import { AgeBand, type Label } from '../../../../shared/domain/label.ts';
import { t } from '../../i18n/index.ts';

/** A label's types and bands come from the chain: what this version does not know is shown as it came. */
export function typeName(kind: string): string {
  const known = ChannelKind.safeParse(kind);
  return known.success ? t(`customer.type.${known.data}`) : kind;
}

export function ageName(band: string): string {
  const known = AgeBand.safeParse(band);
  if (!known.success) return band;
  return known.data === 'undisclosed' ? t('customer.age.undisclosed') : t('customer.age.years', { band: known.data });
}

export const titleOf = (listing: { id: number; title: string | null }): string => listing.title?.trim() || t('customer.untitled', { id: String(listing.id) });

/** The fastest channel, in hertz; null without a label. */
export const fastestRate = (label: Label | null): number | null => (label && label.channels.length > 0 ? Math.max(...label.channels.map((c) => c.rateHz)) : null);
