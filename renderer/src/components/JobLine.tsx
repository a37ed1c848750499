import { ActionIcon, Box, Button, Group, Progress, Text, Tooltip } from '@mantine/core';
import { RotateCw, X } from 'lucide-react';
import type { Job } from '../../../shared/api/app.ts';
import { api } from '../api/client.ts';
import { duration, hasKey, percent, t } from '../i18n/all.ts';
import { useAct } from '../stores/act.ts';
import { ErrorBox } from './ErrorBox.tsx';
import { StatusBadge } from './StatusBadge.tsx';

const stepText = (step: string): string => { const key = `shell.job.step.${step}`; return hasKey(key) ? t(key) : step; };

/** One job: what, how far, how long; cancel while it runs, retry or put away when it has ended. */
export function JobLine({ job }: { job: Job }) {
  const act = useAct(async (what: 'cancel' | 'retry' | 'dismiss') => {
    if (what === 'cancel') await api.app.cancelJob.mutate(job.id);
    else if (what === 'retry') await api.app.retryJob.mutate(job.id);
    else await api.app.dismissJob.mutate(job.id);
  });
  const running = job.state === 'running';
  const known = job.total !== null && job.total > 0;
  const fraction = known ? Math.min(1, job.done / job.total!) : 0;
  const name = t(`shell.job.${job.kind}`, { title: job.title });
  return (
    <Box>
      <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
        <Box miw={0}>
          <Text fw={600} size="sm" className="ph-wrap">{name}</Text>
          <Group gap={8} mt={2}>
            {running
              ? <Text size="xs" c="dimmed" className="ph-num">{[job.step && stepText(job.step), known && percent(fraction), job.secondsLeft !== null && job.secondsLeft > 0 && t('shell.job.left', { time: duration(job.secondsLeft) })].filter(Boolean).join(' · ')}</Text>
              : <><StatusBadge status={job.state} />{job.endedAt !== null && <Text size="xs" c="dimmed" className="ph-num">{t('shell.job.took', { time: duration((job.endedAt - job.startedAt) / 1000) })}</Text>}</>}
          </Group>
        </Box>
        <Group gap={4} wrap="nowrap">
          {running && job.cancellable && <Button size="compact-xs" variant="default" onClick={() => void act.run('cancel')} loading={act.busy} aria-label={t('shell.job.cancel', { name })}>{t('shell.cancel')}</Button>}
          {!running && job.retryable && job.state !== 'done' && <Button size="compact-xs" variant="default" leftSection={<RotateCw size={12} aria-hidden />} onClick={() => void act.run('retry')} loading={act.busy} aria-label={t('shell.job.retry', { name })}>{t('shell.retry')}</Button>}
          {!running && <Tooltip label={t('shell.job.dismiss', { name })}><ActionIcon size="sm" variant="subtle" color="gray" onClick={() => void act.run('dismiss')} aria-label={t('shell.job.dismiss', { name })}><X size={15} aria-hidden /></ActionIcon></Tooltip>}
        </Group>
      </Group>
      {running && <Progress value={known ? fraction * 100 : 100} animated={!known} size="sm" mt={8} aria-label={name} />}
      {job.error && job.state === 'failed' && <Box mt={8}><ErrorBox error={job.error} /></Box>}
      {act.error && <Box mt={8}><ErrorBox error={act.error} /></Box>}
    </Box>
  );
}
