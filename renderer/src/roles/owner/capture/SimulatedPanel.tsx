import { Alert, Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { Circle, FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { MAX_SIMULATED_HZ, MIN_SIMULATED_HZ } from '../../../../../shared/api/capture.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { rate } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useSession } from '../../../stores/session.ts';
import { Panel } from '../Panel.tsx';

const RATES = [MIN_SIMULATED_HZ, 50, 100, MAX_SIMULATED_HZ];

/** For who has no device: the whole way from a wrist to a recording, with samples of nobody. */
export function SimulatedPanel({ running }: { running: boolean }) {
  const { network } = useSession();
  const [hz, setHz] = useState(50);
  const start = useAct(async () => { await api.capture.start.mutate({ simulated: { rateHz: hz } }); });
  return (
    <Panel component="section" aria-labelledby="simulated-title">
      <Title order={2} size="h4" mb={4} id="simulated-title">{t('capture.simulated')}</Title>
      <Stack gap="md">
        <Text size="sm">{t('capture.simulated.text')}</Text>
        <Alert variant="light" color="grape" icon={<FlaskConical size={18} aria-hidden />}>{t(network?.allowSimulated ? 'owner.simulate.listable' : 'owner.simulate.unlistable')}</Alert>
        <ErrorBox error={start.error} />
        <Group align="flex-end" justify="space-between">
          <Select label={t('capture.simulated.rate')} w={170} allowDeselect={false} value={String(hz)} onChange={(v) => { if (v) setHz(Number(v)); }} data={RATES.map((r) => ({ value: String(r), label: rate(r) }))} />
          <Button variant="default" leftSection={<Circle size={14} fill="currentColor" aria-hidden />} disabled={running} loading={start.busy} onClick={() => void start.run()}>{t(running ? 'capture.simulated.running' : 'capture.simulated.start')}</Button>
        </Group>
      </Stack>
    </Panel>
  );
}
