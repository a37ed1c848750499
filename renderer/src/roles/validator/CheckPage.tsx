import { useMemo } from 'react';
import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { BadgeCheck, CircleX, LockOpen, SearchX } from 'lucide-react';
import { Link, useParams } from 'wouter';
import type { Job } from '../../../../shared/api/app.ts';
import type { CheckView, DecidedRow, QueueRow } from '../../../../shared/api/validator.ts';
import { api } from '../../api/client.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { QualityView } from '../../components/QualityView.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { ago, dateTime, number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useSession } from '../../stores/session.ts';
import { ComparePanel } from './ComparePanel.tsx';
import { DecidePanel } from './DecidePanel.tsx';
import { FindingsPanel } from './FindingsPanel.tsx';
import { LabelPanel } from './LabelPanel.tsx';
import { NotAccredited } from './NotAccredited.tsx';
import { useChecked, useDecided, useQueue } from './use-validator.ts';
import css from './validator.module.css';
import { titleOf } from './validator-words.ts';

export function CheckPage() {
  const datasetId = Number(useParams<{ id: string }>().id);
  const { validator } = useSession();
  const back = { to: '/validator', label: t('validator.check.back') };
  if (!validator.accredited) return <Page title={t('validator.title')} back={back}><NotAccredited /></Page>;
  return <Known datasetId={datasetId} back={back} />;
}

function Known({ datasetId, back }: { datasetId: number; back: { to: string; label: string } }) {
  const queue = useQueue();
  const decided = useDecided();
  const checked = useChecked(datasetId);
  const row = queue.data?.find((r) => r.datasetId === datasetId);
  const verdict = decided.data?.find((d) => d.datasetId === datasetId);
  const error = queue.error ?? decided.error;
  return (
    <Page title={titleOf(row ?? verdict ?? { datasetId, title: null })} back={back} actions={row && <StatusBadge status={row.state} label={t(`validator.state.${row.state}`)} />}>
      {error && (!queue.data || !decided.data) && <ErrorBox error={error} onRetry={() => { queue.reload(); decided.reload(); }} />}
      {!error && (!queue.data || !decided.data) && <Loading />}
      {queue.data && decided.data && !row && !verdict && <Empty icon={<SearchX size={26} />} title={t('validator.check.gone.title')} text={t('validator.check.gone.text')} action={<Anchor component={Link} href={`/market/${datasetId}`}>{t('validator.check.listing')}</Anchor>} />}
      {verdict && !row && <Verdict verdict={verdict} />}
      {row && <Undecided row={row} check={checked.data ?? null} />}
      {!row && verdict && checked.data && <Found check={checked.data} />}
    </Page>
  );
}

function Undecided({ row, check }: { row: QueueRow; check: CheckView | null }) {
  const jobs = useJobs();
  const jobOf = (kind: Job['kind']) => jobs.find((j) => j.kind === kind && j.subject.datasetId === row.datasetId);
  const checking = useMemo(() => jobOf('check'), [jobs, row.datasetId]);
  const deciding = useMemo(() => jobOf('decide'), [jobs, row.datasetId]);
  const start = useAct(() => api.validator.check.mutate(row.datasetId));
  const running = checking?.state === 'running' || row.state === 'checking';
  return (
    <>
      <div className={css.top}>
        <LabelPanel row={row} />
        <Paper component="section" className="ph-panel" aria-labelledby="validator-open">
          <Stack>
            <Group justify="space-between">
              <Title order={2} size="h4" id="validator-open">{t('validator.check.step1')}</Title>
              {check && <Text size="sm" c="dimmed">{t('validator.check.checkedAt', { when: ago(check.checkedAt) })}</Text>}
            </Group>
            <Text size="sm">{t('validator.check.step1.text')}</Text>
            {row.state === 'waiting' && <Text size="sm" c="dimmed">{t('validator.check.wait', { have: row.acceptedSeats, want: row.threshold })}</Text>}
            {!running && <Group><Button variant={check ? 'default' : 'filled'} leftSection={<LockOpen size={16} aria-hidden />} loading={start.busy} disabled={row.state === 'waiting' || row.state === 'deciding'} onClick={() => void start.run()}>{t(check ? 'validator.check.again' : 'validator.check.button')}</Button></Group>}
            <ErrorBox error={start.error} />
            {checking && checking.state !== 'done' && <JobLine job={checking} />}
          </Stack>
        </Paper>
      </div>
      {check && !running && <Found check={check} />}
      {deciding && deciding.state !== 'done' && <Paper className="ph-panel"><JobLine job={deciding} /></Paper>}
      {check && !running && row.state !== 'deciding' && <DecidePanel key={`${check.datasetId}:${check.checkedAt}`} check={check} title={titleOf(row)} />}
    </>
  );
}

function Found({ check }: { check: CheckView }) {
  return (
    <>
      <div className={css.top}>
        <ComparePanel check={check} />
        <FindingsPanel check={check} />
      </div>
      {check.found && (
        <Paper component="section" className="ph-panel" aria-labelledby="validator-quality">
          <Title order={2} size="h4" mb="md" id="validator-quality">{t('validator.check.quality')}</Title>
          <QualityView report={check.found} />
        </Paper>
      )}
    </>
  );
}

function Verdict({ verdict }: { verdict: DecidedRow }) {
  return (
    <Stack>
      <Alert variant="light" color={verdict.certified ? 'green' : 'red'} icon={verdict.certified ? <BadgeCheck size={20} aria-hidden /> : <CircleX size={20} aria-hidden />} title={verdict.certified ? t('validator.decide.done.certified', { score: number(verdict.score, 0) }) : t('validator.decide.done.rejected')}>
        <Text size="sm">{dateTime(verdict.at)}</Text>
        <Text size="xs" className="ph-mono ph-wrap" mt={4}>{`${t('validator.decided.tx')} ${verdict.tx}`}</Text>
      </Alert>
      {verdict.reasons.length > 0 && (
        <Paper component="section" className="ph-panel">
          <Title order={2} size="h4" mb={6}>{t('validator.decided.reasons')}</Title>
          <ul style={{ margin: 0 }}>{verdict.reasons.map((r, i) => <li key={i} className="ph-wrap">{r}</li>)}</ul>
        </Paper>
      )}
      <Anchor component={Link} href={`/market/${verdict.datasetId}`}>{t('validator.check.listing')}</Anchor>
    </Stack>
  );
}
