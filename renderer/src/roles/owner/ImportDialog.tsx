import { Alert, Button, Checkbox, Group, List, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { bytes } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import type { ImportOptions } from './imports.ts';

type Props = { asked: File[] | null; first?: ImportOptions; onClose(): void; onImport(options: ImportOptions): void };

const TITLE_MAX = 80;
const RATE_MAX = 10_000;

/** The choices that a file itself cannot tell; all of them may be left as they are. */
export function ImportDialog({ asked, first, onClose, onImport }: Props) {
  const [title, setTitle] = useState(first?.title ?? '');
  const [rate, setRate] = useState<number | ''>(first?.rateHz ?? '');
  const [skip, setSkip] = useState(first?.skipMalformed ?? false);
  const files = asked ?? [];
  const submit = () => onImport({ skipMalformed: skip, ...(title.trim() && files.length === 1 ? { title: title.trim() } : {}), ...(rate === '' ? {} : { rateHz: rate }) });
  return (
    <Modal opened={asked !== null} onClose={onClose} title={t('owner.import.title', { count: files.length })} size="lg" closeButtonProps={{ 'aria-label': t('owner.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); submit(); }}>
        <Stack gap="md">
          <List size="sm" spacing={2} style={{ maxHeight: 160, overflowY: 'auto' }}>
            {files.map((file, i) => <List.Item key={`${file.name}-${i}`} style={{ overflowWrap: 'anywhere' }}>{file.name} <Text span c="dimmed" size="xs">{bytes(file.size)}</Text></List.Item>)}
          </List>
          {files.length === 1 && <TextInput label={t('owner.import.name')} description={t('owner.import.name.text')} value={title} maxLength={TITLE_MAX} onChange={(e) => setTitle(e.currentTarget.value)} placeholder={files[0]?.name} data-autofocus />}
          <NumberInput label={t('owner.import.rate')} description={t('owner.import.rate.text')} suffix=" Hz" min={0.001} max={RATE_MAX} decimalScale={3} value={rate} onChange={(v) => setRate(typeof v === 'number' && v > 0 ? v : '')} />
          <Checkbox label={t('owner.import.skip')} description={t('owner.import.skip.text')} checked={skip} onChange={(e) => setSkip(e.currentTarget.checked)} />
          <Alert variant="light" color="gray" icon={<Lock size={18} aria-hidden="true" />}>{t('owner.import.private')}</Alert>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('owner.cancel')}</Button>
            <Button type="submit">{t('owner.import.start', { count: files.length })}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
