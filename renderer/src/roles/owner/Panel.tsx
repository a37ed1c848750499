import { Box, type BoxProps } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

type Props = BoxProps & Omit<ComponentPropsWithoutRef<'div'>, keyof BoxProps> & { component?: 'section' | 'div'; padding?: 'sm' | 'md' | 'lg' };

/** One raised surface for what belongs together. */
export function Panel({ component = 'div', padding = 'lg', style, ...rest }: Props) {
  return <Box component={component as 'div'} className="ph-panel" style={[{ padding: `var(--mantine-spacing-${padding})` }, style]} miw={0} {...rest} />;
}
