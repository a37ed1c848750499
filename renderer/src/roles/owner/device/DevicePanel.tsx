import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { ShieldCheck, ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import type { RecordingDetail } from '../../../../../shared/api/owner.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import { NameDeviceDialog } from './NameDeviceDialog.tsx';

/** Which device made the recording, whether it is trusted and why; and, where nothing was recognised, a way to say it. */
export function DevicePanel({ recording: r }: { recording: RecordingDetail }) {
  const [naming, setNaming] = useState(false);
  const { device } = r;
  const meant = !r.source.simulated && r.source.kind !== 'manual';
  return (
    <Panel padding="lg" component="section" aria-labelledby="device-title">
      <Stack gap="xs">
        <Title order={2} size="h4" id="device-title">{t('device.title')}</Title>
        <Group gap="xs">
          <Text fw={600} className="ph-wrap">{r.source.simulated ? t('owner.source.simulator') : device.name ?? (meant ? t('device.none') : t('device.byhand'))}</Text>
          {meant && <Badge tt="none" variant="light" color={device.trusted ? 'green' : 'gray'} leftSection={device.trusted ? <ShieldCheck size={12} aria-hidden /> : <ShieldQuestion size={12} aria-hidden />}>{t(device.trusted ? 'device.trusted' : 'device.nottrusted')}</Badge>}
          {device.how === 'named' && <Badge tt="none" variant="default">{t('device.named')}</Badge>}
        </Group>
        <Text size="sm" className="ph-wrap">{device.reason}</Text>
        {meant && !device.trusted && <Text size="sm" c="dimmed">{t('device.unlistable')}</Text>}
        {device.nameable && <Group><Button size="xs" variant="light" onClick={() => setNaming(true)}>{t(device.how === 'named' ? 'device.name.change' : 'device.name.open')}</Button></Group>}
      </Stack>
      {naming && <NameDeviceDialog recording={r} onClose={() => setNaming(false)} />}
    </Panel>
  );
}
