import { Group, Text } from '@mantine/core';

/** The mark: a pulse in a shield of the accent colour. */
export function Brand({ size = 'md' }: { size?: 'md' | 'lg' }) {
  const px = size === 'lg' ? 36 : 26;
  return (
    <Group gap={size === 'lg' ? 12 : 8} wrap="nowrap" component="span">
      <svg width={px} height={px} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
        <path d="M5 17h5l3-8 5 15 3.5-9 1.5 2h4" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <Text component="span" fw={700} fz={size === 'lg' ? 26 : 19} lh={1} c="var(--mantine-color-text)">{'PHDex'}</Text>
    </Group>
  );
}
