import { useState } from 'react';
import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import type { Search } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { describeSearch } from '../describe-search.ts';

export function SaveSearch({ search, opened, onClose, onSaved }: { search: Search; opened: boolean; onClose(): void; onSaved(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('customer.save.title')} closeButtonProps={{ 'aria-label': t('customer.save.cancel') }}>
      {opened && <Form search={search} onClose={onClose} onSaved={onSaved} />}
    </Modal>
  );
}

function Form({ search, onClose, onSaved }: { search: Search; onClose(): void; onSaved(): void }) {
  const words = describeSearch(search);
  const [name, setName] = useState(words.slice(0, 60));
  const [notify, setNotify] = useState(true);
  const save = useAct(() => api.market.saveSearch.mutate({ name, search: { ...search, unfit: undefined }, notify }));
  return (
    <form onSubmit={(e) => { e.preventDefault(); void save.run().then((saved) => { if (saved) onSaved(); }); }}>
      <Stack>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>{words}</Text>
        <TextInput data-autofocus label={t('customer.save.name')} description={t('customer.save.nameHint')} maxLength={60} required value={name} onChange={(e) => setName(e.currentTarget.value)} />
        <Checkbox label={t('customer.save.notify')} checked={notify} onChange={(e) => setNotify(e.currentTarget.checked)} />
        {save.error && <ErrorBox error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('customer.save.cancel')}</Button>
          <Button type="submit" loading={save.busy} disabled={name.trim() === ''}>{t('customer.save.confirm')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
