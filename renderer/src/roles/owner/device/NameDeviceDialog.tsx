import { Anchor, Button, Group, List, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { RecordingDetail } from '../../../../../shared/api/owner.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';

/** The owner says which device it was: a claim, which the values are held against. */
export function NameDeviceDialog({ recording: r, onClose }: { recording: RecordingDetail; onClose(): void }) {
  const list = useLive(['devices'], () => api.devices.list.query(), ['recordings']);
  const [chosen, setChosen] = useState<string | null>(r.device.how === 'named' ? r.device.id : null);
  const name = useAct(async (device: string | null) => { await api.devices.name.mutate({ recordingId: r.id, device }); onClose(); });
  const model = list.data?.devices.find((d) => d.id === chosen);
  return (
    <Modal opened onClose={onClose} title={t('device.name.title')} closeButtonProps={{ 'aria-label': t('owner.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); if (chosen !== null) void name.run(chosen); }}>
        <Stack gap="md">
          <Text size="sm">{t('device.name.text')}</Text>
          <Loaded live={list}>
            {({ devices }) => <Select label={t('device.name.field')} searchable clearable clearButtonProps={{ 'aria-label': t('device.name.clear') }} value={chosen} onChange={setChosen} nothingFoundMessage={t('device.name.missing')} maxDropdownHeight={280} data={groups(devices)} data-autofocus />}
          </Loaded>
          {model && (
            <div>
              <Text size="sm" fw={600}>{t('device.why')}</Text>
              <List size="sm" spacing={2} className="ph-wrap">{model.evidence.map((e) => <List.Item key={e.source}>{t('device.evidence', { says: e.says, source: e.source })}</List.Item>)}</List>
            </div>
          )}
          <Anchor href="#/owner/devices" size="sm">{t('device.list.look')}</Anchor>
          <ErrorBox error={name.error} />
          <Group justify="flex-end">
            {r.device.how === 'named' && <Button variant="default" loading={name.busy} onClick={() => void name.run(null)}>{t('device.name.back')}</Button>}
            <Button variant="default" onClick={onClose}>{t('owner.cancel')}</Button>
            <Button type="submit" disabled={chosen === null || chosen === r.device.id} loading={name.busy}>{t('device.name.do')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** By manufacturer, as one looks for it. */
function groups(devices: { id: string; name: string; manufacturer: string }[]): { group: string; items: { value: string; label: string }[] }[] {
  const by = new Map<string, { value: string; label: string }[]>();
  for (const d of devices) by.set(d.manufacturer, [...(by.get(d.manufacturer) ?? []), { value: d.id, label: d.name }]);
  return [...by].sort(([a], [b]) => a.localeCompare(b)).map(([group, items]) => ({ group, items: items.sort((a, b) => a.label.localeCompare(b.label)) }));
}
