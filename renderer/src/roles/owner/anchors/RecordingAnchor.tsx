import { Anchor as TextLink, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Anchor } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AnchorProgress } from '../../../../../shared/api/anchors.ts';
import type { RecordingDetail } from '../../../../../shared/api/owner.ts';
import { api } from '../../../api/client.ts';
import { Loaded } from '../../../components/Loaded.tsx';
import { dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Panel } from '../Panel.tsx';
import { AnchorDialog } from './AnchorDialog.tsx';
import { ReceiptButtons } from './ReceiptButtons.tsx';
import { ANCHORS } from './tabs.ts';
import { useRecordingAnchor } from './use-anchors.ts';

/** Whether a recording is anchored; the way to do it, and its receipt. */
export function RecordingAnchor({ recording: r }: { recording: Pick<RecordingDetail, 'id' | 'title'> }) {
  const anchor = useRecordingAnchor(r.id);
  const [asking, setAsking] = useState(false);
  return (
    <Panel padding="lg" component="section" aria-labelledby="anchor-title">
      <Title order={2} size="h4" mb="xs" id="anchor-title">{t('anchors.panel')}</Title>
      <Loaded live={anchor} isEmpty={() => false}>
        {(it) => (
          <Stack gap="sm" align="flex-start">
            <Text size="sm" className="ph-wrap">{stateText(it)}</Text>
            {it === null && <Button variant="light" leftSection={<Anchor size={16} aria-hidden />} onClick={() => setAsking(true)}>{t('anchors.panel.now')}</Button>}
            {it?.state === 'anchored' && <><ReceiptButtons kind="recording" refOf={r.id} what={r.title} /><Text size="xs" c="dimmed">{t('anchors.receipt.how')}</Text></>}
            {it?.batch && <Group gap="xs"><TextLink component={Link} href={`${ANCHORS}/batches/${it.batch.id}`} size="sm" underline="always">{t('anchors.panel.batch')}</TextLink></Group>}
          </Stack>
        )}
      </Loaded>
      {asking && <AnchorDialog title={t('anchors.panel.now.title')} what={t('anchors.panel.what', { title: r.title })} start={() => api.anchors.anchor.mutate({ recordings: [r.id], entries: [] })} onClose={() => setAsking(false)} />}
    </Panel>
  );
}

function stateText(it: AnchorProgress | null): string {
  if (it === null) return t('anchors.panel.none');
  if (it.state !== 'anchored' || !it.batch) return t(it.state === 'waiting' ? 'anchors.panel.waiting' : 'anchors.panel.sent');
  const { anchoredAt, madeAt, id, count } = it.batch;
  const facts = { when: dateTime(anchoredAt ?? madeAt), id: number(id) };
  return count === 1 ? t('anchors.panel.alone', facts) : t('anchors.panel.anchored', { ...facts, records: number(count) });
}
