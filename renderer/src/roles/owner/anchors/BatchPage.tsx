import { Stack, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useParams } from 'wouter';
import type { AnchorBatchView, AnchorLeafView } from '../../../../../shared/api/anchors.ts';
import { Addr } from '../../../components/Addr.tsx';
import { FactList } from '../../../components/consent/FactList.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import { badgeOf, isFirst, kindWord, leafName } from './anchor-words.ts';
import { AnchorFrame } from './AnchorFrame.tsx';
import { ReceiptButtons } from './ReceiptButtons.tsx';
import { ANCHORS } from './tabs.ts';
import { useBatch, useLeaves } from './use-anchors.ts';

/** One batch: as the chain has it, and what it is of. */
export function BatchPage() {
  const id = Number(useParams<{ id: string }>().id);
  const live = useBatch(id);
  const { rows, total, error, more, reload } = useLeaves(id);
  const anchored = live.data?.state === 'anchored';
  const columns = useMemo(() => [
    { key: 'index', header: t('anchors.leaves.col.index'), width: 65, align: 'end' as const, cell: (l: AnchorLeafView) => number(l.index) },
    { key: 'what', header: t('anchors.leaves.col.what'), width: 'minmax(130px, 1fr)', cell: (l: AnchorLeafView) => <><Text size="sm" fw={600} className="ph-wrap">{leafName(l)}</Text><Text size="xs" c="dimmed">{kindWord(l.kind)}</Text></> },
    { key: 'receipt', header: t('anchors.leaves.col.receipt'), width: 205, cell: (l: AnchorLeafView) => (anchored ? <ReceiptButtons kind={l.kind} refOf={l.ref} what={leafName(l)} small /> : null) },
  ], [anchored]);
  return (
    <AnchorFrame title={t('anchors.batch.title', { id: String(id) })} documentTitle={t('anchors.batch.documentTitle')} back={{ to: ANCHORS, label: t('anchors.title') }} subtitle={live.data && <StatusBadge status={badgeOf(live.data.state)} label={t(`anchors.state.${live.data.state}`)} />}>
      <Loaded live={live}>
        {(batch) => (
          <Stack gap="lg">
            <Facts batch={batch} />
            <section aria-labelledby="leaves-title">
              <Title order={2} size="h4" mb="xs" id="leaves-title">{t('anchors.leaves')}</Title>
              <Text size="sm" c="dimmed" mb="md" maw={760}>{t('anchors.receipt.how')}</Text>
              <Loaded live={{ data: rows, error, loading: rows === undefined, reload }}>
                {(leaves) => <DataTable rows={leaves} columns={columns} rowKey={(l) => l.index} total={total} onEnd={more} label={t('anchors.leaves.table')} height={560} rowHeight={64} />}
              </Loaded>
            </section>
          </Stack>
        )}
      </Loaded>
    </AnchorFrame>
  );
}

function Facts({ batch: b }: { batch: AnchorBatchView }) {
  const none = t('anchors.batch.none');
  return (
    <Panel component="section" aria-labelledby="facts-title">
      <Title order={2} size="h4" mb="sm" id="facts-title">{t('anchors.batch.facts')}</Title>
      <FactList facts={[
        { name: t('anchors.col.count'), value: number(b.count) },
        { name: t('anchors.batch.made'), value: dateTime(b.madeAt) },
        { name: t('anchors.batch.anchored'), value: b.anchoredAt === null ? none : dateTime(b.anchoredAt) },
        { name: t('anchors.batch.root'), value: <Addr address={b.root} /> },
        { name: t('anchors.col.previous'), value: b.previous === null ? none : isFirst(b.previous) ? t('anchors.previous.first') : <Addr address={b.previous} /> },
        { name: t('anchors.batch.sequence'), value: b.sequence === null ? none : t('anchors.batch.number', { id: b.sequence }) },
        { name: t('anchors.batch.account'), value: <Addr address={b.account} /> },
        { name: t('anchors.col.tx'), value: b.tx ? <Addr address={b.tx} /> : none },
        { name: t('anchors.batch.block'), value: b.block === null ? none : number(b.block) },
        { name: t('anchors.batch.gas'), value: b.gas === null ? none : number(b.gas) },
      ]} />
      <Text size="sm" c="dimmed" mt="sm" maw={760}>{t('anchors.batch.chained')}</Text>
    </Panel>
  );
}
