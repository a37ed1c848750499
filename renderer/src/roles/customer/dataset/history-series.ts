import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { coinsNumber } from './coins-number.ts';

const DAY_MS = 86_400_000;

export type HistorySeries = { /** Unix seconds, as uPlot wants them. */ t: number[]; price: (number | null)[]; sales: number[] };

/** Price and sales of each day from the listing to now. */
export function historySeries(listing: Pick<ListingDetail, 'prices' | 'salesByDay' | 'publishedAt'>, now: number): HistorySeries {
  const from = Math.floor(Math.min(listing.publishedAt, listing.prices[0]?.at ?? Infinity, listing.salesByDay[0]?.day ?? Infinity) / DAY_MS) * DAY_MS;
  const to = Math.max(from, Math.floor(now / DAY_MS) * DAY_MS);
  const sold = new Map(listing.salesByDay.map((s) => [Math.floor(s.day / DAY_MS) * DAY_MS, s.count]));
  const series: HistorySeries = { t: [], price: [], sales: [] };
  // A day more on each side, so that one day alone is a bar and not a line at the edge.
  for (let day = from - DAY_MS; day <= to + DAY_MS; day += DAY_MS) {
    const price = listing.prices.filter((p) => p.at < day + DAY_MS).at(-1)?.price;
    series.t.push(day / 1000);
    series.price.push(price === undefined ? null : coinsNumber(price));
    series.sales.push(sold.get(day) ?? 0);
  }
  return series;
}
