import { Badge } from '@mantine/core';
import { Ban, Check, CircleAlert, CircleDashed, Clock, type LucideIcon } from 'lucide-react';
import { hasKey, t } from '../i18n/index.ts';

type Look = { hue: string; icon: LucideIcon };
const GOOD: Look = { hue: 'green', icon: Check };
const BAD: Look = { hue: 'red', icon: CircleAlert };
const OVER: Look = { hue: 'gray', icon: Ban };
const WAIT: Look = { hue: 'yellow', icon: Clock };
const LOOKS: Record<string, Look> = {
  certified: GOOD, accepted: GOOD, settled: GOOD, done: GOOD, standing: GOOD, online: GOOD, listed: GOOD, ready: GOOD, readable: GOOD, pinned: GOOD, reachable: GOOD, checked: GOOD,
  rejected: BAD, failed: BAD, disputed: BAD, missed: BAD, unreadable: BAD, missing: BAD, unreachable: BAD,
  withdrawn: OVER, refunded: OVER, closed: OVER, resigned: OVER, destroyed: OVER, cancelled: OVER, offline: OVER, erased: OVER,
  published: WAIT, open: WAIT, named: WAIT, running: WAIT, due: WAIT, standby: WAIT, 'waiting-for-blocks': WAIT, waiting: WAIT, checking: WAIT, deciding: WAIT, started: WAIT, sealed: WAIT, stored: WAIT,
};

/** Where something stands: an icon and a word, in a colour. Also for seats, releases, accesses and jobs. */
export function StatusBadge({ status, label }: { status: string; label?: string }) {
  const look = LOOKS[status] ?? { hue: 'gray', icon: CircleDashed };
  const key = `shell.status.${status}`;
  return <Badge variant="light" color={look.hue} tt="none" leftSection={<look.icon size={12} aria-hidden />}>{label ?? (hasKey(key) ? t(key) : status)}</Badge>;
}
