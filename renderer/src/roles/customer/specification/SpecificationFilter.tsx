import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { ClipboardList } from 'lucide-react';
import { useState } from 'react';
import type { Search } from '../../../../../shared/api/market.ts';
import { t } from '../../../i18n/index.ts';
import { SpecificationForm } from './SpecificationForm.tsx';
import { describeSpecification } from './words.ts';

type Props = { search: Search; onChange(part: Partial<Search>): void };

/** The specification among the filters of the market. */
export function SpecificationFilter({ search: { specification, unfit }, onChange }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Stack gap={6} role="group" aria-label={t('specification.filter')}>
      <Text size="sm" fw={500}>{t('specification.filter')}</Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>{specification ? describeSpecification(specification) : t('specification.filter.none')}</Text>
      <Group gap={6}>
        <Button size="compact-sm" variant="default" leftSection={<ClipboardList size={14} aria-hidden />} onClick={() => setOpen(true)}>{t(specification ? 'specification.filter.change' : 'specification.filter.make')}</Button>
        {specification && <Button size="compact-sm" variant="subtle" onClick={() => onChange({ specification: undefined, unfit: undefined })}>{t('specification.filter.clear')}</Button>}
      </Group>
      {specification && <Switch size="sm" mt={4} label={t('specification.filter.only')} checked={!unfit} onChange={(e) => onChange({ unfit: e.currentTarget.checked ? undefined : true })} />}
      <SpecificationForm opened={open} specification={specification ?? null} onClose={() => setOpen(false)} onUse={(made) => { setOpen(false); onChange({ specification: made }); }} />
    </Stack>
  );
}
