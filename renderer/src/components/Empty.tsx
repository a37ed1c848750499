import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { Inbox } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a page shows where there is nothing yet, and what to do about it. */
export function Empty({ icon, title, text, action }: { icon?: ReactNode; title: string; text: string; action?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" py={56} px="md" className="ph-panel">
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>{icon ?? <Inbox size={26} />}</ThemeIcon>
      <Title order={2} ta="center">{title}</Title>
      <Text c="dimmed" ta="center" maw={480}>{text}</Text>
      {action}
    </Stack>
  );
}
