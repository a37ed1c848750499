import { Button, SegmentedControl, Stack, Text } from '@mantine/core';
import { Inbox, MailQuestion } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { HeldRightView } from '../../../../../shared/api/consent.ts';
import { Addr } from '../../../components/Addr.tsx';
import { heldSentence } from '../../../components/consent/sentence.ts';
import { since } from '../../../components/consent/times.ts';
import { accreditedRoles, statusWord } from '../../../components/consent/words.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { dateTime, day } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../stores/session.ts';
import { useNow } from '../../use-now.ts';
import { firstState, stateOf, type HeldState } from './held-state.ts';
import { HeldFrame } from './HeldFrame.tsx';
import { HELD } from './tabs.ts';
import { useHeld } from './use-held.ts';

const MINUTE = 60_000;
const BADGE = { live: 'ready', pending: 'waiting', ended: 'closed' } as const satisfies Record<HeldState, string>;

/** What I may read and until when; what I asked for; what has ended. */
export function HeldPage() {
  const [, go] = useLocation();
  const held = useHeld();
  const now = useNow(MINUTE);
  const roles = accreditedRoles(useSession());
  const [chosen, setChosen] = useState<HeldState | null>(null);
  const shown = chosen ?? firstState(held.data ?? []);
  const rows = useMemo(() => (held.data ?? []).filter((h) => stateOf(h) === shown), [held.data, shown]);
  const columns = useMemo(() => [
    { key: 'what', header: t('grantee.held.col.what'), width: 'minmax(260px, 3fr)', cell: (h: HeldRightView) => <div style={{ minWidth: 0 }}>{h.label && <Text size="sm" fw={600} className="ph-wrap">{h.label}</Text>}<Text size="sm" className="ph-wrap">{heldSentence(h, now)}</Text>{h.problem && stateOf(h) === 'live' && <Text size="xs" c="dimmed" className="ph-wrap">{h.problem}</Text>}</div> },
    { key: 'owner', header: t('grantee.held.col.owner'), width: 150, cell: (h: HeldRightView) => <Addr address={h.owner} /> },
    { key: 'state', header: t('grantee.held.col.state'), width: 180, cell: (h: HeldRightView) => <StatusBadge status={BADGE[stateOf(h)]} label={statusWord(h.status)} /> },
    { key: 'parts', header: t('grantee.held.col.parts'), width: 140, cell: (h: HeldRightView) => <><Text size="sm">{h.segments.length === 0 ? (h.operations === 'append' || stateOf(h) === 'ended' ? '–' : t('grantee.held.parts.none')) : t('grantee.held.parts', { count: h.segments.length })}</Text>{h.segments.some((s) => s.opened) && <Text size="xs" c="dimmed">{t('grantee.held.parts.opened', { count: h.segments.filter((s) => s.opened).length })}</Text>}</> },
    { key: 'until', header: t('grantee.held.col.until'), width: 130, sort: (a: HeldRightView, b: HeldRightView) => a.expiresAt - b.expiresAt, cell: (h: HeldRightView) => (h.status === 'pending' ? <Text size="sm">{h.requestedAt === null ? '–' : t('grantee.held.asked', { ago: since(h.requestedAt, now) })}</Text> : <Text size="sm" title={dateTime(h.endedAt ?? h.expiresAt)}>{day(h.endedAt ?? h.expiresAt)}</Text>) },
  ], [now]);
  const ask = <Button leftSection={<MailQuestion size={16} aria-hidden />} component={Link} href={`${HELD}/ask`}>{t('grantee.held.ask')}</Button>;
  return (
    <HeldFrame title={t('grantee.held.title')} subtitle={<>{t('grantee.held.subtitle')} {roles ? t('grantee.roles', { roles }) : t('grantee.roles.none')}</>} actions={ask}>
      <Loaded live={held} empty={<Empty icon={<Inbox size={26} />} title={t('grantee.held.empty.title')} text={t('grantee.held.empty.text')} action={ask} />}>
        {() => (
          <Stack gap="md">
            <SegmentedControl aria-label={t('grantee.held.filter')} value={shown} onChange={(v) => setChosen(v as HeldState)} data={(['live', 'pending', 'ended'] as const).map((value) => ({ value, label: t(`grantee.held.filter.${value}`) }))} style={{ alignSelf: 'flex-start' }} />
            {rows.length === 0 ? <Text size="sm" c="dimmed">{t('grantee.held.none')}</Text> : <DataTable rows={rows} columns={columns} rowKey={(h) => h.rightId} onOpen={(h) => go(`${HELD}/${h.rightId}`)} label={t('grantee.held.table')} height={640} rowHeight={76} />}
          </Stack>
        )}
      </Loaded>
    </HeldFrame>
  );
}
