import { Skeleton, Stack } from '@mantine/core';
import { t } from '../i18n/index.ts';

/** The shape of a page that is on its way. */
export function Loading({ label }: { label?: string }) {
  return (
    <Stack gap="sm" role="status" aria-busy="true">
      <span className="ph-hidden">{label ?? t('shell.loading')}</span>
      <Skeleton height={22} width="38%" />
      <Skeleton height={64} />
      <Skeleton height={64} />
      <Skeleton height={64} width="82%" />
    </Stack>
  );
}
