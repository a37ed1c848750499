import { Button, Group, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { Archive, History } from 'lucide-react';
import { useMemo, useState } from 'react';
import { PURPOSES, type PurposeTerm } from '../../../../../shared/domain/purpose.ts';
import type { Hex } from '../../../../../shared/domain/chain.ts';
import { api } from '../../../api/client.ts';
import { traceKey } from '../../../app/history/merge-trace.ts';
import { useTracePages } from '../../../app/history/use-trace-pages.ts';
import { JobOutcome } from '../../../components/consent/JobOutcome.tsx';
import { partyName, purposeTitle } from '../../../components/consent/words.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { t } from '../../../i18n/index.ts';
import { useJob } from '../../../stores/jobs.ts';
import { Panel } from '../Panel.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { CONSENT_KINDS, filterOf, NO_FILTER, partiesOf, type ConsentKind, type HistoryDraft } from './history-filter.ts';
import { HISTORY_COLUMNS } from './history-columns.tsx';
import { useGrants, useRequests } from './use-consent.ts';

const KINDS = Object.keys(CONSENT_KINDS) as ConsentKind[];

/** Who did what with my consent, when, what for: as the chain has it, filtered by each of these. */
export function ConsentHistoryPage() {
  const [draft, setDraft] = useState<HistoryDraft>(NO_FILTER);
  const [exporting, setExporting] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const set = (part: Partial<HistoryDraft>) => setDraft((d) => ({ ...d, ...part }));
  const grants = useGrants();
  const requests = useRequests();
  const parties = useMemo(() => partiesOf(grants.data ?? [], requests.data ?? []), [grants.data, requests.data]);
  const filter = useMemo(() => filterOf(draft), [draft]);
  const { rows, total, error, more, reload } = useTracePages('consent.trace', filter, (question) => api.consent.trace.query(question), ['history', 'consent', 'records', 'studies']);
  const narrowed = Object.keys(filter).length > 0;
  const clear = () => setDraft(NO_FILTER);
  return (
    <ConsentPage title={t('consent.history.title')} subtitle={t('consent.history.subtitle')} actions={<Button variant="default" leftSection={<Archive size={16} aria-hidden />} onClick={() => setExporting(true)}>{t('consent.export.open')}</Button>}>
      <Stack gap="lg">
        {job && <Panel padding="sm"><JobOutcome job={job} /></Panel>}
        <Group align="flex-end" gap="sm">
          <Select label={t('consent.history.who')} placeholder={t('consent.history.who.all')} data={parties.map((p) => ({ value: p.address, label: partyName(p) }))} value={draft.who} onChange={(v) => set({ who: v as Hex | null })} clearable searchable limit={50} w={210} />
          <MultiSelect label={t('consent.history.kind')} placeholder={draft.kinds.length === 0 ? t('consent.history.kind.all') : undefined} data={KINDS.map((value) => ({ value, label: t(`consent.history.kind.${value}`) }))} value={draft.kinds} onChange={(v) => set({ kinds: v as ConsentKind[] })} clearable w={230} />
          <Select label={t('consent.history.purpose')} placeholder={t('consent.history.purpose.all')} data={PURPOSES.map((value) => ({ value, label: purposeTitle(value) }))} value={draft.purpose} onChange={(v) => set({ purpose: v as PurposeTerm | null })} clearable w={200} />
          <TextInput type="date" label={t('consent.history.from')} value={draft.from} onChange={(e) => set({ from: e.currentTarget.value })} w={150} />
          <TextInput type="date" label={t('consent.history.to')} value={draft.to} onChange={(e) => set({ to: e.currentTarget.value })} w={150} />
          <TextInput label={t('consent.history.dataset')} inputMode="numeric" value={draft.dataset} onChange={(e) => set({ dataset: e.currentTarget.value })} w={130} />
          {(narrowed || draft.dataset !== '') && <Button variant="subtle" onClick={clear}>{t('consent.history.clear')}</Button>}
          {rows && rows.length > 0 && <Text size="sm" c="dimmed" ml="auto" pb={8} role="status" className="ph-num">{t('consent.history.count', { count: total })}</Text>}
        </Group>
        <ErrorBox error={error} onRetry={reload} />
        {rows === undefined ? (error ? null : <Loading />)
          : rows.length === 0
            ? narrowed ? <Empty icon={<History size={26} />} title={t('consent.history.none.title')} text={t('consent.history.none.text')} action={<Button variant="default" onClick={clear}>{t('consent.history.clear')}</Button>} /> : <Empty icon={<History size={26} />} title={t('consent.history.empty.title')} text={t('consent.history.empty.text')} />
            : <DataTable rows={rows} columns={HISTORY_COLUMNS} rowKey={traceKey} label={t('consent.history.table')} height={680} rowHeight={62} total={total} onEnd={more} />}
      </Stack>
      {exporting && <ExportDialog onClose={() => setExporting(false)} onStarted={setJobId} />}
    </ConsentPage>
  );
}
