import { Text, Title } from '@mantine/core';
import { Send } from 'lucide-react';
import type { ReleaseView } from '../../../../shared/api/keeper.ts';
import { Coins } from '../../components/Coins.tsx';
import { DataTable } from '../../components/DataTable.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { ago, dateTime, native } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { kindName, titleOf } from './keeper-words.ts';
import { Pending } from './Pending.tsx';
import { useOverview, useReleases } from './use-keeper.ts';

export function ReleasesPage() {
  const overview = useOverview();
  const releases = useReleases();
  const waiting = overview.data?.pending.length ?? 0;
  return (
    <Page title={t('keeper.releases.title')} subtitle={t('keeper.releases.subtitle')}>
      {overview.data && waiting > 0 && <Pending overview={overview.data} />}
      <Loaded live={releases} empty={waiting > 0 ? null : <Empty icon={<Send size={26} />} title={t('keeper.releases.empty.title')} text={t('keeper.releases.empty.text')} />}>
        {(rows) => (
          <section aria-labelledby="keeper-past">
            <Title order={2} size="h4" mb="sm" id="keeper-past">{t('keeper.releases.past')}</Title>
            <DataTable<ReleaseView>
              label={t('keeper.releases.past')} rows={rows} rowKey={(r) => `${r.accessId}:${r.index}`}
              columns={[
                { key: 'dataset', header: t('keeper.releases.col.dataset'), width: 'minmax(180px, 2fr)', cell: (r) => <Text size="sm" fw={600} truncate title={titleOf(r)}>{titleOf(r)}</Text> },
                { key: 'kind', header: t('keeper.releases.col.kind'), width: 120, cell: (r) => <Text size="sm">{kindName(r.kind)}</Text> },
                { key: 'when', header: t('keeper.releases.col.when'), width: 140, sort: (a, b) => a.at - b.at, cell: (r) => <Text size="sm" title={dateTime(r.at)}>{ago(r.at)}</Text> },
                { key: 'status', header: t('keeper.releases.col.status'), width: 130, cell: (r) => <StatusBadge status={r.status} label={t(`keeper.releases.status.${r.status}`)} /> },
                { key: 'fee', header: t('keeper.releases.col.fee'), width: 120, align: 'end', cell: (r) => (r.fee === null ? '–' : <Coins amount={r.fee} fz="sm" />) },
                { key: 'cost', header: t('keeper.releases.col.cost'), width: 120, align: 'end', cell: (r) => <Text size="sm">{r.cost === null || r.cost === '0' ? '–' : native(r.cost)}</Text> },
              ]}
            />
          </section>
        )}
      </Loaded>
    </Page>
  );
}
