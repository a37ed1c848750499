import { Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { RecordContent, RecordView } from '../../../../../shared/api/records.ts';
import { api } from '../../../api/client.ts';
import { Addr } from '../../../components/Addr.tsx';
import { FactList } from '../../../components/consent/FactList.tsx';
import { Party } from '../../../components/consent/Party.tsx';
import { recordTitle } from '../../../components/consent/record-words.ts';
import { Loaded } from '../../../components/Loaded.tsx';
import { bytes, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

/** A record's content, while this is open and no longer. Text is shown as text, whatever it claims to be. */
export function RecordContentDialog({ record: r, onClose }: { record: RecordView; onClose(): void }) {
  // Not by the cache of the pages: what a record says is nowhere once this is closed.
  const [content, setContent] = useState<RecordContent | undefined>();
  const { run, busy, error } = useAct(async () => setContent(await api.records.content.query(r.recordId)));
  useEffect(() => { void run(); }, [run]);
  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650} fz="lg" component="span" className="ph-wrap">{t('records.content.title', { title: recordTitle(r) })}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      <Stack gap="md">
        <Party party={r.issuer} />
        <Loaded live={{ data: content, error, loading: busy, reload: () => void run() }}>
          {(c) => (c.text === null ? <Text size="sm">{t('records.content.binary', { type: c.mediaType, size: bytes(c.bytes) })}</Text> : (
            <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('records.content.text') }}>
              <pre style={{ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: 14 }}>{c.text}</pre>
            </ScrollArea.Autosize>
          ))}
        </Loaded>
        <FactList facts={[{ name: t('records.col.when'), value: dateTime(r.issuedAt) }, { name: t('records.digest'), value: <Addr address={r.digest} /> }]} />
      </Stack>
    </Modal>
  );
}
