import { Alert, Anchor, Group, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { useLocation, useParams } from 'wouter';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Page } from '../../components/Page.tsx';
import { t } from '../../i18n/index.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useLive } from '../../stores/live.ts';
import { clearLeaveOut } from './leave-outs.ts';
import { ShareRefusal, useRefusal } from './device/ShareRefusal.tsx';
import { dropDraft } from './share-draft.ts';
import { ShareProgress } from './ShareProgress.tsx';
import { ShareWizard } from './ShareWizard.tsx';

/** The wizard, or where its publication stands: the job goes on without the page and is found again by its recording. */
export function SharePage() {
  const { id = '' } = useParams<{ id: string }>();
  const [, go] = useLocation();
  const live = useLive(['owner', 'recording', id], () => api.owner.recording.query(id), ['recordings', 'publications', 'datasets']);
  const jobs = useJobs();
  const mine = useMemo(() => jobs.filter((j) => j.kind === 'publish' && j.subject.recordingId === id).sort((a, b) => b.startedAt - a.startedAt), [jobs, id]);
  const newest = mine[0];
  const current = newest && newest.state !== 'done' ? newest : null;

  // Only one that ended before these eyes leads on; an older one is history.
  const watched = useRef<string | null>(null);
  if (current?.state === 'running') watched.current = current.id;
  const finished = newest?.state === 'done' && newest.id === watched.current ? (newest.subject.datasetId ?? newest.result?.datasetId) : undefined;
  useEffect(() => {
    if (finished === undefined || finished === null) return;
    watched.current = null;
    dropDraft(id);
    clearLeaveOut(id);
    go(`/owner/datasets/${finished}`, { replace: true });
  }, [finished, id, go]);

  const recording = live.data;
  const back = { to: `/owner/recordings/${id}`, label: t('owner.recording.title') };
  if (!recording) return <Page title={t('owner.share.title')} back={back}><Loaded live={live}>{() => null}</Loaded></Page>;
  const underWay = current !== null || recording.publicationId !== null;
  return (
    <Page title={t(underWay ? 'owner.share.progress.title' : 'owner.share.title')} subtitle={recording.title} documentTitle={t('owner.share.title')} back={back}>
      {!underWay && recording.datasetIds.length > 0 && (
        <Alert variant="light" icon={<CircleCheck size={18} aria-hidden />}>
          <Group gap="xs"><Text size="sm">{t('owner.share.before')}</Text>{recording.datasetIds.map((d) => <Anchor key={d} href={`#/owner/datasets/${d}`} size="sm" underline="always">{t('owner.dataset.number', { id: String(d) })}</Anchor>)}</Group>
        </Alert>
      )}
      {underWay ? <ShareProgress recording={recording} job={current} /> : <Wizard recording={recording} key={id} />}
    </Page>
  );
}

/** What cannot be listed is said before anything is filled in. */
function Wizard({ recording }: { recording: RecordingDetail }) {
  const reason = useRefusal(recording);
  return reason === null ? <ShareWizard recording={recording} /> : <ShareRefusal recording={recording} reason={reason} />;
}
