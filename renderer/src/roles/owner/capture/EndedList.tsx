import { Anchor, Badge, Group, Stack, Text, Title } from '@mantine/core';
import type { EndedCapture } from '../../../../../shared/api/capture.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { clock, duration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';

/** What the captures of this run became: their recordings, one press away. */
export function EndedList({ ended }: { ended: EndedCapture[] }) {
  if (ended.length === 0) return null;
  return (
    <Panel component="section" aria-labelledby="ended-title">
      <Title order={2} size="h4" mb="sm" id="ended-title">{t('capture.ended.title')}</Title>
      <Stack gap="md">
        {ended.map((e) => (
          <div key={e.id}>
            <Group gap="xs">
              <Text fw={600} size="sm" className="ph-wrap">{e.simulated ? t('capture.simulated') : e.name}</Text>
              {e.simulated && <Badge size="sm" color="grape" variant="light" tt="none">{t('owner.simulated')}</Badge>}
              <Text size="sm" c="dimmed" className="ph-num">{t('capture.ended.when', { at: clock(e.startedAt), length: duration((e.endedAt - e.startedAt) / 1000) })}</Text>
            </Group>
            <ErrorBox error={e.error} />
            {e.recordings.length === 0
              ? <Text size="sm" c="dimmed">{t('capture.ended.nothing')}</Text>
              : (
                <Stack component="ul" gap={2} m={0} mt={4} ps="lg">
                  {e.recordings.map((r) => <li key={r.id}><Anchor href={`#/owner/recordings/${r.id}`} size="sm" className="ph-wrap">{r.title}</Anchor> <Text span size="sm" c="dimmed" className="ph-num">{t('capture.ended.rows', { count: r.rows })}</Text></li>)}
                </Stack>
              )}
          </div>
        ))}
      </Stack>
    </Panel>
  );
}
