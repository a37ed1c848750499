import { Text } from '@mantine/core';
import type { Job } from '../../../../shared/api/app.ts';
import { t } from '../../i18n/index.ts';
import { JobLine } from '../JobLine.tsx';

/** A job that writes files: how far it is, then where they are. */
export function JobOutcome({ job }: { job: Job | undefined }) {
  if (!job) return null;
  const path = job.state === 'done' ? job.result?.['path'] : undefined;
  return <div><JobLine job={job} />{typeof path === 'string' && <Text size="sm" mt={6} className="ph-wrap" role="status">{t('consent.export.done', { path })}</Text>}</div>;
}
