import { Button, Text } from '@mantine/core';
import { FlaskConical, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import type { CallView } from '../../../../../shared/api/studies.ts';
import { callTitle } from '../../../components/consent/call-words.ts';
import { Coins } from '../../../components/Coins.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { RunningJobs } from '../../owner/RunningJobs.tsx';
import { HeldFrame } from './HeldFrame.tsx';
import { RoleGate } from './RoleGate.tsx';
import { HELD } from './tabs.ts';
import { useOwnStudies } from './use-studies.ts';

export const stateBadge = (c: CallView): string => (c.state === 'ended' ? 'done' : c.state === 'abandoned' ? 'cancelled' : 'running');
/** What comes next, and when. */
export const nextText = (c: CallView): string => (c.next === null ? '–' : c.until === null ? t(`studies.next.${c.next}`) : t('studies.next.until', { what: t(`studies.next.${c.next}`), ago: ago(c.until) }));

/** Calls that I opened. */
export function OwnStudiesPage() {
  return (
    <HeldFrame title={t('studies.own.title')} subtitle={t('studies.own.subtitle')}>
      <RoleGate roles={['researcher']}><Studies /></RoleGate>
    </HeldFrame>
  );
}

function Studies() {
  const [, go] = useLocation();
  const studies = useOwnStudies();
  const columns = useMemo(() => [
    { key: 'title', header: t('studies.own.col.title'), width: 'minmax(200px, 2fr)', cell: (c: CallView) => <div style={{ minWidth: 0 }}><Text size="sm" fw={600} className="ph-wrap">{callTitle(c)}</Text><Text size="xs" c="dimmed">{t(`studies.kind.${c.kind}`)}</Text></div> },
    { key: 'state', header: t('studies.own.col.state'), width: 190, cell: (c: CallView) => <StatusBadge status={stateBadge(c)} label={t(`studies.state.${c.state}`)} /> },
    { key: 'entries', header: t('studies.own.col.entries'), width: 90, align: 'end' as const, cell: (c: CallView) => number(c.entries) },
    { key: 'approved', header: t('studies.own.col.approved'), width: 120, align: 'end' as const, cell: (c: CallView) => t('studies.own.filled', { approved: c.approved, places: c.places }) },
    { key: 'reward', header: t('studies.own.col.reward'), width: 110, align: 'end' as const, cell: (c: CallView) => <Coins amount={c.reward} /> },
    { key: 'next', header: t('studies.own.col.next'), width: 'minmax(180px, 1.5fr)', cell: (c: CallView) => <Text size="sm">{nextText(c)}</Text> },
  ], []);
  const open = <Button leftSection={<Plus size={16} aria-hidden />} component={Link} href={`${HELD}/studies/new`}>{t('studies.own.new')}</Button>;
  return (
    <>
      <RunningJobs kinds={['study']} />
      <Loaded live={studies} empty={<Empty icon={<FlaskConical size={26} />} title={t('studies.own.empty.title')} text={t('studies.own.empty.text')} action={open} />}>
        {(rows) => <><div>{open}</div><DataTable rows={rows} columns={columns} rowKey={(c) => c.callId} onOpen={(c) => go(`${HELD}/studies/${c.callId}`)} label={t('studies.own.table')} height={600} rowHeight={60} /></>}
      </Loaded>
    </>
  );
}
