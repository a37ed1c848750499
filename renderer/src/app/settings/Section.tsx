import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return <Stack component="section" className="ph-panel" gap="md" aria-label={title}><Title order={2}>{title}</Title>{children}</Stack>;
}
