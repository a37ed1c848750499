import { Button, Stack, Text, Title } from '@mantine/core';
import { CircleSlash, ShieldOff, UserRoundX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { GrantView } from '../../../../../shared/api/consent.ts';
import { grantSentence } from '../../../components/consent/sentence.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { since } from '../../../components/consent/times.ts';
import { listOf, partyName, statusWord } from '../../../components/consent/words.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, dateTime, day } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useNow } from '../../use-now.ts';
import { RunningJobs } from '../RunningJobs.tsx';
import { BackAllDialog } from './BackAllDialog.tsx';
import { BackDialog } from './BackDialog.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { Delivery } from './Delivery.tsx';
import { CONSENT_JOBS } from './jobs.ts';
import { CONSENT } from './tabs.ts';
import { useGrants } from './use-consent.ts';

const MINUTE = 60_000;
export const isLive = (g: GrantView): boolean => g.status === 'approved' || g.status === 'suspended';
const useText = (g: GrantView, now: number): string => (g.uses === 0 ? t('consent.rights.uses.none') : [t('consent.rights.uses', { count: g.uses }), g.lastUseAt !== null && t('consent.rights.lastUse', { ago: since(g.lastUseAt, now) })].filter(Boolean).join(', '));

/** Who can read what at this moment; each row is taken back by one press, all of them by one. */
export function RightsPage() {
  const [, go] = useLocation();
  const grants = useGrants();
  const now = useNow(MINUTE);
  const [taking, setTaking] = useState<GrantView | null>(null);
  const [all, setAll] = useState(false);
  const live = useMemo(() => (grants.data ?? []).filter(isLive), [grants.data]);
  const ended = useMemo(() => (grants.data ?? []).filter((g) => !isLive(g) && g.status !== 'pending'), [grants.data]);
  const columns = useMemo(() => {
    const who = { key: 'who', header: t('consent.rights.col.who'), width: 'minmax(190px, 1.3fr)', cell: (g: GrantView) => <Party party={g.to} /> };
    const what = { key: 'what', header: t('consent.rights.col.what'), width: 'minmax(240px, 2.4fr)', cell: (g: GrantView) => <div style={{ minWidth: 0 }}><Text size="sm" className="ph-wrap">{grantSentence(g)}</Text>{g.what.length > 0 && <Text size="xs" c="dimmed" className="ph-wrap" lineClamp={2}>{listOf(g.what.map((w) => w.title))}</Text>}{isLive(g) && <Delivery grant={g} now={now} />}</div> };
    const use = { key: 'use', header: t('consent.rights.col.use'), width: 140, sort: (a: GrantView, b: GrantView) => a.uses - b.uses, cell: (g: GrantView) => <Text size="sm">{useText(g, now)}</Text> };
    return {
      live: [who, what, use,
        { key: 'until', header: t('consent.rights.col.until'), width: 130, sort: (a: GrantView, b: GrantView) => a.expiresAt - b.expiresAt, cell: (g: GrantView) => <><Text size="sm" title={dateTime(g.expiresAt)}>{day(g.expiresAt)}</Text><Text size="xs" c="dimmed">{ago(g.expiresAt, now)}</Text></> },
        { key: 'act', header: t('consent.rights.col.act'), width: 130, cell: (g: GrantView) => <Button size="compact-sm" variant="default" onClick={() => setTaking(g)} aria-label={t('consent.rights.back.label', { who: partyName(g.to) })}>{t('consent.rights.back')}</Button> },
      ],
      ended: [who, what, use,
        { key: 'status', header: t('consent.rights.col.status'), width: 170, cell: (g: GrantView) => <StatusBadge status={g.status === 'rejected' ? 'rejected' : 'closed'} label={statusWord(g.status)} /> },
        { key: 'ended', header: t('consent.rights.col.endedAt'), width: 130, sort: (a: GrantView, b: GrantView) => (a.endedAt ?? a.expiresAt) - (b.endedAt ?? b.expiresAt), cell: (g: GrantView) => <Text size="sm" title={dateTime(g.endedAt ?? g.expiresAt)}>{day(g.endedAt ?? g.expiresAt)}</Text> },
      ],
    };
  }, [now]);
  const open = (g: GrantView) => go(`${CONSENT}/rights/${g.rightId}`);
  return (
    <ConsentPage title={t('consent.rights.title')} subtitle={t('consent.rights.subtitle')} actions={<Button color="red.8" leftSection={<ShieldOff size={16} aria-hidden />} disabled={live.length === 0} onClick={() => setAll(true)}>{t('consent.rights.all')}</Button>}>
      <Stack gap="lg">
        <RunningJobs kinds={CONSENT_JOBS} />
        <Loaded live={grants}>
          {() => (
            <>
              {live.length === 0 ? <Empty icon={<UserRoundX size={26} />} title={t('consent.rights.empty.title')} text={t('consent.rights.empty.text')} /> : <DataTable rows={live} columns={columns.live} rowKey={(g) => g.rightId} onOpen={open} label={t('consent.rights.table')} height={560} rowHeight={84} />}
              {ended.length > 0 && (
                <section aria-labelledby="ended-title">
                  <Title order={2} size="h4" mb="sm" id="ended-title"><CircleSlash size={16} aria-hidden style={{ verticalAlign: '-2px', marginInlineEnd: 6 }} />{t('consent.rights.ended')}</Title>
                  <DataTable rows={ended} columns={columns.ended} rowKey={(g) => g.rightId} onOpen={open} label={t('consent.rights.table.ended')} height={460} rowHeight={72} />
                </section>
              )}
            </>
          )}
        </Loaded>
      </Stack>
      {taking && <BackDialog grant={taking} onClose={() => setTaking(null)} />}
      {all && <BackAllDialog count={live.length} onClose={() => setAll(false)} />}
    </ConsentPage>
  );
}
