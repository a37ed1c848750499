import { Group, Text } from '@mantine/core';
import { Archive, BookOpen, CheckCheck, Dices, FileHeart, Inbox, ShieldOff, Siren, type LucideIcon } from 'lucide-react';
import type { ConsentTraceRow } from '../../../../../shared/api/consent.ts';
import { partyName, purposeTitle } from '../../../components/consent/words.ts';
import { Addr } from '../../../components/Addr.tsx';
import type { Column } from '../../../components/DataTable.tsx';
import { Party } from '../../../components/consent/Party.tsx';
import { ago, dateTime, day } from '../../../i18n/format.ts';
import { hasKey, t } from '../../../i18n/index.ts';
import { kindOf, type ConsentKind } from './history-filter.ts';
import { ReceiptButton } from './ReceiptButton.tsx';

const ICONS: Record<ConsentKind, LucideIcon> = { requests: Inbox, answers: CheckCheck, reads: BookOpen, ends: ShieldOff, records: FileHeart, emergencies: Siren, studies: Dices };
const eventText = (event: string): string => { const key = `shell.trace.${event}`; return hasKey(key) ? t(key) : event; };
const numbers = (r: ConsentTraceRow): string => [
  r.rightId !== null && t('consent.history.right', { id: `#${r.rightId}` }), r.recordId !== null && t('consent.history.record', { id: `#${r.recordId}` }), r.accessId !== null && t('consent.history.access', { id: `#${r.accessId}` }),
  r.callId !== null && t('consent.history.call', { id: `#${r.callId}` }), r.datasetId !== null && t('consent.history.data', { id: `#${r.datasetId}` }),
].filter(Boolean).join(' · ');

function Event({ row }: { row: ConsentTraceRow }) {
  const kind = kindOf(row.event);
  const Icon = kind ? ICONS[kind] : Archive;
  return <Group gap={8} wrap="nowrap" align="flex-start"><Icon size={16} aria-hidden style={{ flex: 'none', marginTop: 2, color: 'var(--mantine-color-dimmed)' }} /><div style={{ minWidth: 0 }}><Text size="sm" fw={500} className="ph-wrap">{eventText(row.event)}</Text>{row.expiresAt !== null && <Text size="xs" c="dimmed">{t('consent.history.until', { day: day(row.expiresAt) })}</Text>}</div></Group>;
}

/** Liang et al.'s tuple: who, what was done, to what, what for, and the proof. */
export const HISTORY_COLUMNS: Column<ConsentTraceRow>[] = [
  { key: 'when', header: t('consent.history.col.when'), width: 196, cell: (r) => <><Text size="sm">{dateTime(r.at)}</Text><Text size="xs" c="dimmed">{ago(r.at)}</Text></> },
  { key: 'event', header: t('consent.history.col.event'), width: 'minmax(170px, 1.2fr)', cell: (r) => <Event row={r} /> },
  { key: 'who', header: t('consent.history.col.who'), width: 'minmax(180px, 1.2fr)', cell: (r) => (r.mine ? <><Text size="sm" fw={600}>{t('consent.party.you')}</Text>{r.who && <Text size="xs" c="dimmed" className="ph-wrap">{t('consent.history.with', { who: partyName(r.who) })}</Text>}</> : r.who ? <Party party={r.who} /> : '–') },
  { key: 'what', header: t('consent.history.col.what'), width: 'minmax(180px, 1.5fr)', cell: (r) => <div style={{ minWidth: 0 }}><Text size="sm" className="ph-wrap">{r.what ?? '–'}</Text><Text size="xs" c="dimmed">{numbers(r)}</Text></div> },
  { key: 'why', header: t('consent.history.col.why'), width: 'minmax(120px, 1fr)', cell: (r) => (r.purpose ? <><Text size="sm">{purposeTitle(r.purpose.term)}</Text>{r.purpose.words && <Text size="xs" c="dimmed" className="ph-wrap" lineClamp={2}>{r.purpose.words}</Text>}</> : '–') },
  { key: 'receipt', header: t('consent.history.col.receipt'), width: 150, cell: (r) => (r.event === 'AccessGranted' && r.rightId !== null ? <ReceiptButton rightId={r.rightId} small /> : r.block === 0 ? '–' : <Addr address={r.tx} />) },
];
