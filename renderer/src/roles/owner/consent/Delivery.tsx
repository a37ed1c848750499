import { Text } from '@mantine/core';
import type { GrantView } from '../../../../../shared/api/consent.ts';
import { since } from '../../../components/consent/times.ts';
import { t } from '../../../i18n/index.ts';

/** How far a right has been handed over: the first packet, and of a continuous one each part since; or that it is on its way back. */
export function Delivery({ grant: g, now }: { grant: GrantView; now: number }) {
  const lines = g.takingBack ? [t('consent.rights.takingBack')] : [
    ...(g.delivered ? [] : [t('consent.rights.undelivered')]),
    ...(g.live ? [g.live.deliveries === 0 || g.live.lastAt === null ? t('consent.rights.deliveries.none') : t('consent.rights.deliveries', { count: g.live.deliveries, ago: since(g.live.lastAt, now) }), t(g.live.next ? 'consent.rights.next.yes' : 'consent.rights.next.no')] : []),
  ];
  return lines.map((line) => <Text key={line} size="xs" c="dimmed" mt={2}>{line}</Text>);
}
