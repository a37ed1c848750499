import { Anchor as TextLink, Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { Anchor } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { AnchorBatchView, AnchorState } from '../../../../../shared/api/anchors.ts';
import { api } from '../../../api/client.ts';
import { Addr } from '../../../components/Addr.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Stat } from '../../../components/Stat.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { RunningJobs } from '../RunningJobs.tsx';
import { badgeOf, freshParts, isFirst } from './anchor-words.ts';
import { AnchorDialog } from './AnchorDialog.tsx';
import { AnchorFrame } from './AnchorFrame.tsx';
import { ANCHORS } from './tabs.ts';
import { useAnchorState, useBatches } from './use-anchors.ts';

/** What is anchored, batch by batch, and what waits for the next one. */
export function AnchorsPage() {
  const [, go] = useLocation();
  const state = useAnchorState();
  const { rows, total, error, more, reload } = useBatches();
  const [asking, setAsking] = useState(false);
  const columns = useMemo(() => [
    { key: 'batch', header: t('anchors.col.batch'), width: 90, cell: (b: AnchorBatchView) => <Text size="sm" fw={600}>{number(b.id)}</Text> },
    { key: 'count', header: t('anchors.col.count'), width: 95, align: 'end' as const, cell: (b: AnchorBatchView) => number(b.count) },
    { key: 'when', header: t('anchors.col.when'), width: 'minmax(130px, 1fr)', cell: (b: AnchorBatchView) => <Text size="sm" title={dateTime(b.anchoredAt ?? b.madeAt)}>{ago(b.anchoredAt ?? b.madeAt)}</Text> },
    { key: 'state', header: t('anchors.col.state'), width: 135, cell: (b: AnchorBatchView) => <StatusBadge status={badgeOf(b.state)} label={t(`anchors.state.${b.state}`)} /> },
    { key: 'tx', header: t('anchors.col.tx'), width: 'minmax(150px, 1fr)', cell: (b: AnchorBatchView) => (b.tx ? <Addr address={b.tx} /> : null) },
    { key: 'previous', header: t('anchors.col.previous'), width: 'minmax(150px, 1fr)', cell: (b: AnchorBatchView) => (b.previous === null ? null : isFirst(b.previous) ? <Text size="sm" c="dimmed">{t('anchors.previous.first')}</Text> : <Addr address={b.previous} />) },
  ], []);
  const parts = state.data ? freshParts(state.data) : [];
  // A batch that did not get through is sent again by the same press.
  const unsent = rows?.some((b) => b.state === 'made') ?? false;
  const now = <Button leftSection={<Anchor size={16} aria-hidden />} onClick={() => setAsking(true)} disabled={parts.length === 0 && !unsent}>{t('anchors.now')}</Button>;
  return (
    <AnchorFrame title={t('anchors.title')} subtitle={t('anchors.subtitle')} actions={now}>
      <Stack gap="lg">
        <Loaded live={state}>{(it) => <Waiting state={it} />}</Loaded>
        <RunningJobs kinds={['anchor']} />
        <Loaded live={{ data: rows, error, loading: rows === undefined, reload }} empty={<Empty icon={<Anchor size={26} />} title={t('anchors.empty.title')} text={t('anchors.empty.text')} action={parts.length > 0 && now} />}>
          {(list) => <DataTable rows={list} columns={columns} rowKey={(b) => b.id} total={total} onEnd={more} onOpen={(b) => go(`${ANCHORS}/batches/${b.id}`)} label={t('anchors.table')} height={640} rowHeight={52} />}
        </Loaded>
      </Stack>
      {asking && <AnchorDialog title={t('anchors.now.title')} what={parts.length > 0 ? t('anchors.now.what', { what: parts.join(', ') }) : t('anchors.now.finish')} start={() => api.anchors.anchorAll.mutate()} onClose={() => setAsking(false)} />}
    </AnchorFrame>
  );
}

function Waiting({ state: s }: { state: AnchorState }) {
  const fresh = freshParts({ fresh: s.fresh, waiting: 0 });
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Stat label={t('anchors.stat.new')} value={number(s.fresh.recordings + s.fresh.entries)} hint={fresh.length > 0 ? fresh.join(', ') : t('anchors.nothing')} />
      <Stat label={t('anchors.stat.waiting')} value={number(s.waiting)} hint={s.since === null ? undefined : t('anchors.stat.waiting.since', { ago: ago(s.since) })} />
      <Stat label={t('anchors.stat.batches')} value={number(s.batches)} />
      <Stat label={t('anchors.stat.automatic')} value={t(s.automatic ? 'anchors.stat.automatic.on' : 'anchors.stat.automatic.off')} hint={<TextLink component={Link} href="/settings" size="xs" underline="always">{t('anchors.stat.automatic.change')}</TextLink>} />
    </SimpleGrid>
  );
}
