import { Stack, Text } from '@mantine/core';
import { CircleCheck, CircleDashed, CircleMinus, CircleX } from 'lucide-react';
import type { PurchaseDetail } from '../../../../../shared/api/market.ts';
import { Addr } from '../../../components/Addr.tsx';
import { ago, dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Section } from '../dataset/Section.tsx';
import css from './purchases.module.css';
import { SharesMeter } from './SharesMeter.tsx';
import { useNow } from '../../use-now.ts';

type Seat = PurchaseDetail['seats'][number];

export function SharesSection({ purchase }: { purchase: PurchaseDetail }) {
  const now = useNow(5000);
  const { have, want, standby } = purchase.shares;
  const enough = have >= want;
  const over = purchase.status !== 'open' || now > purchase.deadline;
  return (
    <Section title={t('customer.purchase.shares')} aside={<SharesMeter have={have} want={want} />}>
      <Stack>
        <div role="status">
          <Text size="sm">{enough ? t('customer.purchase.sharesEnough') : t('customer.purchase.sharesText', { have, want })}</Text>
          {!enough && !over && standby > 0 && <Text size="sm" c="dimmed">{t('customer.purchase.standby', { count: standby })}</Text>}
        </div>
        <ul className={css['seats']}>{purchase.seats.map((s) => <SeatLine key={s.index} seat={s} enough={enough} over={over} />)}</ul>
        <Text size="sm" c="dimmed">{deadlineWords(purchase, enough, now)}</Text>
      </Stack>
    </Section>
  );
}

function deadlineWords(p: PurchaseDetail, enough: boolean, now: number): string | null {
  if (p.status === 'refunded') return t('customer.purchase.refunded');
  if (p.status === 'settled') return t('customer.purchase.settled');
  if (enough && p.challengeEnd !== null) return t('customer.purchase.challenge', { ago: ago(p.challengeEnd, now) });
  if (enough) return null;
  return now <= p.deadline ? t('customer.purchase.deadline', { time: dateTime(p.deadline), ago: ago(p.deadline, now) }) : t('customer.purchase.deadlinePassed', { ago: ago(p.deadline, now) });
}

function SeatLine({ seat, enough, over }: { seat: Seat; enough: boolean; over: boolean }) {
  const [Icon, colour] = seat.disputed ? [CircleX, 'var(--mantine-color-red-text)'] : seat.released ? [CircleCheck, 'var(--mantine-color-teal-text)'] : enough || over ? [CircleMinus, 'var(--mantine-color-dimmed)'] : [CircleDashed, 'var(--mantine-color-dimmed)'];
  const words = seat.disputed ? t('customer.purchase.seat.disputed')
    : seat.released ? (seat.at === null ? t('customer.purchase.seat.releasedPlain') : t('customer.purchase.seat.released', { when: ago(seat.at) }))
      : enough ? t('customer.purchase.seat.notNeeded') : over ? t('customer.purchase.seat.silent') : t('customer.purchase.seat.waiting');
  return (
    <li>
      <Icon size={18} aria-hidden color={colour} />
      <Addr address={seat.keeper} />
      <Text size="sm" c={seat.released ? undefined : 'dimmed'} title={seat.at === null ? undefined : dateTime(seat.at)}>{words}</Text>
    </li>
  );
}
