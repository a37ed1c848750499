import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { Gift, Inbox, MailPlus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { RequestView } from '../../../../../shared/api/consent.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { requestSentence, warnings } from '../../../components/consent/sentence.ts';
import { since } from '../../../components/consent/times.ts';
import { partyName } from '../../../components/consent/words.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Stat } from '../../../components/Stat.tsx';
import { dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useNow } from '../../use-now.ts';
import { RunningJobs } from '../RunningJobs.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { CONSENT_JOBS } from './jobs.ts';
import { RefuseDialog } from './RefuseDialog.tsx';
import { CONSENT } from './tabs.ts';
import { useOverview, useRequests } from './use-consent.ts';

const MINUTE = 60_000;

/** Who asks for what, each as one sentence. */
export function InboxPage() {
  const [, go] = useLocation();
  const requests = useRequests();
  const overview = useOverview();
  const now = useNow(MINUTE);
  const [refusing, setRefusing] = useState<RequestView | null>(null);
  const [inviting, setInviting] = useState(false);
  const columns = useMemo(() => [
    { key: 'request', header: t('consent.inbox.col.request'), width: 'minmax(280px, 3fr)', cell: (r: RequestView) => <Said request={r} now={now} /> },
    { key: 'who', header: t('consent.inbox.col.who'), width: 'minmax(190px, 1.3fr)', cell: (r: RequestView) => <Party party={r.from} /> },
    { key: 'when', header: t('consent.inbox.col.when'), width: 130, sort: (a: RequestView, b: RequestView) => a.requestedAt - b.requestedAt, cell: (r: RequestView) => <Text size="sm" title={dateTime(r.requestedAt)}>{since(r.requestedAt, now)}</Text> },
    {
      key: 'act', header: t('consent.inbox.col.act'), width: 190, cell: (r: RequestView) => (
        <Group gap={6} wrap="nowrap">
          <Button size="compact-sm" component={Link} href={`${CONSENT}/requests/${r.rightId}`} aria-label={t('consent.inbox.look.label', { who: partyName(r.from) })}>{t('consent.inbox.look')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => setRefusing(r)} aria-label={t('consent.inbox.refuse.label', { who: partyName(r.from) })}>{t('consent.inbox.refuse')}</Button>
        </Group>
      ),
    },
  ], [now]);
  const o = overview.data;
  const invite = <Button leftSection={<MailPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>{t('consent.inbox.invite')}</Button>;
  return (
    <ConsentPage
      title={t('consent.inbox.title')} subtitle={t('consent.inbox.subtitle')}
      actions={<>{invite}<Button variant="default" leftSection={<Gift size={16} aria-hidden />} component={Link} href={`${CONSENT}/give`}>{t('consent.inbox.give')}</Button></>}
    >
      <Stack gap="lg">
        {o && (
          <SimpleGrid cols={{ base: 2, sm: 4 }}>
            <Stat label={t('consent.stat.pending')} value={number(o.pending)} />
            <Stat label={t('consent.stat.live')} value={number(o.live)} />
            <Stat label={t('consent.stat.records')} value={number(o.records)} />
            <Stat label={t('consent.stat.emergencies')} value={number(o.emergencies)} />
          </SimpleGrid>
        )}
        <RunningJobs kinds={CONSENT_JOBS} />
        <Loaded live={requests} empty={<Empty icon={<Inbox size={26} />} title={t('consent.inbox.empty.title')} text={t('consent.inbox.empty.text')} action={invite} />}>
          {(rows) => <DataTable rows={rows} columns={columns} rowKey={(r) => r.rightId} onOpen={(r) => go(`${CONSENT}/requests/${r.rightId}`)} label={t('consent.inbox.table')} height={640} rowHeight={96} />}
        </Loaded>
      </Stack>
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
      {refusing && <RefuseDialog request={refusing} onClose={() => setRefusing(null)} />}
    </ConsentPage>
  );
}

function Said({ request, now }: { request: RequestView; now: number }) {
  const told = warnings({ ...request, scope: request.scope }).slice(0, 1);
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="sm" fw={500} className="ph-wrap">{requestSentence(request, now)}</Text>
      {told.map((s) => <Text key={s} size="xs" c="dimmed" mt={2} className="ph-wrap">{s}</Text>)}
    </div>
  );
}
