import { Button, Stack } from '@mantine/core';
import { Link } from 'wouter';
import { JobLine } from '../../../components/JobLine.tsx';
import { t } from '../../../i18n/index.ts';
import { useJob } from '../../../stores/jobs.ts';
import { Panel } from '../Panel.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { CONSENT } from './tabs.ts';

/** What became of a right that was just given: it says «given» when it is, and not before. */
export function GivenPage({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  const done = job?.state === 'done';
  const title = t(done ? 'consent.approve.sent.done' : job?.state === 'failed' || job?.state === 'cancelled' ? 'consent.approve.sent.failed' : 'consent.approve.sent');
  return (
    <ConsentPage title={title} back={{ to: CONSENT, label: t('consent.request.back') }}>
      <Panel><Stack align="flex-start">
        {job && <div style={{ width: '100%' }}><JobLine job={job} /></div>}
        <Button component={Link} href={`${CONSENT}/rights`} variant={done ? 'filled' : 'default'}>{t('consent.approve.toRights')}</Button>
      </Stack></Panel>
    </ConsentPage>
  );
}
