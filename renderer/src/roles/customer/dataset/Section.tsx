import { useId, type ReactNode } from 'react';
import { Group, Paper, Title } from '@mantine/core';

/** A named part of a page. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Paper component="section" className="ph-panel" aria-labelledby={id}>
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2} size="h4" id={id}>{title}</Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}
