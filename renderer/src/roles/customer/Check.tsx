import type { ReactNode } from 'react';
import { Text, VisuallyHidden } from '@mantine/core';
import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react';
import { t } from '../../i18n/index.ts';

/** One thing that was looked at before paying. `ok` null: still being looked at. */
export function Check({ name, ok, children }: { name: string; ok: boolean | null; children: ReactNode }) {
  const Icon = ok === null ? LoaderCircle : ok ? CircleCheck : CircleAlert;
  return (
    <li>
      <Icon size={18} aria-hidden color={ok === null ? 'var(--mantine-color-dimmed)' : ok ? 'var(--mantine-color-teal-text)' : 'var(--mantine-color-red-text)'} style={{ marginTop: 2 }} />
      <div>
        <Text size="xs" c="dimmed">{name}</Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{children}{ok !== null && <VisuallyHidden>{` (${t(ok ? 'customer.buy.ok' : 'customer.buy.notOk')})`}</VisuallyHidden>}</Text>
      </div>
    </li>
  );
}
