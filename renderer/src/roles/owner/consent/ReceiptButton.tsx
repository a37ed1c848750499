import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { api } from '../../../api/client.ts';
import { downloadText } from '../../../components/consent/download.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

/** The receipt of a right as a file; `small` in a row of a table. */
export function ReceiptButton({ rightId, small = false }: { rightId: number; small?: boolean }) {
  const get = useAct(async () => { const receipt = await api.consent.receipt.query(rightId); downloadText(`phdex-receipt-${rightId}.json`, receipt.json); });
  return (
    <>
      <Button size={small ? 'compact-xs' : 'sm'} variant="default" leftSection={<Download size={small ? 12 : 16} aria-hidden />} loading={get.busy} onClick={() => void get.run()} aria-label={small ? t('consent.history.receipt.label', { id: String(rightId) }) : undefined}>{t(small ? 'consent.history.receipt' : 'consent.receipt.download')}</Button>
      <ErrorBox error={get.error} />
    </>
  );
}
