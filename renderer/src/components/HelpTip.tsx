import { ActionIcon, Popover, Text } from '@mantine/core';
import { CircleHelp } from 'lucide-react';
import { t } from '../i18n/index.ts';

/** A short explanation behind a question mark; by press, so that it works by keyboard and on touch. */
export function HelpTip({ text, label }: { text: string; label?: string }) {
  return (
    <Popover width={300} withArrow shadow="md" position="top">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" radius="xl" aria-label={label ?? t('shell.help')}><CircleHelp size={16} aria-hidden /></ActionIcon>
      </Popover.Target>
      <Popover.Dropdown><Text size="sm">{text}</Text></Popover.Dropdown>
    </Popover>
  );
}
