import { Stack } from '@mantine/core';
import type { Job, JobKind } from '../../../../shared/api/app.ts';
import { JobLine } from '../../components/JobLine.tsx';
import { useJobs } from '../../stores/jobs.ts';
import { Panel } from './Panel.tsx';

const ALL = () => true;

/** Jobs of this page that run or failed, so that nobody has to look for them in the activity centre. */
export function RunningJobs({ kinds, of = ALL }: { kinds: JobKind[]; of?(job: Job): boolean }) {
  const jobs = useJobs().filter((job) => kinds.includes(job.kind) && (job.state === 'running' || job.state === 'failed') && of(job));
  if (jobs.length === 0) return null;
  return <Stack gap="sm" mb="lg">{jobs.map((job) => <Panel key={job.id} padding="sm"><JobLine job={job} /></Panel>)}</Stack>;
}
