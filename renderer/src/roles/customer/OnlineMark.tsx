import { Group, Text } from '@mantine/core';
import { CircleDashed, Wifi, WifiOff } from 'lucide-react';
import { t } from '../../i18n/index.ts';

/** Whether a keeper answers now; null before the first answer. */
export function OnlineMark({ online }: { online: boolean | null }) {
  const Icon = online === null ? CircleDashed : online ? Wifi : WifiOff;
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex">
      <Icon size={15} aria-hidden />
      <Text span size="sm" c={online ? undefined : 'dimmed'}>{t(online === null ? 'customer.keeper.unknown' : online ? 'customer.keeper.online' : 'customer.keeper.offline')}</Text>
    </Group>
  );
}
