import { useMemo } from 'react';
import { Button, Stack, Text } from '@mantine/core';
import { LockOpen } from 'lucide-react';
import type { PurchaseDetail } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJobs } from '../../../stores/jobs.ts';
import { Section } from '../dataset/Section.tsx';

/** Opens the data; the job is found by what it works on, so that it is still here after the page was left. */
export function OpenSection({ purchase }: { purchase: PurchaseDetail }) {
  const jobs = useJobs();
  const job = useMemo(() => jobs.find((j) => j.kind === 'open' && j.subject.accessId === purchase.accessId), [jobs, purchase.accessId]);
  const open = useAct(() => api.market.open.mutate(purchase.accessId));
  const enough = purchase.shares.have >= purchase.shares.want;
  const running = job?.state === 'running';
  return (
    <Section title={t('customer.purchase.data')}>
      <Stack align="flex-start">
        <Text size="sm" maw={640}>{t('customer.purchase.openText')}</Text>
        {!running && <Button leftSection={<LockOpen size={16} aria-hidden />} disabled={!enough} loading={open.busy} onClick={() => void open.run()}>{t('customer.purchase.open')}</Button>}
        {!enough && <Text size="sm" c="dimmed">{t('customer.purchase.openWait')}</Text>}
        {open.error && <ErrorBox error={open.error} />}
        {job && job.state !== 'done' && <div style={{ width: '100%' }}><JobLine job={job} /></div>}
      </Stack>
    </Section>
  );
}
