import { NumberInput, Radio, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { COIN, coins, percent } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { Coins } from '../../components/Coins.tsx';
import { problemText } from './share-problems.ts';
import type { ShareStepProps } from './share-step.ts';
import { Panel } from './Panel.tsx';

const BPS = 10_000;
/** What `ShareIn` takes at most. */
const MAX_KEEPERS_PERCENT = 50;
const MAX_VALIDATOR_PERCENT = 20;

/** What it costs others and who gets how much of it; every amount as the server worked it out. */
export function SharePriceStep({ draft, set, preview, problems, unread }: ShareStepProps & { unread: boolean }) {
  const freeAllowed = preview !== undefined && /^0+$/.test(preview.minPrice);
  const priceError = unread ? t('owner.share.price.unread') : problemText(problems, 'price');
  const percentOf = (bps: number) => bps / (BPS / 100);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl">
      <Stack gap="md">
        {freeAllowed && (
          <Radio.Group label={t('owner.share.price.kind')} value={draft.free ? 'free' : 'priced'} onChange={(v) => set({ free: v === 'free' })}>
            <Stack gap="xs" mt="xs">
              <Radio value="priced" label={t('owner.share.price.priced')} />
              <Radio value="free" label={t('owner.share.price.free')} description={t('owner.share.price.free.text')} />
            </Stack>
          </Radio.Group>
        )}
        {!draft.free && (
          <TextInput
            label={t('owner.share.price.field')} inputMode="decimal" rightSection={<Text size="sm" c="dimmed" pe="sm">{COIN}</Text>} rightSectionWidth={56} value={draft.price} onChange={(e) => set({ price: e.currentTarget.value })} error={priceError} maw={320}
            description={preview && !freeAllowed ? t('owner.share.price.range', { min: coins(preview.minPrice), max: coins(preview.maxPrice) }) : preview ? t('owner.share.price.most', { max: coins(preview.maxPrice) }) : ' '}
          />
        )}
        {draft.free && priceError && <Text size="sm" c="red" role="alert">{priceError}</Text>}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput label={t('owner.share.price.keepers')} description={t('owner.share.price.keepers.text')} suffix=" %" min={0} max={MAX_KEEPERS_PERCENT} decimalScale={2} clampBehavior="strict" value={percentOf(draft.keepersBps)} onChange={(v) => { if (typeof v === 'number') set({ keepersBps: Math.round(v * (BPS / 100)) }); }} error={problemText(problems, 'keepersBps')} />
          <NumberInput label={t('owner.share.price.validator')} description={t('owner.share.price.validator.text')} suffix=" %" min={0} max={MAX_VALIDATOR_PERCENT} decimalScale={2} clampBehavior="strict" value={percentOf(draft.validatorBps)} onChange={(v) => { if (typeof v === 'number') set({ validatorBps: Math.round(v * (BPS / 100)) }); }} error={problemText(problems, 'validatorBps')} />
        </SimpleGrid>
      </Stack>
      <Panel padding="lg" component="section" aria-labelledby="sale-title" style={{ alignSelf: 'start' }}>
        <Title order={2} size="h4" mb="md" id="sale-title">{t('owner.share.sale.title')}</Title>
        {preview ? (
          <dl style={{ margin: 0, display: 'grid', gridTemplateColumns: '1fr max-content', gap: '10px 16px' }}>
            <Row name={t('owner.share.sale.owner')} strong><Coins amount={preview.perSale.owner} /></Row>
            <Row name={t('owner.share.sale.keepers', { share: percent(draft.keepersBps / BPS) })}><Coins amount={preview.perSale.keepers} /></Row>
            <Row name={t('owner.share.sale.validator', { share: percent(draft.validatorBps / BPS) })}><Coins amount={preview.perSale.validator} /></Row>
            {!/^0+$/.test(preview.reward) && <Row name={t('owner.share.sale.reward')}><Coins amount={preview.reward} /></Row>}
          </dl>
        ) : <Text size="sm" c="dimmed">{t('owner.share.sale.wait')}</Text>}
        <Text size="sm" c="dimmed" mt="md">{t('owner.share.sale.text')}</Text>
      </Panel>
    </SimpleGrid>
  );
}

function Row({ name, strong = false, children }: { name: string; strong?: boolean; children: React.ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" fw={strong ? 600 : undefined}>{name}</Text>
      <Text component="dd" m={0} ta="end" fw={strong ? 650 : undefined} fz={strong ? 'lg' : 'sm'} className="ph-num">{children}</Text>
    </>
  );
}
