import { Alert, Button, Group, Stack, Text, Timeline, Loader } from '@mantine/core';
import { Check, Circle, CircleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '../../../../shared/api/app.ts';
import type { PublicationView, RecordingDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { t, type Key } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';
import { Panel } from './Panel.tsx';

/** The steps of electron/market/publish.ts, in their order. */
const STEPS = ['score', 'seal', 'store', 'list'] as const;
/** How many of them a kept publication has behind it. */
const BEHIND: Record<PublicationView['state'], number> = { started: 0, sealed: 2, stored: 3, listed: 4 };

/** Where a publication stands; it goes on when the window is closed, and can be taken up again after a crash. */
export function ShareProgress({ recording, job }: { recording: RecordingDetail; job: Job | null }) {
  const publications = useLive(['owner', 'publications'], () => api.owner.publications.query(), ['publications']);
  const publication = publications.data?.find((p) => p.recordingId === recording.id);
  const [discarding, setDiscarding] = useState(false);
  const resume = useAct((id: string) => api.owner.resume.mutate(id));
  const discard = useAct(async (id: string) => { await api.owner.discard.mutate(id); setDiscarding(false); });
  const running = job?.state === 'running';
  // The transaction itself tells no progress: what is stored is being listed.
  const stored = job?.step === 'store' && job.total !== null && job.done >= job.total;
  const named = stored ? STEPS.length - 1 : STEPS.findIndex((s) => s === job?.step);
  const at = running && named >= 0 ? named : publication ? BEHIND[publication.state] : Math.max(0, named);
  return (
    <Stack gap="lg" maw={760}>
      {running ? <Alert variant="light">{t('owner.share.progress.safe')}</Alert> : <Alert variant="light" color="yellow" icon={<CircleAlert size={18} aria-hidden="true" />}>{t('owner.share.progress.stopped')}</Alert>}
      <Panel padding="lg">
        <Timeline active={at} bulletSize={28} lineWidth={2}>
          {STEPS.map((step, i) => (
            <Timeline.Item
              key={step} title={t(`owner.share.progress.${step}` as Key)}
              bullet={i < at ? <Check size={15} aria-hidden="true" /> : i === at && running ? <Loader size={14} color="white" aria-hidden="true" /> : <Circle size={10} aria-hidden="true" />}
              aria-current={i === at ? 'step' : undefined}
            >
              <Text size="sm" c="dimmed">{t(`owner.share.progress.${step}.text` as Key)}</Text>
            </Timeline.Item>
          ))}
        </Timeline>
      </Panel>
      {job && <Panel padding="md"><JobLine job={job} /></Panel>}
      <ErrorBox error={resume.error ?? publications.error} />
      {!running && publication && (
        <Group>
          {!(job?.retryable && job.state !== 'done') && <Button loading={resume.busy} onClick={() => void resume.run(publication.id)}>{t('owner.draft.resume')}</Button>}
          <Button variant="default" onClick={() => setDiscarding(true)}>{t('owner.draft.discard')}</Button>
        </Group>
      )}
      {!running && !publication && job && <Group><Button variant="default" onClick={() => void api.app.dismissJob.mutate(job.id)}>{t('owner.share.progress.edit')}</Button></Group>}
      <ConfirmAct
        opened={discarding} onClose={() => { setDiscarding(false); discard.clear(); }} title={t('owner.draft.discard.title')} danger
        sentences={[t('owner.draft.discard.text'), t('owner.draft.discard.stays')]} costs={[]} confirm={t('owner.draft.discard')}
        onConfirm={() => { if (publication) void discard.run(publication.id); }} busy={discard.busy} error={discard.error}
      />
    </Stack>
  );
}
