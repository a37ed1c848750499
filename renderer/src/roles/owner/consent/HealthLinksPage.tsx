import { Button, CopyButton, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { Check, Copy, Link2, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { HealthLinkView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { DataTable } from '../../../components/DataTable.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { ago, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { useNow } from '../../use-now.ts';
import { ConsentPage } from './ConsentPage.tsx';
import { MakeLinkDialog } from './MakeLinkDialog.tsx';

const MINUTE = 60_000;
/** Why it opens nothing any more; null while it does. */
const endOf = (l: HealthLinkView, now: number): string | null => (l.revokedAt !== null ? t('records.link.ended', { ago: ago(l.revokedAt, now) }) : l.expiresAt <= now ? t('records.link.expired', { ago: ago(l.expiresAt, now) }) : null);

export function HealthLinksPage() {
  const links = useLive(['consent', 'healthLinks'], () => api.consent.healthLinks.query(), ['consent', 'history']);
  const now = useNow(MINUTE);
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<HealthLinkView | null>(null);
  const [looking, setLooking] = useState<HealthLinkView | null>(null);
  const columns = useMemo(() => [
    { key: 'label', header: t('records.link.col.label'), width: 'minmax(200px, 2fr)', cell: (l: HealthLinkView) => <div style={{ minWidth: 0 }}><Text size="sm" fw={600} className="ph-wrap">{l.label}</Text><Text size="xs" c="dimmed">{t(l.passcode ? 'records.link.passcode' : 'records.link.noPasscode')}</Text>{l.problem && endOf(l, now) === null && <Text size="xs" c="dimmed" className="ph-wrap">{l.problem}</Text>}</div> },
    { key: 'until', header: t('records.link.col.until'), width: 170, sort: (a: HealthLinkView, b: HealthLinkView) => a.expiresAt - b.expiresAt, cell: (l: HealthLinkView) => <Text size="sm" title={dateTime(l.expiresAt)}>{endOf(l, now) ?? ago(l.expiresAt, now)}</Text> },
    { key: 'opened', header: t('records.link.col.opened'), width: 160, cell: (l: HealthLinkView) => (l.opened.length === 0 ? <Text size="sm" c="dimmed">{t('records.link.never')}</Text> : <Button size="compact-sm" variant="subtle" onClick={() => setLooking(l)} aria-label={t('records.link.who.label', { label: l.label, times: t('records.link.times', { count: l.times }) })}>{t('records.link.times', { count: l.times })}</Button>) },
    {
      key: 'act', header: t('records.link.col.act'), width: 190, cell: (l: HealthLinkView) => (endOf(l, now) !== null ? null : (
        <Group gap={6} wrap="nowrap">
          <CopyButton value={l.link}>{({ copied, copy }) => <Button size="compact-sm" variant="default" leftSection={copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />} onClick={copy} aria-label={t('records.link.copy.label', { label: l.label })}>{t(copied ? 'records.link.copied' : 'records.link.copy')}</Button>}</CopyButton>
          <Button size="compact-sm" variant="default" onClick={() => setEnding(l)} aria-label={t('records.link.end.label', { label: l.label })}>{t('records.link.end')}</Button>
        </Group>
      )),
    },
  ], [now]);
  const make = <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>{t('records.link.make')}</Button>;
  return (
    <ConsentPage title={t('records.link.title')} subtitle={t('records.link.subtitle')} actions={make}>
      <Loaded live={links} empty={<Empty icon={<Link2 size={26} />} title={t('records.link.empty.title')} text={t('records.link.empty.text')} action={make} />}>
        {(rows) => <DataTable rows={rows} columns={columns} rowKey={(l) => l.id} label={t('records.link.table')} height={560} rowHeight={64} />}
      </Loaded>
      {making && <MakeLinkDialog onClose={() => setMaking(false)} onMade={links.reload} />}
      {ending && <EndLink link={ending} onClose={() => setEnding(null)} onDone={() => { setEnding(null); links.reload(); }} />}
      {looking && <Openings link={looking} onClose={() => setLooking(null)} />}
    </ConsentPage>
  );
}

function EndLink({ link, onClose, onDone }: { link: HealthLinkView; onClose(): void; onDone(): void }) {
  const end = useAct(async () => { await api.consent.revokeHealthLink.mutate(link.id); onDone(); });
  return <ConfirmAct opened onClose={onClose} danger title={t('records.link.end.title')} sentences={[t('records.link.end.does'), t('records.link.end.not')]} costs={[]} confirm={t('records.link.end.confirm')} onConfirm={() => void end.run()} busy={end.busy} error={end.error} />;
}

function Openings({ link, onClose }: { link: HealthLinkView; onClose(): void }) {
  return (
    <Modal opened onClose={onClose} title={<Text fw={650} fz="lg" component="span" className="ph-wrap">{t('records.link.opened.title', { label: link.label })}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <Stack gap="sm">
        <Table><Table.Tbody>{link.opened.map((o, i) => <Table.Tr key={i}><Table.Td className="ph-num">{dateTime(o.at)}</Table.Td><Table.Td className="ph-wrap">{o.recipient}</Table.Td><Table.Td className="ph-num">{o.times > 1 && t('records.link.times', { count: o.times })}</Table.Td></Table.Tr>)}</Table.Tbody></Table>
        <Text size="xs" c="dimmed">{t('records.link.opened.text')}</Text>
      </Stack>
    </Modal>
  );
}
