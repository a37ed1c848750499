import type { RecordingView } from '../../../../shared/api/owner.ts';
import { hasKey, t } from '../../i18n/index.ts';

export const sourceText = (source: RecordingView['source']): string => {
  const key = `owner.source.${source.kind}`;
  const kind = hasKey(key) ? t(key) : source.kind;
  return source.device ? t('owner.source.device', { kind, device: source.device }) : kind;
};

export const kindText = (kind: string): string => {
  const key = `owner.kind.${kind}`;
  return hasKey(key) ? t(key) : kind;
};

export const channelsText = (channels: { name: string; kind: string; components: string[] }[]): string => channels.map((c) => (c.components.length > 1 ? t('owner.channel.components', { kind: kindText(c.kind), components: c.components.join(', ') }) : kindText(c.kind))).join(' · ');

