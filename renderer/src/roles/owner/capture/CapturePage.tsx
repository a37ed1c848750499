import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { Page } from '../../../components/Page.tsx';
import { t } from '../../../i18n/index.ts';
import { RunningJobs } from '../RunningJobs.tsx';
import { CaptureCard } from './CaptureCard.tsx';
import { captureStore, watchCaptures } from './capture-store.ts';
import { DeviceList } from './DeviceList.tsx';
import { EndedList } from './EndedList.tsx';
import { SimulatedPanel } from './SimulatedPanel.tsx';

/** What is near, what is recorded now, and what came of it. The recording itself goes on in the app without this page. */
export function CapturePage() {
  useEffect(() => watchCaptures(), []);
  const { state, at, error } = captureStore();
  // The app's clock, which may not be this machine's; it comes with the figures.
  const now = at ?? Date.now();
  return (
    <Page title={t('capture.title')} subtitle={t('capture.subtitle')} back={{ to: '/owner', label: t('owner.recordings.title') }}>
      {!state && (error ? <ErrorBox error={error} /> : <Loading />)}
      {state && (
        <Stack gap="xl">
          {state.captures.length > 0 && (
            <Stack gap="lg">
              {state.captures.map((c) => <CaptureCard key={c.id} capture={c} now={now} />)}
              <Text size="sm" c="dimmed">{t('capture.leave')}</Text>
            </Stack>
          )}
          <RunningJobs kinds={['score']} of={(job) => state.ended.some((e) => e.recordings.some((r) => r.jobId === job.id))} />
          <EndedList ended={state.ended} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl" style={{ alignItems: 'start' }}>
            <DeviceList state={state} />
            <SimulatedPanel running={state.captures.some((c) => c.simulated)} />
          </SimpleGrid>
        </Stack>
      )}
    </Page>
  );
}
