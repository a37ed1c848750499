import { Alert, List } from '@mantine/core';
import { useState } from 'react';
import type { RevokedAll } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { gasText } from './gas-text.ts';
import { useOverview } from './use-consent.ts';

/** Everything at once; what could not be taken back yet is told, and done by itself as soon as it can be. */
export function BackAllDialog({ count, onClose }: { count: number; onClose(): void }) {
  const overview = useOverview();
  // What it says stays what was asked, while the list behind it empties.
  const [asked] = useState(count);
  const [done, setDone] = useState<RevokedAll | null>(null);
  const back = useAct(async () => { const result = await api.consent.revokeAll.mutate(); if (result.failed.length === 0) onClose(); else setDone(result); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={t('consent.backAll.title')} danger
      sentences={[t('consent.backAll.does', { count: asked }), t('consent.backAll.requests'), t('consent.backAll.accounts'), t('consent.back.copies')]} costs={[{ label: t('consent.cost.gas'), value: gasText(overview.data?.cost.revokeAll) }]}
      confirm={t('consent.backAll.confirm')} onConfirm={() => void back.run()} busy={back.busy} error={back.error}
    >
      {done && (
        <Alert color="yellow" variant="light" role="alert" title={t('consent.backAll.done', { count: done.rights })}>
          {t('consent.backAll.failed')}
          <List size="sm" mt={4}>{done.failed.map((f) => <List.Item key={String(f.account)}>{f.account === null ? t('consent.backAll.failed.own', { message: f.message }) : t('consent.backAll.failed.account', { account: String(f.account), message: f.message })}</List.Item>)}</List>
        </Alert>
      )}
    </ConfirmAct>
  );
}
