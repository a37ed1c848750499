import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { duration } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';

const MAX_MINUTES = 24 * 60;
const FIRST_MINUTES = 30;

/** Samples of no person, to try the app with; named as such everywhere. */
export function SimulateDialog({ opened, onClose, listable }: { opened: boolean; onClose(): void; listable: boolean }) {
  const [minutes, setMinutes] = useState<number | ''>(FIRST_MINUTES);
  const record = useAct(async (length: number) => { await api.owner.simulate.mutate({ minutes: length }); onClose(); });
  return (
    <Modal opened={opened} onClose={onClose} title={t('owner.simulate.title')} closeButtonProps={{ 'aria-label': t('owner.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); if (minutes !== '') void record.run(minutes); }}>
        <Stack gap="md">
          <Text size="sm">{t('owner.simulate.text')}</Text>
          <NumberInput label={t('owner.simulate.minutes')} description={minutes === '' ? ' ' : duration(minutes * 60)} min={1} max={MAX_MINUTES} allowDecimal={false} clampBehavior="strict" value={minutes} onChange={(v) => setMinutes(typeof v === 'number' ? v : '')} data-autofocus />
          <Alert variant="light" color="grape" icon={<FlaskConical size={18} aria-hidden="true" />}>{t(listable ? 'owner.simulate.listable' : 'owner.simulate.unlistable')}</Alert>
          {record.error && <ErrorBox error={record.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('owner.cancel')}</Button>
            <Button type="submit" loading={record.busy} disabled={minutes === ''}>{t('owner.simulate.start')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
