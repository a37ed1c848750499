import { Table, Text } from '@mantine/core';
import type { KeeperReputation } from '../../../../shared/api/owner.ts';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { native, number, percent } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

type Props = { online: boolean | null; reputation: KeeperReputation; stake?: string; uptime?: number | null };

export function KeeperHeads({ stake = false }: { stake?: boolean }) {
  return (
    <>
      <Table.Th>{t('owner.keepers.col.online')}</Table.Th>
      <Table.Th>{t('owner.keepers.col.reputation')}</Table.Th>
      {stake && <Table.Th ta="end">{t('owner.keepers.col.stake')}</Table.Th>}
      {stake && <Table.Th ta="end">{t('owner.keepers.col.uptime')}</Table.Th>}
    </>
  );
}

/** What is known of a keeper, always in the same words. */
export function KeeperCells({ online, reputation: r, stake, uptime }: Props) {
  return (
    <>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{online === null ? <Text size="sm" c="dimmed">{t('owner.keepers.unprobed')}</Text> : <StatusBadge status={online ? 'online' : 'offline'} />}</Table.Td>
      <Table.Td>
        <Text size="sm" fw={600} className="ph-num">{r.score === null ? t('owner.keepers.new') : t('owner.keepers.score', { score: number(r.score, 0) })}</Text>
        <Text size="xs" c="dimmed" className="ph-num">{t('owner.keepers.history', { released: r.released, missed: r.missed, disputed: r.disputed })}</Text>
      </Table.Td>
      {stake !== undefined && <Table.Td ta="end"><Text size="sm" className="ph-num">{native(stake)}</Text></Table.Td>}
      {uptime !== undefined && <Table.Td ta="end"><Text size="sm" className="ph-num">{uptime === null ? '–' : percent(uptime)}</Text></Table.Td>}
    </>
  );
}
