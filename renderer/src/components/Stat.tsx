import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One number with its name. */
export function Stat({ label, value, hint }: { label: string; value: ReactNode; hint?: ReactNode }) {
  return (
    <Box className="ph-panel" component="dl" m={0} miw={0}>
      <Text component="dt" size="sm" c="dimmed">{label}</Text>
      <Text component="dd" m={0} mt={4} fw={650} fz="1.35rem" lh={1.25} className="ph-num ph-wrap">{value}</Text>
      {hint && <Text component="dd" m={0} mt={4} size="xs" c="dimmed" className="ph-wrap">{hint}</Text>}
    </Box>
  );
}
