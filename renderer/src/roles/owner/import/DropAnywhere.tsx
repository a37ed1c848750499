import { Overlay, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../../i18n/index.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Takes files and folders that are dropped anywhere in the window while its page is shown. */
export function DropAnywhere({ onDrop }: { onDrop(data: DataTransfer): void }) {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    // Enter and leave come for each element on the way; the depth tells when the window itself is left.
    let depth = 0;
    const enter = (e: DragEvent) => { if (hasFiles(e)) { depth++; setOver(true); } };
    const leave = (e: DragEvent) => { if (hasFiles(e)) { depth = Math.max(0, depth - 1); if (depth === 0) setOver(false); } };
    const move = (e: DragEvent) => { if (hasFiles(e)) { e.preventDefault(); e.dataTransfer!.dropEffect = 'copy'; } };
    const drop = (e: DragEvent) => { if (!hasFiles(e)) return; e.preventDefault(); depth = 0; setOver(false); latest.current(e.dataTransfer!); };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', move);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', move);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!over) return null;
  return (
    <Overlay fixed backgroundOpacity={0.75} blur={3} zIndex={1000} center style={{ pointerEvents: 'none' }}>
      <Stack align="center" gap="xs" role="status">
        <FileUp size={48} color="white" aria-hidden="true" />
        <Text c="white" size="xl" fw={600}>{t('owner.drop.title')}</Text>
        <Text c="white">{t('owner.drop.text')}</Text>
      </Stack>
    </Overlay>
  );
}
