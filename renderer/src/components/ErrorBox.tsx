import { Alert, Button, Stack, Text } from '@mantine/core';
import { CircleAlert, RotateCw } from 'lucide-react';
import type { ErrorView } from '../../../shared/api/common.ts';
import { t } from '../i18n/index.ts';

/** What went wrong and what to do. `null` draws nothing, so that it may stand in every form. */
export function ErrorBox({ error, onRetry }: { error: ErrorView | null; onRetry?: () => void }) {
  if (!error) return null;
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={20} aria-hidden />} role="alert" title={<span className="ph-wrap">{error.message}</span>}>
      {(error.hint || onRetry) && (
        <Stack gap="sm" align="flex-start">
          {error.hint && <Text size="sm" className="ph-wrap">{error.hint}</Text>}
          {onRetry && <Button size="xs" variant="default" leftSection={<RotateCw size={14} aria-hidden />} onClick={onRetry}>{t('shell.retry')}</Button>}
        </Stack>
      )}
    </Alert>
  );
}
