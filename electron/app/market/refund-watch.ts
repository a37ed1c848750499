import type { PurchaseView } from '../../../shared/api/market.ts';
import { keyValues } from '../../db/queries/profile-stores.ts';
import type { Backstage } from '../backstage.ts';

const TOLD = 'market.refund-told';
const LONGEST_MS = 3_600_000;

/** Tells once of each purchase whose price can be taken back. A deadline passes without an event, so the clock is watched. */
export function watchRefunds(b: Backstage, openPurchases: () => PurchaseView[]): { look(): void; stop(): void } {
  const kv = keyValues(b.parts.db);
  const told = new Set(JSON.parse(kv.get(TOLD) ?? '[]') as number[]);
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    clearTimeout(timer);
    const open = openPurchases();
    const due = open.filter((p) => p.refundable && !told.has(p.accessId));
    for (const p of due) {
      told.add(p.accessId);
      b.notify('refund-due', { title: p.title ?? `#${p.datasetId}`, accessId: p.accessId }, `/purchases/${p.accessId}`);
    }
    if (due.length > 0) {
      kv.set(TOLD, JSON.stringify([...told]));
      b.changed('purchases');
    }
    const next = Math.min(...open.filter((p) => p.challengeEnd === null && !p.refundable).map((p) => p.deadline + 1500 - Date.now()));
    if (next < Infinity) { timer = setTimeout(look, Math.max(200, Math.min(next, LONGEST_MS))); timer.unref(); }
  }
  return { look, stop: () => clearTimeout(timer) };
}
