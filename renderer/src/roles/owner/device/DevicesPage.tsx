import { Alert, Badge, Button, Group, List, Stack, Text, TextInput, Title } from '@mantine/core';
import { RefreshCw, ShieldCheck, Upload } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { KnownDevice } from '../../../../../shared/api/devices.ts';
import { api } from '../../../api/client.ts';
import { fileRefOf } from '../../../api/upload.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Page } from '../../../components/Page.tsx';
import { unitName } from '../../../components/PlotLegend.tsx';
import { number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { Panel } from '../Panel.tsx';
import { kindText } from '../recording-words.ts';

/** The signed list of validated hardware: what is trusted, what it measures, and why. */
export function DevicesPage() {
  const live = useLive(['devices'], () => api.devices.list.query(), ['recordings']);
  const [wanted, setWanted] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState<string | null>(null);
  const update = useAct(async (files: File[]) => {
    const signature = files.find((f) => f.name.endsWith('.sig'));
    const list = files.find((f) => f !== signature);
    if (!list) return;
    const refs = { list: await fileRefOf(list), ...(signature ? { signature: await fileRefOf(signature) } : {}) };
    const now = await api.devices.update.mutate(refs);
    setDone(t('device.list.now', { version: now.version }));
    live.reload();
  });
  const refresh = useAct(async () => { const now = await api.devices.refresh.mutate(); setDone(t('device.list.now', { version: now.version })); live.reload(); });
  const devices = live.data?.devices;
  const found = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    return [...(devices ?? [])].filter((d) => words.every((w) => `${d.manufacturer} ${d.model} ${d.channels.map((c) => kindText(c.kind)).join(' ')}`.toLowerCase().includes(w))).sort((a, b) => a.name.localeCompare(b.name));
  }, [devices, wanted]);
  const actions = (
    <Group gap="sm">
      <Button variant="default" leftSection={<Upload size={16} aria-hidden />} loading={update.busy} onClick={() => chooser.current?.click()}>{t('device.list.update')}</Button>
      <Button variant="default" leftSection={<RefreshCw size={16} aria-hidden />} loading={refresh.busy} onClick={() => void refresh.run()}>{t('device.list.refresh')}</Button>
    </Group>
  );
  return (
    <Page title={t('device.list.title')} subtitle={t('device.list.subtitle')} back={{ to: '/owner', label: t('owner.recordings.title') }} actions={actions}>
      <input ref={chooser} type="file" multiple hidden accept=".json,.sig" aria-label={t('device.list.update')} onChange={(e) => { void update.run([...(e.currentTarget.files ?? [])]); e.currentTarget.value = ''; }} />
      <ErrorBox error={update.error ?? refresh.error} />
      <Loaded live={live}>
        {(list) => (
          <Stack gap="lg">
            {list.problem && <Alert color="yellow" variant="light" role="alert" title={list.problem.message}>{list.problem.hint}</Alert>}
            <Group justify="space-between" align="flex-end">
              <TextInput label={t('device.list.search')} value={wanted} onChange={(e) => setWanted(e.currentTarget.value)} w={420} maw="100%" />
              <Text size="sm" c="dimmed" role="status" className="ph-num">{[done, t('device.list.version', { version: list.version, issued: list.issued, from: t(`device.list.from.${list.from}`) })].filter(Boolean).join(' ')}</Text>
            </Group>
            {found.length === 0
              ? <Empty icon={<ShieldCheck size={26} />} title={t('device.list.none')} text={t('device.list.none.text')} />
              : <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('device.list.title')}>{found.map((d) => <Device key={d.id} device={d} />)}</Stack>}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Device({ device: d }: { device: KnownDevice }) {
  return (
    <li>
      <Panel padding="md">
        <Group gap="xs" mb={4}>
          <Title order={2} size="h5" className="ph-wrap">{d.name}</Title>
          {d.level === 'maker' && <Badge tt="none" variant="default">{t('device.level.maker')}</Badge>}
        </Group>
        <Text size="sm" className="ph-wrap">{d.channels.map((c) => [kindText(c.kind), c.range && t('device.range', { from: number(c.range[0]), to: number(c.range[1]), unit: unitName(c.unit) }), c.rates].filter(Boolean).join(', ')).join(' · ')}</Text>
        <details>
          <Text component="summary" size="sm" c="dimmed" style={{ cursor: 'pointer' }}>{t('device.why')}</Text>
          <List size="sm" spacing={2} mt={4} className="ph-wrap">
            {d.evidence.map((e) => <List.Item key={e.source}>{t('device.evidence', { says: e.says, source: e.source })}</List.Item>)}
            {d.channels.filter((c) => c.note !== null).map((c) => <List.Item key={c.kind}>{t('device.note', { kind: kindText(c.kind), note: c.note! })}</List.Item>)}
          </List>
        </details>
      </Panel>
    </li>
  );
}
