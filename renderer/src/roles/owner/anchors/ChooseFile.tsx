import { Box, Button, FileButton, Text } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';

type Props = { label: string; text: string; choose: string; icon: ReactNode; accept?: string; file: File | null; onChoose(file: File): void };

/** One file of the person's: what it is for, a button, and which one was chosen. */
export function ChooseFile({ label, text, choose, icon, accept, file, onChoose }: Props) {
  // A file that was changed meanwhile can be chosen again: a browser tells of the same name only where none was chosen.
  const reset = useRef<() => void>(null);
  return (
    <Box role="group" aria-label={label} miw={0}>
      <Text size="sm" fw={600}>{label}</Text>
      <Text size="xs" c="dimmed" mb={8}>{text}</Text>
      <FileButton resetRef={reset} onChange={(it) => { if (it) onChoose(it); reset.current?.(); }} accept={accept}>{(props) => <Button {...props} variant="default" leftSection={icon}>{choose}</Button>}</FileButton>
      <Text size="sm" c={file ? undefined : 'dimmed'} mt={8} className="ph-wrap">{file ? t('anchors.verify.chosen', { name: file.name, size: bytes(file.size) }) : t('anchors.verify.none')}</Text>
    </Box>
  );
}
