import { useState } from 'react';
import { Paper, Switch } from '@mantine/core';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { useSession } from '../../stores/session.ts';

/** Off: each verdict is signed by hand. On: the app signs in this account's name, so it is confirmed once. */
export function Automatic() {
  const { validator } = useSession();
  const [confirming, setConfirming] = useState(false);
  const set = useAct(async (on: boolean) => { await api.validator.automatic.mutate(on); return true; });
  const turn = (on: boolean) => { set.clear(); if (on) setConfirming(true); else void set.run(false); };
  return (
    <Paper component="section" className="ph-panel" aria-label={t('validator.auto')}>
      <Switch checked={validator.automatic} disabled={set.busy} onChange={(e) => turn(e.currentTarget.checked)} label={t('validator.auto')} description={t(validator.automatic ? 'validator.auto.on' : 'validator.auto.off')} />
      {!confirming && <ErrorBox error={set.error} />}
      <ConfirmAct
        opened={confirming} onClose={() => setConfirming(false)} title={t('validator.auto.confirm.title')} sentences={[t('validator.auto.confirm.s1'), t('validator.auto.confirm.s2'), t('validator.auto.confirm.s3')]}
        costs={[{ label: t('validator.auto.confirm.cost'), value: t('validator.auto.confirm.costValue') }]} confirm={t('validator.auto.confirm.button')} busy={set.busy} error={set.error}
        onConfirm={() => void set.run(true).then((done) => { if (done) setConfirming(false); })}
      />
    </Paper>
  );
}
