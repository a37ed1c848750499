import { Progress, Stack, Text, Title } from '@mantine/core';
import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { JobLine } from '../../components/JobLine.tsx';
import { bytes } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useJobs } from '../../stores/jobs.ts';
import { Panel } from './Panel.tsx';

/** How far the way out is: what runs here, and what the keepers have confirmed on chain. */
export function EraseProgress({ dataset: d }: { dataset: OwnDatasetDetail }) {
  const job = useJobs().filter((j) => (j.kind === 'stop' || j.kind === 'erase') && j.subject.datasetId === d.id && j.state !== 'done').sort((a, b) => b.startedAt - a.startedAt)[0];
  const over = d.status === 'withdrawn';
  if (!over && !job) return null;
  const total = d.keepers.filter((k) => k.status === 'accepted' || k.status === 'destroyed').length;
  const freed = d.certificate?.bytesFreed;
  return (
    <Panel padding="lg" component="section" aria-labelledby="leaving-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="leaving-title">{t(d.erased ? 'owner.leaving.erased' : over ? 'owner.leaving.stopped' : 'owner.leaving.running')}</Title>
        {job && <JobLine job={job} />}
        {over && total > 0 && (
          <div>
            <Text size="sm" mb={4} role="status">{t('owner.leaving.confirmed', { have: d.destroyedSeats, total })}</Text>
            <Progress value={(d.destroyedSeats / total) * 100} color="teal" aria-label={t('owner.leaving.confirmed', { have: d.destroyedSeats, total })} />
            {d.destroyedSeats < total && <Text size="sm" c="dimmed" mt={6}>{t('owner.leaving.wait')}{total - d.destroyedSeats < d.threshold && ` ${t('owner.leaving.few', { left: total - d.destroyedSeats, threshold: d.threshold })}`}</Text>}
          </div>
        )}
        {freed !== undefined && <Text size="sm">{t('owner.leaving.freed', { size: bytes(freed) })}</Text>}
        {over && <Text size="sm" c="dimmed">{d.certificate && d.certificate.openedBefore > 0 ? t('owner.erase.opened', { count: d.certificate.openedBefore }) : t('owner.out.not.copies')}</Text>}
      </Stack>
    </Panel>
  );
}
