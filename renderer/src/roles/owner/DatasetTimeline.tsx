import { Group, Text, ThemeIcon } from '@mantine/core';
import { BadgeCheck, Ban, Check, CircleDashed, Clock, Coins as CoinsIcon, X, type LucideIcon } from 'lucide-react';
import type { OwnDatasetDetail } from '../../../../shared/api/owner.ts';
import { dateTime } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { Panel } from './Panel.tsx';

type Stop = { key: string; title: string; text: string; state: 'done' | 'now' | 'later' | 'bad'; icon: LucideIcon };

/** Where the dataset is on its way from publication to sales. */
function stopsOf(d: OwnDatasetDetail): Stop[] {
  const seated = d.acceptedSeats + d.destroyedSeats >= d.seats;
  const decided = d.status === 'certified' || d.status === 'rejected' || d.score !== null;
  const over = d.status === 'withdrawn';
  const later = (done: boolean, before: boolean): Stop['state'] => (done ? 'done' : before && !over ? 'now' : 'later');
  return [
    { key: 'published', title: t('owner.timeline.published'), text: dateTime(d.publishedAt), state: 'done', icon: Check },
    { key: 'seats', title: t('owner.timeline.seats'), text: t('owner.stage.seats', { have: over ? d.acceptedSeats + d.destroyedSeats : d.acceptedSeats, total: d.seats }), state: later(seated, true), icon: seated ? Check : Clock },
    d.status === 'rejected'
      ? { key: 'certified', title: t('owner.timeline.rejected'), text: t('owner.timeline.rejected.text'), state: 'bad', icon: X }
      : { key: 'certified', title: t('owner.timeline.certified'), text: d.score === null ? t(over ? 'owner.timeline.certified.never' : 'owner.timeline.certified.wait') : t('owner.timeline.certified.text', { score: d.score }), state: later(decided, seated), icon: decided ? BadgeCheck : CircleDashed },
    { key: 'sales', title: t('owner.timeline.sales'), text: t('owner.timeline.sales.text', { count: d.sales }), state: later(d.sales > 0, decided && d.status === 'certified'), icon: CoinsIcon },
    ...(over ? [{ key: 'over', title: t(d.erased ? 'owner.stage.erased' : 'owner.stage.stopped'), text: t('owner.timeline.destroyed', { have: d.destroyedSeats, total: d.acceptedSeats + d.destroyedSeats }), state: 'bad' as const, icon: Ban }] : []),
  ];
}

const COLORS = { done: 'teal', now: 'blue', later: 'gray', bad: 'red' } as const;

export function DatasetTimeline({ dataset }: { dataset: OwnDatasetDetail }) {
  return (
    <Panel padding="lg" component="section" aria-label={t('owner.timeline.title')}>
      <Group component="ol" gap="xl" p={0} m={0} style={{ listStyle: 'none' }}>
        {stopsOf(dataset).map((stop) => (
          <Group key={stop.key} component="li" gap="sm" wrap="nowrap" align="flex-start" style={{ flex: '1 1 150px' }} aria-current={stop.state === 'now' ? 'step' : undefined}>
            <ThemeIcon size={30} radius="xl" variant={stop.state === 'later' ? 'outline' : 'light'} color={COLORS[stop.state]}><stop.icon size={16} aria-hidden="true" /></ThemeIcon>
            <div><Text size="sm" fw={600}>{stop.title}</Text><Text size="xs" c="dimmed" className="ph-num">{stop.text}</Text></div>
          </Group>
        ))}
      </Group>
    </Panel>
  );
}
