import { Badge, Box, Button, Divider, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { Dices, Archive, BadgeCheck, Ban, Bell, CircleAlert, CircleCheck, Coins, FileHeart, HandCoins, Inbox, KeyRound, Lock, LockOpen, MessageCircleWarning, Search, ShoppingBag, Siren, Undo2, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Notice, NoticeKind } from '../../../../shared/api/app.ts';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { ago, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';
import { useJobs } from '../../stores/jobs.ts';
import { markRead, useNotices } from '../../stores/notices.ts';
import { setUi, uiStore } from '../../stores/ui.ts';
import { isPlace } from '../nav.ts';
import css from './frame.module.css';
import { noticeText } from './notice-text.ts';

const ICONS: Record<NoticeKind, LucideIcon> = {
  sale: ShoppingBag, request: KeyRound, payout: HandCoins, 'release-failed': CircleAlert, certified: BadgeCheck, rejected: Ban, 'saved-search': Search, 'refund-due': Undo2, 'backup-due': Archive, 'job-done': CircleCheck, 'job-failed': CircleAlert, slashed: Coins,
  'access-requested': Inbox, 'access-granted': LockOpen, 'access-revoked': Lock, 'right-undone': Undo2, 'record-issued': FileHeart, 'emergency-opened': Siren, 'emergency-for-registrar': Siren, contested: MessageCircleWarning, 'health-link-opened': FileHeart,
  'study-drawn': Dices, 'study-struck': Ban, 'study-abandoned': HandCoins, 'study-approved': BadgeCheck,
};

function NoticeLine({ notice, onFollow }: { notice: Notice; onFollow: () => void }) {
  const Icon = ICONS[notice.kind] ?? Bell;
  const inside = (
    <>
      <Icon size={18} aria-hidden />
      <Box flex={1} miw={0}>
        <Text size="sm" fw={notice.read ? 400 : 600} className="ph-wrap">{noticeText(notice)}</Text>
        <Text size="xs" c="dimmed">{ago(notice.at)}</Text>
      </Box>
      {!notice.read && <span className={css.dot}><span className="ph-hidden">{t('shell.activity.unread')}</span></span>}
    </>
  );
  return notice.link && isPlace(notice.link) ? <Link href={notice.link} className={css.notice} onClick={onFollow}>{inside}</Link> : <div className={css.notice}>{inside}</div>;
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Group justify="space-between"><Title order={2} fz="md">{title}</Title>{action}</Group>
      {children}
    </Stack>
  );
}

/** What runs, what has ended, what was told: wherever in the app one is. */
export function Activity() {
  const opened = uiStore((s) => s.activity);
  const jobs = useJobs();
  const notices = useNotices();
  const close = () => setUi({ activity: false });
  const read = useAct(async (upTo: number) => { await api.app.readNotices.mutate(upTo); markRead(upTo); });
  const putAway = useAct(async (ids: string[]) => { for (const id of ids) await api.app.dismissJob.mutate(id); });
  const running = jobs.filter((j) => j.state === 'running');
  const ended = jobs.filter((j) => j.state !== 'running');
  const unread = notices.filter((n) => !n.read);
  return (
    <Drawer opened={opened} onClose={close} position="right" size={440} title={<Text component="span" fw={650} fz="lg">{t('shell.activity.title')}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <Stack gap="lg" pb="xl">
        <Section title={t('shell.activity.running')}>
          {running.length === 0 ? <Text size="sm" c="dimmed">{t('shell.activity.noJobs')}</Text> : <Stack gap="md">{running.map((job) => <JobLine key={job.id} job={job} />)}</Stack>}
        </Section>
        {ended.length > 0 && (
          <>
            <Divider />
            <Section title={t('shell.activity.ended')} action={<Button size="compact-xs" variant="subtle" loading={putAway.busy} onClick={() => void putAway.run(ended.map((j) => j.id))}>{t('shell.activity.dismissAll')}</Button>}>
              <Stack gap="md">{ended.map((job) => <JobLine key={job.id} job={job} />)}</Stack>
              <ErrorBox error={putAway.error} />
            </Section>
          </>
        )}
        <Divider />
        <Section
          title={t('shell.activity.notices')}
          action={unread.length > 0 && <Group gap={8}><Badge variant="light" tt="none" className="ph-num">{`${unread.length} ${t('shell.activity.unread')}`}</Badge><Button size="compact-xs" variant="subtle" loading={read.busy} onClick={() => void read.run(notices[0]!.id)}>{t('shell.activity.markRead')}</Button></Group>}
        >
          <ErrorBox error={read.error} />
          {notices.length === 0 ? <Text size="sm" c="dimmed">{t('shell.activity.noNotices')}</Text> : <Stack gap={0}>{notices.map((n) => <NoticeLine key={n.id} notice={n} onFollow={() => { close(); }} />)}</Stack>}
        </Section>
      </Stack>
    </Drawer>
  );
}
