import { useEffect, useState } from 'react';
import { Alert, Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { Check as CheckIcon, ShoppingBasket } from 'lucide-react';
import { useLocation } from 'wouter';
import type { ListingDetail, Quote } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { bytes, coins, native, percent } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { useSession } from '../../../stores/session.ts';
import { Check } from '../Check.tsx';
import { AskOwner } from '../consent/AskOwner.tsx';
import { isFree } from '../Price.tsx';
import { useBasket } from '../use-basket.ts';
import { accessOf, usePurchase } from '../use-purchase.ts';
import { titleOf } from '../words.ts';
import css from './dataset.module.css';

export function BuyPanel({ listing }: { listing: ListingDetail }) {
  const [, navigate] = useLocation();
  const [anyway, setAnyway] = useState(false);
  // Held here and not in the form below: the listing is «bought» before the job has ended.
  const purchase = usePurchase();
  const { job, started } = purchase;
  const underWay = started && job?.state !== 'failed' && job?.state !== 'cancelled';
  const paid = accessOf(job);
  useEffect(() => { if (paid !== null) navigate(`/purchases/${paid}`); }, [paid, navigate]);
  return (
    <Paper component="section" className={`ph-panel ${css['side']}`} aria-label={t('customer.buy.title')}>
      <Stack gap="md">
        <div>
          <Text size="sm" c="dimmed">{t('customer.buy.title')}</Text>
          <Title order={2} size="h2" style={{ fontVariantNumeric: 'tabular-nums' }}>{isFree(listing.price) ? t('customer.free') : coins(listing.price)}</Title>
          {!isFree(listing.price) && <Text size="xs" c="dimmed" mt={4}>{t('customer.buy.split', { keepers: percent(listing.keepersBps / 10_000), validator: percent(listing.validatorBps / 10_000) })}</Text>}
        </div>
        {underWay && (
          <Stack gap="xs" role="status">
            <Text size="sm" fw={600}>{t('customer.buy.started')}</Text>
            {job && <JobLine job={job} />}
            <Text size="xs" c="dimmed">{t('customer.buy.startedText')}</Text>
          </Stack>
        )}
        {listing.mine && (
          <>
            <Text size="sm">{t('customer.buy.mine')}</Text>
            <Button variant="default" onClick={() => navigate(`/owner/datasets/${listing.id}`)}>{t('customer.buy.toMine')}</Button>
          </>
        )}
        {!underWay && !listing.mine && listing.bought && (
          <>
            <Text size="sm">{t('customer.buy.bought')}</Text>
            <Button onClick={() => navigate(listing.accessIds.length > 0 ? `/purchases/${listing.accessIds.at(-1)}` : '/purchases')}>{t('customer.buy.toPurchase')}</Button>
            {listing.status === 'certified' && !anyway && <Button variant="subtle" size="compact-sm" onClick={() => setAnyway(true)}>{t('customer.buy.anyway')}</Button>}
          </>
        )}
        {!listing.mine && listing.status !== 'certified' && <Text size="sm">{t(`customer.buy.notForSale.${listing.status}`)}</Text>}
        {!listing.mine && listing.status === 'certified' && !underWay && (!listing.bought || anyway) && <Buy listing={listing} purchase={purchase} />}
        <AskOwner listing={listing} />
      </Stack>
    </Paper>
  );
}

function Buy({ listing, purchase: { buy, job } }: { listing: ListingDetail; purchase: ReturnType<typeof usePurchase> }) {
  const quote = useLive<Quote>(['quote', listing.id], () => api.market.quote.query([listing.id]), ['listings', 'purchases']);
  const basket = useBasket();
  const [, navigate] = useLocation();
  const [confirming, setConfirming] = useState(false);
  const [purpose, setPurpose] = useState('');
  const { balance: mine } = useSession();

  const item = quote.data?.items[0];
  const enough = item ? item.keepersOnline >= item.threshold : null;
  const coinsEnough = quote.data ? BigInt(quote.data.balance) >= BigInt(item?.price ?? quote.data.total) : null;
  const ready = !!item && !item.problem && !!quote.data?.affordable;

  return (
    <Stack gap="md">
      {quote.error && !quote.data && <ErrorBox error={quote.error} onRetry={quote.reload} />}
      <ul className={css['checks']} aria-busy={quote.loading}>
        <Check name={t('customer.buy.check.balance')} ok={coinsEnough}>
          {!quote.data ? (mine ? coins(mine.phd) : t('customer.buy.checking'))
            : t(coinsEnough ? 'customer.buy.check.balanceOk' : 'customer.buy.check.balanceLow', { balance: coins(quote.data.balance) })}
        </Check>
        {quote.data && coinsEnough && !quote.data.affordable && <Check name={t('customer.buy.cost.gas')} ok={false}>{t('customer.buy.check.nativeLow', { balance: native(quote.data.balanceNative) })}</Check>}
        <Check name={t('customer.buy.check.keepers')} ok={enough}>{item ? t('customer.buy.check.keepersOf', { online: item.keepersOnline, count: item.keepers, threshold: item.threshold }) : t('customer.buy.checking')}</Check>
        <Check name={t('customer.buy.check.files')} ok={item ? item.reachable : null}>
          {!item ? t('customer.buy.checking') : !item.reachable ? t('customer.buy.check.filesNo') : item.bytes === null ? t('customer.buy.check.filesOkPlain') : t('customer.buy.check.filesOk', { bytes: bytes(item.bytes) })}
        </Check>
      </ul>
      {item?.problem && (
        <Alert color="orange" variant="light" role="status">
          <Text size="sm">{item.problem.message}</Text>
          {item.problem.hint && <Text size="sm" c="dimmed" mt={4}>{item.problem.hint}</Text>}
        </Alert>
      )}
      {listing.bought && <Text size="xs" c="dimmed">{t('customer.buy.anywayHint')}</Text>}
      <TextInput label={t('customer.buy.purpose')} description={t('customer.buy.purposeHint')} maxLength={120} value={purpose} onChange={(e) => setPurpose(e.currentTarget.value)} />
      {job && job.state !== 'running' && <JobLine job={job} />}
      <Stack gap="xs">
        <Button size="md" disabled={!ready} onClick={() => { buy.clear(); setConfirming(true); }}>{isFree(listing.price) ? t('customer.buy.buttonFree') : t('customer.buy.button', { price: coins(item?.price ?? listing.price) })}</Button>
          <Button variant="default" leftSection={basket.has(listing.id) ? <CheckIcon size={16} aria-hidden /> : <ShoppingBasket size={16} aria-hidden />} disabled={basket.full && !basket.has(listing.id)} onClick={() => (basket.has(listing.id) ? navigate('/market/basket') : basket.add(listing.id))}>
            {t(basket.has(listing.id) ? 'customer.basket.in' : 'customer.basket.add')}
          </Button>
          {quote.data && !ready && <Button variant="default" loading={quote.loading} onClick={quote.reload}>{t('customer.buy.again')}</Button>}
      </Stack>
      {item && quote.data && (
        <ConfirmAct
          opened={confirming} onClose={() => setConfirming(false)} title={t('customer.buy.confirm.title', { title: titleOf(listing) })}
          sentences={[t('customer.buy.confirm.escrow'), t('customer.buy.confirm.release', { threshold: item.threshold }), t('customer.buy.confirm.refund'), t('customer.buy.confirm.permit')]}
          costs={[
            { label: t('customer.buy.cost.price'), value: coins(item.price) },
            { label: t('customer.buy.cost.gas'), value: native(quote.data.gas.wei) },
            { label: t('customer.buy.check.balance'), value: coins(quote.data.balance) },
          ]}
          confirm={t('customer.buy.confirm.button')} busy={buy.busy} error={buy.error}
          onConfirm={() => void buy.run([{ datasetId: item.datasetId, version: item.version, maxPrice: item.price }], { again: listing.bought, purpose }).then((done) => { if (done) { setConfirming(false); basket.remove(listing.id); } })}
        />
      )}
    </Stack>
  );
}
