import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { Lock } from 'lucide-react';
import { t } from '../../../i18n/index.ts';
import { canStart, dropOpenImports, importsStore, isOpen, startImport } from './imports.ts';
import { ImportReview } from './ImportReview.tsx';

/** What was chosen and not started yet: what is in it, what has to be said about it, and one press. */
export function ImportDialog() {
  const entries = importsStore((s) => s.entries).filter(isOpen);
  const ready = entries.filter(canStart);
  const starting = entries.some((e) => e.phase === 'starting');
  const count = Math.max(1, ready.length);
  return (
    <Modal opened={entries.length > 0} onClose={dropOpenImports} title={t('owner.import.title', { count: Math.max(1, entries.length) })} size="xl" closeButtonProps={{ 'aria-label': t('owner.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); for (const entry of ready) void startImport(entry.id); }}>
        <Stack gap="lg">
          {entries.map((entry) => <ImportReview key={entry.id} entry={entry} alone={entries.length === 1} />)}
          <Alert variant="light" color="gray" icon={<Lock size={18} aria-hidden="true" />}>{t('owner.import.private')}</Alert>
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status">{entries.length > 1 && ready.length < entries.length ? t('import.ready', { ready: ready.length, total: entries.length }) : ''}</Text>
            <Group>
              <Button variant="default" onClick={dropOpenImports}>{t('owner.cancel')}</Button>
              <Button type="submit" disabled={ready.length === 0} loading={starting}>{t('owner.import.start', { count })}</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
