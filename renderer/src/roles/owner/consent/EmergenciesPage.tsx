import { Button, Stack, Switch, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { OwnDataset } from '../../../../../shared/api/owner.ts';
import type { EmergencyView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { partyName } from '../../../components/consent/words.ts';
import { VirtualList } from '../../../components/consent/VirtualList.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { datasetTitle } from '../dataset-words.ts';
import { Panel } from '../Panel.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { ContestDialog } from './ContestDialog.tsx';
import { MarkDialog } from './MarkDialog.tsx';

/** What may be opened in an emergency, and what was. */
export function EmergenciesPage() {
  const emergencies = useLive(['consent', 'emergencies'], () => api.consent.emergencies.query(), ['consent', 'history']);
  const [contesting, setContesting] = useState<EmergencyView | null>(null);
  const columns = useMemo(() => [
    { key: 'who', header: t('records.emergency.col.who'), width: 'minmax(190px, 1.3fr)', cell: (e: EmergencyView) => <Party party={e.institution} /> },
    { key: 'what', header: t('records.emergency.col.what'), width: 'minmax(150px, 1fr)', cell: (e: EmergencyView) => <Text size="sm" className="ph-wrap">{e.datasetTitle ?? t('consent.history.data', { id: `#${e.datasetId}` })}</Text> },
    { key: 'why', header: t('records.emergency.col.why'), width: 'minmax(200px, 2fr)', cell: (e: EmergencyView) => <Text size="sm" className="ph-wrap" c={e.reason === null ? 'dimmed' : undefined}>{e.reason ?? t('records.emergency.reason.sealed')}</Text> },
    { key: 'when', header: t('records.emergency.col.when'), width: 140, sort: (a: EmergencyView, b: EmergencyView) => a.at - b.at, cell: (e: EmergencyView) => <Text size="sm" title={dateTime(e.at)}>{ago(e.at)}</Text> },
    { key: 'state', header: t('records.emergency.col.state'), width: 190, cell: (e: EmergencyView) => <><StatusBadge status={e.status} label={t(`records.emergency.status.${e.status}`)} /><Text size="xs" c="dimmed" mt={2}>{e.contestedAt === null ? t('records.emergency.released', { released: e.released, threshold: e.threshold }) : t('records.emergency.contested', { ago: ago(e.contestedAt) })}</Text></> },
    { key: 'act', header: t('records.emergency.col.act'), width: 130, cell: (e: EmergencyView) => (e.contestedAt === null ? <Button size="compact-sm" variant="default" onClick={() => setContesting(e)} aria-label={t('records.emergency.contest.label', { who: partyName(e.institution) })}>{t('records.emergency.contest')}</Button> : null) },
  ], []);
  return (
    <ConsentPage title={t('records.emergency.title')} subtitle={t('records.emergency.subtitle')}>
      <Stack gap="lg">
        <section aria-labelledby="opened-title">
          <Title order={2} size="h4" mb="sm" id="opened-title">{t('records.emergency.list')}</Title>
          <Loaded live={emergencies} empty={<Text size="sm" c="dimmed">{t('records.emergency.none')}</Text>}>
            {(rows) => <DataTable rows={rows} columns={columns} rowKey={(e) => e.accessId} label={t('records.emergency.list')} height={460} rowHeight={76} />}
          </Loaded>
        </section>
        <Readable />
      </Stack>
      {contesting && <ContestDialog emergency={contesting} onClose={() => setContesting(null)} />}
    </ConsentPage>
  );
}

/** Which datasets an institution may open without asking; nothing is marked unless the person marks it. */
function Readable() {
  const datasets = useLive(['owner', 'datasets'], () => api.owner.datasets.query(), ['datasets', 'publications']);
  const readable = useLive(['records', 'emergencyReadable'], () => api.records.emergencyReadable.query(), ['records', 'consent']);
  const [marking, setMarking] = useState<{ dataset: OwnDataset; readable: boolean } | null>(null);
  const marked = useMemo(() => new Set((readable.data ?? []).map((r) => r.datasetId)), [readable.data]);
  const listed = (all: OwnDataset[]) => all.filter((d) => d.status !== 'withdrawn' || marked.has(d.id));
  return (
    <Panel component="section" aria-labelledby="readable-title">
      <Title order={2} size="h4" mb={4} id="readable-title">{t('records.emergency.readable.title')}</Title>
      <Text size="sm" c="dimmed" mb="md" maw={760}>{t('records.emergency.readable.text')}</Text>
      <Loaded live={datasets} isEmpty={(all) => listed(all).length === 0} empty={<Text size="sm" c="dimmed">{t('records.emergency.readable.none')}</Text>}>
        {(all) => (
          <Loaded live={readable}>
            {() => (
              <VirtualList rows={listed(all)} rowKey={(d) => d.id} label={t('records.emergency.readable.title')} maxHeight={420} estimate={50} gap={12}>
                {(d) => <Switch checked={marked.has(d.id)} onChange={() => setMarking({ dataset: d, readable: !marked.has(d.id) })} aria-label={t('records.emergency.mark', { title: datasetTitle(d) })} label={<span className="ph-wrap">{datasetTitle(d)}</span>} description={t(marked.has(d.id) ? 'records.emergency.on' : 'records.emergency.off')} />}
              </VirtualList>
            )}
          </Loaded>
        )}
      </Loaded>
      {marking && <MarkDialog {...marking} onClose={() => setMarking(null)} onDone={() => { setMarking(null); readable.reload(); }} />}
    </Panel>
  );
}
