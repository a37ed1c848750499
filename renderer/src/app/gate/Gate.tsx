import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Brand } from '../frame/Brand.tsx';
import css from './gate.module.css';

/** The pages before the app is open: one card, one h1 that takes the focus when it changes. */
export function Gate({ title, text, above, wide = false, children }: { title: string; text?: ReactNode; above?: ReactNode; wide?: boolean; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · PHDex`;
    if (!first.current) heading.current?.focus({ preventScroll: true });
    first.current = false;
  }, [title]);
  return (
    <Box component="main" className={css.gate}>
      <Stack gap="xl" className={wide ? css.wide : css.narrow}>
        <Group justify="center"><Brand size="lg" /></Group>
        {above}
        <Box className={`ph-panel ${css.card}`}>
          <Stack gap="lg">
            <Box>
              <Title order={1} ref={heading} tabIndex={-1}>{title}</Title>
              {text && <Text c="dimmed" mt={6} component="div">{text}</Text>}
            </Box>
            {children}
          </Stack>
        </Box>
      </Stack>
    </Box>
  );
}
