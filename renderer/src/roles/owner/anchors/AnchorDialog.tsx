import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { gasText } from '../consent/gas-text.ts';

/** The one confirmation of an anchor: what is in it, what of that becomes public, what it costs. */
export function AnchorDialog({ title, what, start, onClose }: { title: string; what: string; start(): Promise<unknown>; onClose(): void }) {
  const cost = useLive(['anchors', 'cost'], () => api.anchors.cost.query(), []);
  const anchor = useAct(async () => { await start(); onClose(); });
  return (
    <ConfirmAct
      opened onClose={onClose} title={title} sentences={[what, t('anchors.now.chain'), t('anchors.now.receipt')]} costs={[{ label: t('anchors.cost'), value: gasText(cost.data) }]}
      confirm={t('anchors.now.confirm')} onConfirm={() => void anchor.run()} busy={anchor.busy} error={anchor.error ?? cost.error}
    />
  );
}
