import { Alert, Anchor, Button, Checkbox, Select, Stack, Text, Textarea } from '@mantine/core';
import { Siren, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { EmergencyIn, type EmergencyView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJob } from '../../../stores/jobs.ts';
import { useLive } from '../../../stores/live.ts';
import { Section } from '../dataset/Section.tsx';
import { HeldFrame } from './HeldFrame.tsx';
import { RoleGate } from './RoleGate.tsx';

const REASON_MAX = 400;
const nameOf = (d: { datasetId: number; title: string | null }): string => d.title?.trim() || t('grantee.emergency.untitled', { id: `#${d.datasetId}` });

/** An institution's access without consent: what it does, what is logged, and what was opened. */
export function EmergencyPage() {
  return (
    <HeldFrame title={t('grantee.emergency.title')} subtitle={t('grantee.emergency.subtitle')}>
      <RoleGate roles={['institution', 'provider']}><Stack gap="lg"><Form /><Opened /></Stack></RoleGate>
    </HeldFrame>
  );
}

function Form() {
  const readable = useLive(['records', 'emergencyReadable'], () => api.records.emergencyReadable.query(), ['records', 'consent']);
  const [dataset, setDataset] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [understood, setUnderstood] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const input = EmergencyIn.safeParse({ datasetId: dataset === null ? -1 : Number(dataset), reason: reason.trim() });
  const open = useAct(async () => {
    if (!input.success) return;
    setJobId((await api.records.emergency.mutate(input.data)).jobId);
    setConfirming(false);
    setReason('');
    setUnderstood(false);
  });
  const chosen = readable.data?.find((d) => String(d.datasetId) === dataset);
  return (
    <Section title={t('grantee.emergency.open')}>
      <Stack gap="md" maw={720}>
        <Alert color="red" variant="light" icon={<TriangleAlert size={20} aria-hidden />}>{t('grantee.emergency.warn')}</Alert>
        <Loaded live={readable} empty={<Text size="sm" c="dimmed">{t('grantee.emergency.dataset.none')}</Text>}>
          {(rows) => (
            <form onSubmit={(e) => { e.preventDefault(); if (input.success && understood) setConfirming(true); }}>
              <Stack gap="md">
                <Select label={t('grantee.emergency.dataset')} data={rows.map((d) => ({ value: String(d.datasetId), label: `#${d.datasetId} ${nameOf(d)}` }))} value={dataset} onChange={setDataset} searchable limit={50} />
                <Textarea label={t('grantee.emergency.reason')} description={t('grantee.emergency.reason.text')} value={reason} maxLength={REASON_MAX} autosize minRows={3} onChange={(e) => setReason(e.currentTarget.value)} />
                <Checkbox checked={understood} onChange={(e) => setUnderstood(e.currentTarget.checked)} label={t('grantee.emergency.understood')} />
                <Button type="submit" color="red.8" leftSection={<Siren size={16} aria-hidden />} disabled={!input.success || !understood} style={{ alignSelf: 'flex-start' }}>{t('grantee.emergency.open')}</Button>
              </Stack>
            </form>
          )}
        </Loaded>
        {job && <JobLine job={job} />}
      </Stack>
      <ConfirmAct
        opened={confirming} onClose={() => { setConfirming(false); open.clear(); }} danger title={t('grantee.emergency.confirm.title')} sentences={[t('grantee.emergency.confirm.what', { title: chosen ? nameOf(chosen) : '', reason: reason.trim() }), t('grantee.emergency.warn')]} costs={[]}
        confirm={t('grantee.emergency.confirm')} onConfirm={() => void open.run()} busy={open.busy} error={open.error}
      />
    </Section>
  );
}

function Opened() {
  const opened = useLive(['records', 'opened'], () => api.records.opened.query(), ['records', 'purchases', 'history']);
  const columns = useMemo(() => [
    { key: 'what', header: t('grantee.emergency.dataset'), width: 'minmax(160px, 1.2fr)', cell: (e: EmergencyView) => <Text size="sm" fw={600} className="ph-wrap">{nameOf({ datasetId: e.datasetId, title: e.datasetTitle })}</Text> },
    { key: 'why', header: t('grantee.emergency.reason'), width: 'minmax(200px, 2fr)', cell: (e: EmergencyView) => <Text size="sm" className="ph-wrap">{e.reason ?? '–'}</Text> },
    { key: 'when', header: t('records.emergency.col.when'), width: 140, cell: (e: EmergencyView) => <Text size="sm" title={dateTime(e.at)}>{ago(e.at)}</Text> },
    { key: 'state', header: t('records.emergency.col.state'), width: 190, cell: (e: EmergencyView) => <><StatusBadge status={e.status} label={t(`records.emergency.status.${e.status}`)} /><Text size="xs" c="dimmed" mt={2}>{e.contestedAt === null ? t('records.emergency.released', { released: e.released, threshold: e.threshold }) : t('records.emergency.contested', { ago: ago(e.contestedAt) })}</Text></> },
    { key: 'open', header: t('grantee.emergency.data'), width: 150, cell: (e: EmergencyView) => <Anchor component={Link} href={`/purchases/${e.accessId}`} size="sm">{t('grantee.emergency.data')}</Anchor> },
  ], []);
  return (
    <Section title={t('grantee.emergency.list')}>
      <Loaded live={opened} empty={<Text size="sm" c="dimmed">{t('grantee.emergency.list.none')}</Text>}>
        {(rows) => <DataTable rows={rows} columns={columns} rowKey={(e) => e.accessId} label={t('grantee.emergency.list')} height={420} rowHeight={64} />}
      </Loaded>
    </Section>
  );
}
