import { Alert, Anchor, Badge, Button, Checkbox, Group, Loader, Stack, Text, TextInput, Title } from '@mantine/core';
import { Bluetooth, BluetoothOff, Circle, RotateCw, SearchX } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { MAX_DEVICES, type CaptureState, type DeviceView } from '../../../../../shared/api/capture.ts';
import type { ErrorView } from '../../../../../shared/api/common.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { Panel } from '../Panel.tsx';
import css from './capture.module.css';
import { Signal } from './Signal.tsx';

const SCAN_SECONDS = 60;
const TITLE_MAX = 80;

/** What is near, what of it can be recorded, and one press that connects one or two of them. */
export function DeviceList({ state }: { state: CaptureState }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [title, setTitle] = useState('');
  const scan = useAct(async (on: boolean) => { if (on) await api.capture.scan.mutate({ seconds: SCAN_SECONDS }); else await api.capture.stopScan.mutate(); });
  const start = useAct(async (devices: string[]) => { await api.capture.start.mutate({ devices, ...(title.trim() ? { title: title.trim() } : {}) }); setChosen([]); setTitle(''); });
  const busy = new Set(state.captures.filter((c) => !c.simulated).map((c) => c.id));
  const room = MAX_DEVICES - busy.size;
  const devices = chosen.filter((id) => state.devices.some((d) => d.id === id)).slice(0, room);
  const running = state.scan.running;
  const { problem } = state.adapter;
  const opening = state.adapter.state === 'opening';
  return (
    <Panel component="section" aria-labelledby="devices-title">
      <Group justify="space-between" gap="sm" mb="sm">
        <Group gap="sm">
          <Title order={2} size="h4" id="devices-title">{t('capture.devices.title')}</Title>
          {running && <Group gap={6} role="status"><Loader size={14} aria-hidden /><Text size="sm" c="dimmed">{t('capture.scan.running')}</Text></Group>}
        </Group>
        {!problem && <Button variant={running ? 'default' : state.devices.length === 0 ? 'filled' : 'light'} leftSection={<Bluetooth size={16} aria-hidden />} loading={scan.busy || opening} onClick={() => void scan.run(!running)}>{t(running ? 'capture.scan.stop' : 'capture.scan.start')}</Button>}
      </Group>
      <Stack gap="md">
        {problem ? <AdapterProblem problem={problem} busy={scan.busy || opening} onRetry={() => void scan.run(true)} /> : <ErrorBox error={scan.error} />}
        {!problem && state.devices.length === 0 && <Nothing running={running} asked={state.adapter.state === 'ready'} />}
        {state.devices.length > 0 && (
          <ul className={css.devices} aria-label={t('capture.devices.title')}>
            {state.devices.map((device) => {
              const on = devices.includes(device.id);
              return <Device key={device.id} device={device} chosen={on} full={!on && devices.length >= room} onChoose={(choose) => setChosen(choose ? [...devices, device.id] : devices.filter((id) => id !== device.id))} />;
            })}
          </ul>
        )}
        {devices.length > 0 && <TextInput label={t('capture.name')} description={t('capture.name.text')} value={title} maxLength={TITLE_MAX} onChange={(e) => setTitle(e.currentTarget.value)} maw={420} />}
        <ErrorBox error={start.error} />
        {state.devices.length > 0 && (
          <Group justify="space-between">
            <Text size="sm" c="dimmed">{room <= 0 ? t('capture.devices.full') : t('capture.devices.choose', { max: MAX_DEVICES })}</Text>
            <Button leftSection={<Circle size={14} fill="currentColor" aria-hidden />} disabled={devices.length === 0} loading={start.busy} onClick={() => void start.run(devices)}>{t('capture.start', { count: Math.max(1, devices.length) })}</Button>
          </Group>
        )}
        <Anchor component={Link} href="/owner/devices" size="sm">{t('device.list.look')}</Anchor>
      </Stack>
    </Panel>
  );
}

function Device({ device: d, chosen, full, onChoose }: { device: DeviceView; chosen: boolean; full: boolean; onChoose(chosen: boolean): void }) {
  const name = d.name ?? t('capture.device.unnamed');
  return (
    <li className={css.device} data-chosen={chosen || undefined}>
      <Checkbox checked={chosen} disabled={full} onChange={(e) => onChoose(e.currentTarget.checked)} label={<span className="ph-wrap">{name}</span>} description={d.supported ? d.offers.join(', ') : t('capture.device.unknown.text')} classNames={{ label: css.deviceLabel! }} miw={0} />
      <Group gap="sm" wrap="nowrap" style={{ flex: 'none' }}>
        <Badge variant={d.supported ? 'light' : 'default'} color={d.supported ? 'green' : 'gray'} tt="none" style={{ flex: 'none' }}>{t(d.supported ? 'capture.device.known' : 'capture.device.unknown')}</Badge>
        <Signal rssi={d.rssi} />
      </Group>
    </li>
  );
}

function Nothing({ running, asked }: { running: boolean; asked: boolean }) {
  return (
    <Stack gap={6} align="center" py="lg" c="dimmed">
      {running ? <Bluetooth size={28} aria-hidden /> : <SearchX size={28} aria-hidden />}
      <Text size="sm" ta="center" maw={460}>{t(running ? 'capture.devices.none.yet' : asked ? 'capture.devices.none' : 'capture.devices.first')}</Text>
    </Stack>
  );
}

/** Why there is no Bluetooth, and what to do about it on this system. */
function AdapterProblem({ problem, busy, onRetry }: { problem: ErrorView; busy: boolean; onRetry(): void }) {
  return (
    <Alert color="yellow" variant="light" icon={<BluetoothOff size={20} aria-hidden />} role="alert" title={<span className="ph-wrap">{problem.message}</span>}>
      <Stack gap="sm" align="flex-start">
        {problem.hint && <Text size="sm" className="ph-wrap">{problem.hint}</Text>}
        <Button size="xs" variant="default" leftSection={<RotateCw size={14} aria-hidden />} loading={busy} onClick={onRetry}>{t('shell.retry')}</Button>
      </Stack>
    </Alert>
  );
}
