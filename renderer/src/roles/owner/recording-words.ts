import type { RecordingView } from '../../../../shared/api/owner.ts';
import { rate } from '../../i18n/format.ts';
import { hasKey, t } from '../../i18n/index.ts';

export const sourceText = (source: RecordingView['source']): string => {
  const key = `owner.source.${source.kind}`;
  const kind = hasKey(key) ? t(key) : source.kind;
  return source.device && source.device !== kind ? t('owner.source.device', { kind, device: source.device }) : kind;
};

export const kindText = (kind: string): string => {
  const key = `owner.kind.${kind}`;
  return hasKey(key) ? t(key) : kind;
};

export const channelsText = (channels: { name: string; kind: string; components: string[] }[]): string => [...new Set(channels.map((c) => (c.components.length > 1 ? t('owner.channel.components', { kind: kindText(c.kind), components: c.components.join(', ') }) : kindText(c.kind))))].join(' · ');

/** Seldom enough to be counted rather than measured. */
const SINGLE_EVENTS_HZ = 0.05;
export const rateText = (r: Pick<RecordingView, 'rateHz' | 'rows'>): string => (r.rateHz < SINGLE_EVENTS_HZ ? t('owner.recording.events', { count: r.rows }) : rate(r.rateHz));

