import { Badge, Group, Text } from '@mantine/core';
import { BadgeCheck, CircleAlert, CircleHelp } from 'lucide-react';
import type { PartyView } from '../../../../shared/api/consent.ts';
import { t } from '../../i18n/index.ts';
import { Addr } from '../Addr.tsx';
import { accreditedRoles } from './words.ts';

/** Roles wrap where there is little room. */
const WRAPS = { root: { height: 'auto', minHeight: 'var(--badge-height)' }, label: { whiteSpace: 'normal' as const } };

/** Whether the network vouches for somebody: an icon and words, never a colour alone. */
export function PartyBadge({ party }: { party: PartyView }) {
  if (party.suspended) return <Badge variant="light" color="red" tt="none" styles={WRAPS} leftSection={<CircleAlert size={12} aria-hidden />}>{t('consent.party.suspended')}</Badge>;
  return party.accredited
    ? <Badge variant="light" color="green" tt="none" styles={WRAPS} leftSection={<BadgeCheck size={12} aria-hidden />}>{t('consent.party.accredited', { roles: accreditedRoles(party) })}</Badge>
    : <Badge variant="light" color="yellow" tt="none" styles={WRAPS} leftSection={<CircleHelp size={12} aria-hidden />}>{t('consent.party.unaccredited')}</Badge>;
}

/** Who it is: what they call themselves, their address, and what the network says of them. */
export function Party({ party }: { party: PartyView }) {
  const name = party.name?.trim();
  return (
    <div style={{ minWidth: 0 }}>
      {name && <Text size="sm" fw={600} className="ph-wrap" lineClamp={3} title={name}>{name}</Text>}
      <Group gap={6} mt={2}><Addr address={party.address} /><PartyBadge party={party} /></Group>
    </div>
  );
}
