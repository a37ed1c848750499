import { Alert, Badge, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { BatteryFull, BatteryLow, CircleStop } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { CaptureView } from '../../../../../shared/api/capture.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { duration, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { Panel } from '../Panel.tsx';
import css from './capture.module.css';
import { captureTitle, isLost, missedOf, rateOf, refusalText, refusedOf, rowsOf, timingText } from './capture-words.ts';
import { GapList } from './GapList.tsx';
import { Trace } from './Trace.tsx';

const LOW_BATTERY = 15;
const COLORS = { connecting: 'gray', recording: 'red', waiting: 'yellow', stopping: 'gray' } as const;

/** One device while it is recorded. @param now milliseconds of the app's clock */
export function CaptureCard({ capture: c, now }: { capture: CaptureView; now: number }) {
  const [stopping, setStopping] = useState(false);
  const stop = useAct(async () => { await api.capture.stop.mutate({ id: c.id }); setStopping(false); });
  const name = captureTitle(c);
  const told = [c.manufacturer, c.model, c.firmware === null ? null : t('capture.firmware', { version: c.firmware })].filter((s) => s !== null && s !== name);
  const lost = isLost(c);
  const sending = c.streams.filter((s) => s.rows > 0);
  const titleId = `capture-${c.id}`;
  return (
    <Panel component="section" aria-labelledby={titleId}>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Group gap="xs">
              {c.state === 'recording' && <span className={css.dot} aria-hidden="true" />}
              <Title order={2} size="h4" id={titleId} className="ph-wrap">{name}</Title>
              {c.simulated && <Badge color="grape" variant="light" tt="none">{t('owner.simulated')}</Badge>}
              <Badge color={lost ? 'yellow' : COLORS[c.state]} variant="light" tt="none" role="status">{t(lost ? 'capture.state.waiting' : `capture.state.${c.state}`)}</Badge>
            </Group>
            {told.length > 0 && <Text size="sm" c="dimmed" className="ph-wrap">{told.join(' · ')}</Text>}
          </div>
          <Button color="red.8" leftSection={<CircleStop size={16} aria-hidden />} loading={c.state === 'stopping'} onClick={() => (rowsOf(c) === 0 ? void stop.run() : setStopping(true))} aria-label={t('capture.stop.of', { device: name })}>{t('capture.stop')}</Button>
        </Group>

        {lost && <Alert color="yellow" variant="light" role="status">{c.retryAt !== null && c.retryAt > now ? t('capture.waiting', { time: duration(Math.ceil((c.retryAt - now) / 1000)) }) : t('capture.waiting.now')}</Alert>}
        {!lost && <ErrorBox error={c.error} />}
        {c.contact === false && !lost && <Alert color="yellow" variant="light" role="status">{t('capture.contact.lost')}</Alert>}
        {!stopping && <ErrorBox error={stop.error} />}

        <Figures capture={c} now={now} />

        {sending.length > 0
          ? <div className={css.traces}>{sending.map((stream) => <Trace key={stream.name} capture={c.id} stream={stream} deviceName={name} />)}</div>
          : <Text size="sm" c="dimmed">{t(c.state === 'connecting' ? 'capture.connecting' : lost ? 'capture.none.yet' : 'capture.quiet')}</Text>}

        <Details capture={c} />
      </Stack>
      <ConfirmAct
        opened={stopping} onClose={() => { setStopping(false); stop.clear(); }} title={t('capture.stop.title', { device: name })} danger
        sentences={[t('capture.stop.keeps', { count: rowsOf(c) }), t('capture.stop.again')]} costs={[]}
        confirm={t('capture.stop.confirm')} onConfirm={() => void stop.run()} busy={stop.busy} error={stop.error}
      />
    </Panel>
  );
}

function Figures({ capture: c, now }: { capture: CaptureView; now: number }) {
  const missed = missedOf(c);
  const hz = rateOf(c);
  const refused = refusedOf(c);
  const rows = rowsOf(c);
  return (
    <dl className={css.figures}>
      <Figure name={t('capture.elapsed')}>{duration(Math.max(0, Math.floor((now - c.startedAt) / 1000)))}</Figure>
      <Figure name={t('capture.rows')}>{number(rows)}</Figure>
      <Figure name={t('capture.rate')}>{hz === null ? t('capture.none') : number(hz >= 10 ? Math.round(hz) : Math.round(hz * 10) / 10)}</Figure>
      <Figure name={t('capture.missed')} bad={missed !== null && missed > 0}>{missed === null ? t('capture.missed.untold') : number(missed)}</Figure>
      <Figure name={t('capture.refused')} bad={refused > 0}>{number(refused)}</Figure>
      <Figure name={t('capture.gaps')} bad={c.gaps.length > 0}>{number(c.gaps.length)}</Figure>
      <Figure name={t('capture.battery')} bad={c.battery !== null && c.battery <= LOW_BATTERY}>
        {c.battery === null ? t('capture.untold') : <Group component="span" gap={5} wrap="nowrap">{c.battery <= LOW_BATTERY ? <BatteryLow size={16} aria-hidden /> : <BatteryFull size={16} aria-hidden />}{t('capture.percent', { value: c.battery })}</Group>}
      </Figure>
      <Figure name={t('capture.contact')}>{c.contact === null ? t('capture.untold') : t(c.contact ? 'capture.contact.yes' : 'capture.contact.no')}</Figure>
    </dl>
  );
}

function Figure({ name, bad = false, children }: { name: string; bad?: boolean; children: ReactNode }) {
  return <div><dt>{name}</dt><dd data-bad={bad || undefined}>{children}</dd></div>;
}

/** What tells how the rows came to be; folded, for who wants to know. */
function Details({ capture: c }: { capture: CaptureView }) {
  if (c.streams.length === 0 && c.notes.length === 0 && c.refused.length === 0 && c.gaps.length === 0) return null;
  return (
    <details>
      <Text component="summary" size="sm" fw={600} style={{ cursor: 'pointer' }}>{t('capture.details')}</Text>
      <Stack gap="sm" mt="sm">
        <List size="sm" spacing={4} className="ph-wrap">
          {c.streams.map((s) => <List.Item key={s.name}>{t('capture.details.stream', { stream: s.label, rows: s.rows, timing: timingText(s.timing) })}</List.Item>)}
          {c.refused.map((r) => <List.Item key={r.reason}>{t('capture.details.refused', { count: r.count, reason: refusalText(r.reason) })}</List.Item>)}
          {c.notes.map((note) => <List.Item key={note}>{note}</List.Item>)}
        </List>
        <GapList gaps={c.gaps} />
      </Stack>
    </details>
  );
}
