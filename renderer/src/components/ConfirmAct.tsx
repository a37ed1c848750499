import { Box, Button, Divider, Group, List, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ErrorView } from '../../../shared/api/common.ts';
import { t } from '../i18n/index.ts';
import { ErrorBox } from './ErrorBox.tsx';

type Props = {
  opened: boolean; onClose: () => void; title: string;
  /** What will happen, in plain words, a sentence each. */
  sentences: string[];
  costs: { label: string; value: ReactNode }[];
  /** The words on the button: what it does, not «OK». */
  confirm: string;
  danger?: boolean; onConfirm: () => void; busy: boolean; error: ErrorView | null;
  /** Nothing can be confirmed yet: the cost is still being asked for, or a tick is missing. */
  disabled?: boolean; children?: ReactNode;
};

/** The one preview before each signature: what it does, what it costs, one button. */
export function ConfirmAct({ opened, onClose, title, sentences, costs, confirm, danger = false, onConfirm, busy, error, disabled = false, children }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={<Text fw={650} fz="lg" component="span" className="ph-wrap">{title}</Text>} closeOnClickOutside={!busy} closeOnEscape={!busy} withCloseButton={!busy} closeButtonProps={{ 'aria-label': t('shell.close') }} size="lg" centered>
      <Stack gap="md">
        <List spacing={6} className="ph-wrap">{sentences.map((sentence) => <List.Item key={sentence}>{sentence}</List.Item>)}</List>
        {children}
        {costs.length > 0 && (
          <Box className="ph-panel" p="md">
            <dl style={{ margin: 0, display: 'grid', gap: 8 }}>
              {costs.map(({ label, value }) => (
                <Group key={label} justify="space-between" gap="md" wrap="nowrap">
                  <Text component="dt" size="sm" c="dimmed">{label}</Text>
                  <Text component="dd" m={0} fw={600} ta="end" className="ph-num ph-wrap">{value}</Text>
                </Group>
              ))}
            </dl>
          </Box>
        )}
        <ErrorBox error={error} />
        <Divider />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={busy}>{t('shell.cancel')}</Button>
          <Button color={danger ? 'red.8' : undefined} onClick={onConfirm} loading={busy} disabled={disabled} data-autofocus>{confirm}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
