import { Button, Group, Text } from '@mantine/core';
import { Download, FileJson } from 'lucide-react';
import type { AnchorKind } from '../../../../../shared/api/anchors.ts';
import { api } from '../../../api/client.ts';
import { downloadText } from '../../../components/consent/download.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

type Props = { kind: AnchorKind; refOf: string; what: string; /** In a row of a table. */ small?: boolean };

/** A receipt and the file that it is of, each to be saved: one without the other shows nothing. */
export function ReceiptButtons({ kind, refOf: ref, what, small = false }: Props) {
  const get = useAct(async (part: 'receipt' | 'file') => {
    const it = await api.anchors.receipt.query({ kind, ref });
    if (part === 'file') downloadText(it.fileName, it.file ?? '');
    else downloadText(`receipt-${it.fileName.replace(/[^\w.-]+/g, '-').replace(/\.json$/, '')}.json`, it.receipt);
  });
  const size = small ? 'compact-xs' : 'sm';
  const icon = small ? 12 : 16;
  return (
    <>
      <Group gap={small ? 6 : 'sm'} wrap={small ? 'nowrap' : 'wrap'}>
        <Button size={size} variant="default" leftSection={<Download size={icon} aria-hidden />} disabled={get.busy} onClick={() => void get.run('receipt')} aria-label={small ? t('anchors.receipt.label', { what }) : undefined}>{t(small ? 'anchors.receipt' : 'anchors.receipt.download')}</Button>
        {kind === 'file'
          ? <Text size="xs" c="dimmed">{t('anchors.receipt.nofile')}</Text>
          : <Button size={size} variant="default" leftSection={<FileJson size={icon} aria-hidden />} disabled={get.busy} onClick={() => void get.run('file')} aria-label={small ? t('anchors.receipt.file.label', { what }) : undefined}>{t(small ? 'anchors.receipt.file' : 'anchors.receipt.file.download')}</Button>}
      </Group>
      <ErrorBox error={get.error} />
    </>
  );
}
