import { Group, Text } from '@mantine/core';
import { NotebookPen, ShieldCheck, ShieldQuestion } from 'lucide-react';
import type { RecordingView } from '../../../../../shared/api/owner.ts';
import { t } from '../../../i18n/index.ts';

/** In one line: which device made it, and whether its kind is trusted. Simulated ones have a badge of their own. */
export function DeviceMark({ recording: r }: { recording: Pick<RecordingView, 'device' | 'source'> }) {
  if (r.source.simulated) return null;
  const { device } = r;
  const byHand = r.source.kind === 'manual';
  const Icon = byHand ? NotebookPen : device.trusted ? ShieldCheck : ShieldQuestion;
  const text = byHand ? t('device.byhand') : device.trusted ? (device.name ?? t('device.trusted')) : device.name === null ? t('device.unknown') : t('device.untrusted', { name: device.name });
  return (
    <Group gap={5} wrap="nowrap" title={device.reason} style={{ minWidth: 0 }}>
      <Icon size={14} aria-hidden style={{ flex: 'none' }} color={device.trusted ? 'var(--ph-good)' : 'var(--mantine-color-dimmed)'} />
      <Text size="xs" c="dimmed" truncate>{text}</Text>
      {device.trusted && !byHand && <span className="ph-hidden">{t('device.trusted')}</span>}
    </Group>
  );
}
