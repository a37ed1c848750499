import { Text } from '@mantine/core';
import { BadgeCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RoleName } from '../../../../../shared/domain/chain.ts';
import { listOf, roleWord } from '../../../components/consent/words.ts';
import { Empty } from '../../../components/Empty.tsx';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../stores/session.ts';

/** Shows what it holds only to the roles that the chain lets do it, and says why to everybody else. */
export function RoleGate({ roles, children }: { roles: readonly RoleName[]; children: ReactNode }) {
  const mine = useSession().roles;
  if (mine.some((role) => roles.includes(role))) return children;
  return (
    <Empty
      icon={<BadgeCheck size={26} />} title={t('grantee.gate.title', { roles: listOf(roles.map(roleWord)) })} text={t('grantee.gate.text')}
      action={<Text size="sm" c="dimmed" ta="center">{mine.length > 0 ? t('grantee.gate.yours', { roles: listOf(mine.map(roleWord)) }) : t('grantee.gate.none')}</Text>}
    />
  );
}
