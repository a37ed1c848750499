import { Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { IssuedView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { Addr } from '../../../components/Addr.tsx';
import { recordTitle } from '../../../components/consent/record-words.ts';
import { categoryTitle } from '../../../components/consent/words.ts';
import { DataTable } from '../../../components/DataTable.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { ago, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { Section } from '../dataset/Section.tsx';
import { HeldFrame } from './HeldFrame.tsx';
import { IssueForm } from './IssueForm.tsx';
import { RoleGate } from './RoleGate.tsx';

/** What providers, institutions and insurers issue to a person, and what they have issued. */
export function IssuePage() {
  return (
    <HeldFrame title={t('grantee.issue.title')} subtitle={t('grantee.issue.subtitle')}>
      <RoleGate roles={['provider', 'institution', 'insurer']}><Issue /></RoleGate>
    </HeldFrame>
  );
}

function Issue() {
  const issued = useLive(['records', 'issued'], () => api.records.issued.query(), ['records', 'history']);
  const columns = useMemo(() => [
    { key: 'title', header: t('grantee.issue.col.title'), width: 'minmax(200px, 2fr)', cell: (r: IssuedView) => <div style={{ minWidth: 0 }}><Text size="sm" fw={600} className="ph-wrap">{recordTitle(r)}</Text><Text size="xs" c="dimmed">{[categoryTitle(r.category), r.corrects !== null && t('records.corrects', { id: `#${r.corrects}` })].filter(Boolean).join(' · ')}</Text></div> },
    { key: 'patient', header: t('grantee.issue.col.patient'), width: 160, cell: (r: IssuedView) => <Addr address={r.patient} /> },
    { key: 'when', header: t('grantee.issue.col.when'), width: 150, sort: (a: IssuedView, b: IssuedView) => a.issuedAt - b.issuedAt, cell: (r: IssuedView) => <Text size="sm" title={dateTime(r.issuedAt)}>{ago(r.issuedAt)}</Text> },
    { key: 'stored', header: t('grantee.issue.col.stored'), width: 170, cell: (r: IssuedView) => <StatusBadge status={r.stored ? 'done' : 'waiting'} label={t(r.stored ? 'grantee.issue.stored.yes' : 'grantee.issue.stored.no')} /> },
  ], []);
  return (
    <Stack gap="lg">
      <IssueForm issued={issued.data ?? []} />
      <Section title={t('grantee.issue.list')}>
        <Loaded live={issued} empty={<Text size="sm" c="dimmed">{t('grantee.issue.list.none')}</Text>}>
          {(rows) => <DataTable rows={rows} columns={columns} rowKey={(r) => r.recordId} label={t('grantee.issue.list')} height={460} rowHeight={60} />}
        </Loaded>
      </Section>
    </Stack>
  );
}
