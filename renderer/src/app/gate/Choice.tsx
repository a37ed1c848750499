import { Badge, Group, Radio, Text, UnstyledButton } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import css from './gate.module.css';

type Props = { icon: LucideIcon; title: string; text: string; badge?: string };

function Inside({ title, text, badge }: Omit<Props, 'icon'>) {
  return (
    <span>
      <Group gap={8} component="span"><Text component="span" fw={600}>{title}</Text>{badge && <Badge component="span" variant="light" tt="none">{badge}</Badge>}</Group>
      <Text component="span" size="sm" c="dimmed" display="block" mt={2}>{text}</Text>
    </span>
  );
}

/** One of several ways on, taken by a press. */
export function ChoiceButton({ icon: Icon, onClick, ...rest }: Props & { onClick: () => void }) {
  return <UnstyledButton className={css.choice} onClick={onClick}><Icon size={22} aria-hidden /><Inside {...rest} /></UnstyledButton>;
}

/** One of several options, inside a `Radio.Group`. */
export function ChoiceRadio({ icon: Icon, value, checked, ...rest }: Props & { value: string; checked: boolean }) {
  return <Radio.Card value={value} className={css.choice} data-checked={checked || undefined} aria-label={`${rest.title}. ${rest.text}`}><Icon size={22} aria-hidden /><Inside {...rest} /></Radio.Card>;
}
