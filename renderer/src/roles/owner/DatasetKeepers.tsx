import { Table } from '@mantine/core';
import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { Addr } from '../../components/Addr.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { hasKey, t } from '../../i18n/index.ts';
import { KeeperCells, KeeperHeads } from './KeeperCells.tsx';

const seatText = (status: string): string | undefined => { const key = `owner.seat.${status}`; return hasKey(key) ? t(key) : undefined; };

export function DatasetKeepers({ keepers }: { keepers: OwnDatasetDetail['keepers'] }) {
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('owner.dataset.keepers')}>
      <Table verticalSpacing="xs" miw={600}>
        <Table.Thead><Table.Tr><Table.Th>{t('owner.keepers.col.keeper')}</Table.Th><Table.Th>{t('owner.keepers.col.share')}</Table.Th><KeeperHeads /></Table.Tr></Table.Thead>
        <Table.Tbody>
          {keepers.map((k) => (
            <Table.Tr key={k.index}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}><Addr address={k.address} /></Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}><StatusBadge status={k.status} label={seatText(k.status)} /></Table.Td>
              <KeeperCells online={k.online} reputation={k.reputation} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
