import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { OwnCallView } from '../../../../../shared/api/studies.ts';
import { api } from '../../../api/client.ts';
import { VirtualList } from '../../../components/consent/VirtualList.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { CallCard } from './CallCard.tsx';
import { ConsentPage } from './ConsentPage.tsx';

const CARD_HEIGHT = 330;
/** One's own places and answers first, then what one could enrol in. */
const rank = (c: OwnCallView): number => (c.entry?.offered ? 0 : c.entry ? 1 : c.meets.some((m) => m.meets) ? 2 : 3);
const concerns = (c: OwnCallView): boolean => rank(c) < 3;

/** Calls for data, and which of one's own would meet them. */
export function CallsPage() {
  const calls = useLive(['studies', 'calls'], () => api.studies.calls.query(), ['studies', 'recordings', 'datasets']);
  const [only, setOnly] = useState(false);
  const rows = useMemo(() => [...(calls.data ?? [])].filter((c) => !only || concerns(c)).sort((a, b) => rank(a) - rank(b) || b.callId - a.callId), [calls.data, only]);
  return (
    <ConsentPage title={t('studies.title')} subtitle={t('studies.subtitle')}>
      <Loaded live={calls} empty={<Empty icon={<FlaskConical size={26} />} title={t('studies.empty.title')} text={t('studies.empty.text')} />}>
        {() => (
          <>
            <Group justify="space-between"><Switch label={t('studies.filter.meets')} checked={only} onChange={(e) => setOnly(e.currentTarget.checked)} /><Text size="sm" c="dimmed" role="status" className="ph-num">{t('studies.count', { count: rows.length })}</Text></Group>
            {rows.length === 0 ? <Stack align="flex-start"><Text size="sm" c="dimmed">{t('studies.none.meets')}</Text><Button variant="default" onClick={() => setOnly(false)}>{t('consent.history.clear')}</Button></Stack> : <VirtualList rows={rows} rowKey={(c) => c.callId} label={t('studies.title')} maxHeight={820} estimate={CARD_HEIGHT} gap={16} focusable>{(c) => <CallCard call={c} />}</VirtualList>}
          </>
        )}
      </Loaded>
    </ConsentPage>
  );
}
