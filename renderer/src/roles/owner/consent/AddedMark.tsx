import { Group, Text } from '@mantine/core';
import { UserRoundPlus } from 'lucide-react';
import { partyName } from '../../../components/consent/words.ts';
import { t } from '../../../i18n/index.ts';
import { useGrants } from './use-consent.ts';

/** Who added a recording by a right to append, by the name that the owner knows them by. */
export function AddedMark({ by }: { by: string }) {
  const grants = useGrants();
  const who = grants.data?.find((g) => g.to.address.toLowerCase() === by)?.to ?? { name: null, address: by as `0x${string}` };
  return (
    <Group gap={5} wrap="nowrap" title={by} style={{ minWidth: 0 }}>
      <UserRoundPlus size={14} aria-hidden style={{ flex: 'none' }} color="var(--mantine-color-dimmed)" />
      <Text size="xs" c="dimmed" truncate>{t('consent.added.by', { who: partyName(who) })}</Text>
    </Group>
  );
}
