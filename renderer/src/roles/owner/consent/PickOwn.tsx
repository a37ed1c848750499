import { Checkbox, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import type { OwnDataset, RecordingView } from '../../../../../shared/api/owner.ts';
import type { RecordView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { channelName, listOf } from '../../../components/consent/words.ts';
import { recordTitle } from '../../../components/consent/record-words.ts';
import { VirtualList } from '../../../components/consent/VirtualList.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { day } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive, type Live } from '../../../stores/live.ts';
import { datasetTitle } from '../dataset-words.ts';
import { useRecords } from './use-records.ts';

type PickProps<K> = { label: string; chosen: K[]; onChange(chosen: K[]): void };

/** Things of one's own to tick, none ticked at first; nothing where there are none. */
function Pick<T, K extends string | number>({ label, live, keyOf, title, about, chosen, onChange, empty }: PickProps<K> & { live: Live<T[]>; keyOf(it: T): K; title(it: T): string; about(it: T): ReactNode; empty: boolean }) {
  const id = useId();
  if (!live.data) return <ErrorBox error={live.error} onRetry={live.reload} />;
  if (live.data.length === 0) return empty ? <div><Text size="sm" fw={600}>{label}</Text><Text size="sm" c="dimmed">{t('records.link.choose.none')}</Text></div> : null;
  return (
    <div role="group" aria-labelledby={id}>
      <Text size="sm" fw={600} mb={6} id={id}>{label}</Text>
      <VirtualList rows={live.data} rowKey={keyOf} label={label} maxHeight={240} estimate={46} gap={8}>
        {(it) => { const key = keyOf(it); return <Checkbox checked={chosen.includes(key)} onChange={(e) => onChange(e.currentTarget.checked ? [...chosen, key] : chosen.filter((k) => k !== key))} label={<span className="ph-wrap">{title(it)}</span>} description={about(it)} />; }}
      </VirtualList>
    </div>
  );
}

const aboutRecording = (r: RecordingView): string => [r.startedAt !== null && day(r.startedAt), listOf(r.channels.map((c) => channelName(c.name)))].filter(Boolean).join(' · ');

export function PickRecordings(props: PickProps<string>) {
  const live = useLive(['owner', 'recordings'], () => api.owner.recordings.query(), ['recordings']);
  return <Pick {...props} live={live} keyOf={(r: RecordingView) => r.id} title={(r) => r.title} about={aboutRecording} empty />;
}
export function PickDatasets(props: PickProps<number>) {
  const live = useLive(['owner', 'datasets'], () => api.owner.datasets.query(), ['datasets', 'publications']);
  return <Pick {...props} live={{ ...live, data: live.data?.filter((d) => d.status !== 'withdrawn' && !d.erased) }} keyOf={(d: OwnDataset) => d.id} title={datasetTitle} about={(d) => t('owner.dataset.number', { id: String(d.id) })} empty={false} />;
}
export function PickRecords(props: PickProps<number>) {
  const live = useRecords();
  return <Pick<RecordView, number> {...props} live={{ ...live, data: live.data?.filter((r) => r.state === 'stored') }} keyOf={(r: RecordView) => r.recordId} title={recordTitle} about={(r: RecordView) => day(r.issuedAt)} empty={false} />;
}
