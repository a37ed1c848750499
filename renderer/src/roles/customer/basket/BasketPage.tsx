import { useMemo, useState } from 'react';
import { Alert, Button, Paper, Stack, Text, Title } from '@mantine/core';
import { ShoppingBasket } from 'lucide-react';
import { useLocation } from 'wouter';
import type { Quote } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { Page } from '../../../components/Page.tsx';
import { coins, native } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { useBasket } from '../use-basket.ts';
import { usePurchase } from '../use-purchase.ts';
import { BasketItem } from './BasketItem.tsx';
import css from './basket.module.css';

/** What one has already is left out: a second purchase of the same data is made on its own page. */
const buyable = (item: Quote['items'][number]): boolean => item.problem === null && item.alreadyOwned === null;

export function BasketPage() {
  const basket = useBasket();
  const [, navigate] = useLocation();
  return (
    <Page title={t('customer.basket.title')} subtitle={t('customer.basket.subtitle')} back={{ to: '/market', label: t('customer.basket.back') }}>
      {basket.ids.length === 0
        ? <Empty icon={<ShoppingBasket size={32} aria-hidden />} title={t('customer.basket.empty.title')} text={t('customer.basket.empty.text')} action={<Button onClick={() => navigate('/market')}>{t('customer.basket.toMarket')}</Button>} />
        : <Filled />}
    </Page>
  );
}

function Filled() {
  const basket = useBasket();
  const quote = useLive<Quote>(['quote', ...basket.ids], () => api.market.quote.query(basket.ids), ['listings', 'purchases'], { keepPrevious: true });
  const items = useMemo(() => (quote.data?.items ?? []).filter((i) => basket.has(i.datasetId)), [quote.data, basket]);
  const good = items.filter(buyable);
  const bad = items.filter((i) => !buyable(i));
  if (!quote.data) return quote.error ? <ErrorBox error={quote.error} onRetry={quote.reload} /> : <Loading label={t('customer.buy.checking')} />;
  return (
    <div className={css['layout']}>
      <Stack>
        {quote.error && <ErrorBox error={quote.error} onRetry={quote.reload} />}
        <Paper className="ph-panel" p={0} aria-busy={quote.loading}>
          <ul className={css['items']} aria-label={t('customer.basket.items')}>
            {items.map((item) => <BasketItem key={item.datasetId} item={item} onRemove={() => basket.remove(item.datasetId)} />)}
          </ul>
        </Paper>
        {bad.length > 0 && <Button variant="subtle" style={{ alignSelf: 'flex-start' }} onClick={() => basket.remove(...bad.map((i) => i.datasetId))}>{t('customer.basket.removeProblems')}</Button>}
      </Stack>
      <Summary quote={good.length === 0 ? null : quote.data} good={good} bad={bad.length} loading={quote.loading} onAgain={quote.reload} />
    </div>
  );
}

type SummaryProps = { /** Null while nothing can be bought, or the rest is being asked about. */ quote: Quote | null; good: Quote['items']; bad: number; loading: boolean; onAgain(): void };

function Summary({ quote, good, bad, loading, onAgain }: SummaryProps) {
  const basket = useBasket();
  const [, navigate] = useLocation();
  const [confirming, setConfirming] = useState(false);
  const { buy } = usePurchase();
  const coinsEnough = quote !== null && BigInt(quote.balance) >= BigInt(quote.total);
  const costs = quote === null ? [] : [
    { label: t('customer.buy.cost.price'), value: coins(quote.total) },
    { label: t('customer.buy.cost.gas'), value: native(quote.gas.wei) },
    { label: t('customer.basket.balance'), value: coins(quote.balance) },
  ];
  return (
    <Paper component="section" className={`ph-panel ${css['side']}`} aria-label={t('customer.basket.summary')}>
      <Stack>
        <div>
          <Text size="sm" c="dimmed">{t('customer.basket.total', { count: good.length })}</Text>
          <Title order={2} style={{ fontVariantNumeric: 'tabular-nums' }}>{quote === null ? '–' : coins(quote.total)}</Title>
        </div>
        <dl className={css['sum']}>
          {costs.slice(1).flatMap((c) => [<Text key={`${c.label}-name`} component="dt" size="sm" c="dimmed">{c.label}</Text>, <Text key={c.label} component="dd" size="sm">{c.value}</Text>])}
        </dl>
        {bad > 0 && <Text size="sm">{t('customer.basket.problems', { count: bad })}</Text>}
        {good.length > 0 && quote !== null && !quote.affordable && <Alert color="orange" variant="light">{t(coinsEnough ? 'customer.basket.tooLittleNative' : 'customer.basket.tooLittle')}</Alert>}
        <Button size="md" disabled={good.length === 0 || !quote?.affordable || loading} onClick={() => { buy.clear(); setConfirming(true); }}>
          {good.length === 0 ? t('customer.basket.nothing') : t('customer.basket.buy', { count: good.length })}
        </Button>
        <Button variant="default" loading={loading} onClick={onAgain}>{t('customer.buy.again')}</Button>
      </Stack>
      <ConfirmAct
        opened={confirming} onClose={() => setConfirming(false)} title={t('customer.buy.confirm.titleMany', { count: good.length })}
        sentences={[t('customer.buy.confirm.escrow'), t('customer.buy.confirm.releaseMany'), t('customer.buy.confirm.refund'), t('customer.buy.confirm.permitMany')]}
        costs={costs} confirm={t('customer.buy.confirm.button')} busy={buy.busy} error={buy.error}
        onConfirm={() => void buy.run(good.map((i) => ({ datasetId: i.datasetId, version: i.version, maxPrice: i.price })), { again: false }).then((done) => {
          if (!done) return;
          setConfirming(false);
          basket.remove(...good.map((i) => i.datasetId));
          navigate('/purchases');
        })}
      />
    </Paper>
  );
}
