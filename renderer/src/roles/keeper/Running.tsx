import { Button, Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { CircleStop, Pause, Play } from 'lucide-react';
import type { KeeperOverview } from '../../../../shared/api/keeper.ts';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useSession } from '../../stores/session.ts';

/** Running, paused or stopped; whether it releases by itself. */
export function Running({ overview, reload }: { overview: KeeperOverview; reload(): void }) {
  const { host } = useSession();
  const act = useAct(async (what: 'start' | 'stop' | 'pause' | 'resume') => {
    if (what === 'start') await api.keeper.start.mutate({ stake: null });
    else if (what === 'stop') await api.keeper.stop.mutate();
    else await api.keeper.pause.mutate(what === 'pause');
    reload();
  });
  const auto = useAct(async (on: boolean) => { await api.app.set.mutate({ autoRelease: on }); reload(); });
  const state = !overview.running ? 'stopped' : overview.paused ? 'paused' : 'running';
  return (
    <Paper component="section" className="ph-panel" aria-label={t(`keeper.state.${state}`)}>
      <Stack>
        <Group justify="space-between" gap="md">
          <Group gap="sm" style={{ flex: '1 1 300px' }} wrap="nowrap">
            <StatusBadge status={state === 'running' ? 'online' : state === 'paused' ? 'standby' : 'offline'} label={t(`keeper.state.${state}`)} />
            <Text size="sm">{t(`keeper.state.${state}Text`)}</Text>
          </Group>
          <Group gap="xs">
            {state === 'stopped' && <Button leftSection={<Play size={16} aria-hidden />} loading={act.busy} onClick={() => void act.run('start')}>{t('keeper.start')}</Button>}
            {state === 'paused' && <Button leftSection={<Play size={16} aria-hidden />} loading={act.busy} onClick={() => void act.run('resume')}>{t('keeper.resume')}</Button>}
            {state === 'running' && <Button variant="default" leftSection={<Pause size={16} aria-hidden />} loading={act.busy} onClick={() => void act.run('pause')}>{t('keeper.pause')}</Button>}
            {state !== 'stopped' && <Button variant="default" leftSection={<CircleStop size={16} aria-hidden />} loading={act.busy} onClick={() => void act.run('stop')}>{t('keeper.stop')}</Button>}
          </Group>
        </Group>
        <Switch checked={overview.autoRelease} disabled={auto.busy} onChange={(e) => void auto.run(e.currentTarget.checked)} label={t('keeper.auto')} description={t('keeper.autoText')} />
        <Text size="sm" c="dimmed">{t(host === 'electron' ? 'keeper.tray' : 'keeper.service')}</Text>
        <ErrorBox error={act.error ?? auto.error} />
      </Stack>
    </Paper>
  );
}
