import { Anchor, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Send } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { ShareIn } from '../../../../shared/api/owner.ts';
import { api } from '../../api/client.ts';
import { Coins } from '../../components/Coins.tsx';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loading } from '../../components/Loading.tsx';
import { coins, duration, native } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';
import { lengthOf } from '../../components/PlotRange.ts';
import { LabelPreview } from './LabelPreview.tsx';
import type { ShareStepProps } from './share-step.ts';
import { problemsOfStep } from './share-problems.ts';
import { Panel } from './Panel.tsx';

type Props = ShareStepProps & { input: ShareIn | null; onStep(step: number): void };
const OTHERS = 3;

/** Everything once more in plain words, and the one confirmation before the one signature. */
export function ShareReviewStep({ recording: r, draft, exclude, preview, problems, input, onStep }: Props) {
  const [asked, setAsked] = useState(false);
  const publish = useAct(async (request: ShareIn) => { await api.owner.publish.mutate(request); setAsked(false); });
  if (!preview || !input) return <Loading />;
  const keepers = input.keepers;
  const free = /^0+$/.test(input.price);
  const out = lengthOf(exclude) / 1e6;
  const blocked = problems.length > 0 || preview.label === null;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl">
      <Stack gap="md">
        {problems.map((p) => (
          <div key={p.field + p.message}>
            <ErrorBox error={{ code: 'invalid-argument', message: p.message, hint: p.hint, retryable: false }} />
            {stepOf(p.field, problems) < OTHERS && <Anchor component="button" type="button" size="sm" mt={4} onClick={() => onStep(stepOf(p.field, problems))}>{t('owner.share.review.fix')}</Anchor>}
          </div>
        ))}
        <Panel padding="lg">
          <Title order={2} size="h4" mb="md">{t('owner.share.review.title')}</Title>
          <Stack gap="sm">
            <Line name={t('owner.share.review.data')} onEdit={() => onStep(0)} edit={t('owner.share.review.data.edit')}>{t('owner.share.review.data.text', { count: preview.rows })}{out > 0 && ` ${t('owner.leave.sum', { out: duration(out), total: duration(r.durationSeconds) })}`}</Line>
            <Line name={t('owner.share.review.price')} onEdit={() => onStep(1)} edit={t('owner.share.review.price.edit')}>{free ? t('owner.share.price.free') : t('owner.share.review.price.text', { price: coins(input.price), owner: coins(preview.perSale.owner) })}</Line>
            <Line name={t('owner.share.review.keepers')} onEdit={() => onStep(2)} edit={t('owner.share.review.keepers.edit')}>{t('owner.keepers.explain', { threshold: draft.threshold, total: keepers })}</Line>
            <Line name={t('owner.share.review.gas')}>{t('owner.share.review.gas.text', { cost: native(preview.gas.wei), balance: native(preview.balanceNative) })}</Line>
            <Line name={t('owner.share.review.earn')}>{free ? t('owner.share.review.earn.free') : t('owner.share.review.earn.text', { one: coins(preview.perSale.owner), ten: tenfold(preview.perSale.owner) })}{!/^0+$/.test(preview.reward) && ` ${t('owner.share.review.earn.reward', { reward: coins(preview.reward) })}`}</Line>
          </Stack>
        </Panel>
        <Group justify="space-between">
          <Button variant="default" onClick={() => onStep(2)}>{t('owner.share.back')}</Button>
          <Button size="md" leftSection={<Send size={16} aria-hidden="true" />} disabled={blocked} onClick={() => setAsked(true)}>{t('owner.share.review.publish')}</Button>
        </Group>
      </Stack>
      <LabelPreview label={preview.label} missing={t('owner.share.preview.missing')} sticky />
      <ConfirmAct
        opened={asked} onClose={() => { setAsked(false); publish.clear(); }} title={t('owner.share.confirm.title', { title: draft.title })}
        sentences={[t('owner.share.confirm.seal'), t('owner.share.confirm.keys', { threshold: draft.threshold, total: keepers }), free ? t('owner.share.confirm.free') : t('owner.share.confirm.price', { price: coins(input.price) }), t('owner.share.confirm.label'), t('owner.share.confirm.back')]}
        costs={[{ label: t('owner.cost.gas'), value: native(preview.gas.wei) }, { label: t('owner.cost.coins'), value: t('owner.cost.none') }, ...(free ? [] : [{ label: t('owner.cost.sale'), value: <Coins amount={preview.perSale.owner} /> }])]}
        confirm={t('owner.share.confirm.do')} onConfirm={() => void publish.run(input)} busy={publish.busy} error={publish.error}
      />
    </SimpleGrid>
  );
}

const stepOf = (field: string, problems: ShareStepProps['problems']): number => [0, 1, 2, OTHERS].find((step) => problemsOfStep(problems, step).some((p) => p.field === field)) ?? OTHERS;
/** For «ten sales bring»: an example, not a bill. */
const tenfold = (amount: string): string => coins(`${BigInt(amount) * 10n}`);

function Line({ name, edit, onEdit, children }: { name: string; edit?: string; onEdit?(): void; children: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
      <div style={{ minWidth: 0 }}><Text size="sm" fw={600}>{name}</Text><Text size="sm" className="ph-wrap">{children}</Text></div>
      {onEdit && <Button variant="subtle" size="compact-sm" onClick={onEdit} aria-label={edit} style={{ flex: 'none' }}>{t('owner.share.review.change')}</Button>}
    </Group>
  );
}
