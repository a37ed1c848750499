import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { ShieldQuestion } from 'lucide-react';
import type { RecordingDetail } from '../../../../../shared/api/owner.ts';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../stores/session.ts';

/** Whether hardware keeps a recording from being listed on this network: told before anything is filled in. */
export function useRefusal({ source, device }: RecordingDetail): string | null {
  const { network } = useSession();
  if (source.simulated) return network?.allowSimulated ? null : t('device.refused.simulated');
  return device.trusted ? null : device.reason;
}

export function ShareRefusal({ recording: r, reason }: { recording: RecordingDetail; reason: string }) {
  const canName = !r.source.simulated && r.source.kind !== 'manual' && r.device.how !== 'recognised';
  return (
    <Alert color="yellow" variant="light" role="alert" icon={<ShieldQuestion size={20} aria-hidden />} title={t('device.refused')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="ph-wrap">{reason}</Text>
        {canName && <Anchor href={`#/owner/recordings/${r.id}`} size="sm" underline="always">{t('device.name.open')}</Anchor>}
      </Stack>
    </Alert>
  );
}
