import { Anchor, Box, Group, Stack, Text, Title } from '@mantine/core';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

/** The page that was shown last: on the first one the focus stays where the browser put it. */
let shown: string | null = null;

type Props = { title: string; subtitle?: ReactNode; actions?: ReactNode; back?: { to: string; label: string }; /** For the window's title where `title` is long. */ documentTitle?: string; children: ReactNode };

/** A page: its one h1, which takes the focus after a navigation so that a screen reader says where one is. */
export function Page({ title, subtitle, actions, back, documentTitle, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [path] = useLocation();
  useEffect(() => { document.title = `${documentTitle ?? title} · PHDex`; }, [documentTitle, title]);
  useEffect(() => {
    if (shown !== null && shown !== path) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    }
    shown = path;
  }, [path]);
  return (
    <Stack gap="lg">
      <Box>
        {back && <Anchor component={Link} href={back.to} size="sm" mb={6} display="inline-flex"><Group gap={4} component="span" wrap="nowrap"><ArrowLeft size={15} aria-hidden />{back.label}</Group></Anchor>}
        <Group justify="space-between" align="flex-start" gap="md" wrap="wrap">
          <Box flex="1 1 320px" miw={0}>
            <Title order={1} ref={heading} tabIndex={-1} className="ph-wrap">{title}</Title>
            {subtitle && <Text c="dimmed" mt={4} component="div" className="ph-wrap" maw={760}>{subtitle}</Text>}
          </Box>
          {actions && <Group gap="sm">{actions}</Group>}
        </Group>
      </Box>
      {children}
    </Stack>
  );
}
