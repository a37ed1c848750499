import type { PurchaseDetail, PurchaseView } from '../../../shared/api/market.ts';
import type { AccessRow } from '../../../shared/domain/chain.ts';
import type { Label } from '../../../shared/domain/label.ts';
import { AppError } from '../../../shared/errors.ts';
import { customerRows, listingFacts } from '../../db/queries/market-rows.ts';
import type { Backstage } from '../backstage.ts';
import type { Manifests } from './manifests.ts';

export const seatsOf = (bits: number): number[] => Array.from({ length: 32 }, (_, i) => i).filter((i) => (bits >>> i) & 1);

/** Bought, or granted for a study's reward: both are escrow and open alike. */
const isPaid = (a: AccessRow): boolean => a.kind === 'purchase' || (a.kind === 'grant' && a.price > 0n);

/** Own purchases as the pages show them: all from the cache, shares as they arrive. */
export function createPurchases(b: Backstage, manifests: Manifests, labelOf: (datasetId: number) => Label | null) {
  const { reads } = b.chain;
  const rows = customerRows(b.parts.db);
  const facts = listingFacts(b.parts.db);

  /** @throws AppError `access-unknown`, `not-yours` */
  function own(accessId: number): AccessRow {
    const access = reads.access(accessId);
    if (!access) throw new AppError('access-unknown', `There is no access ${accessId} on this network.`, { hint: 'See your purchases.' });
    if (access.grantee !== b.parts.address) throw new AppError('not-yours', `Access ${accessId} belongs to another account.`, { hint: 'Use the profile that bought it.' });
    return access;
  }

  function view(access: AccessRow, opened: boolean): PurchaseView {
    const label = labelOf(access.datasetId);
    const releases = reads.releases(access.id);
    const have = releases.filter((r) => r.status === 'standing').length;
    const want = reads.dataset(access.datasetId)?.threshold ?? 0;
    return {
      accessId: access.id, datasetId: access.datasetId, title: label?.title ?? null, label, price: access.price.toString(), status: access.status,
      openedAt: access.openedAt * 1000, deadline: access.deadline * 1000, challengeEnd: access.challengeEnd === null ? null : access.challengeEnd * 1000,
      shares: { have, want, standby: Math.max(0, seatsOf(access.seatedBits).length - releases.length) },
      refundable: access.status === 'open' && access.challengeEnd === null && have < want && Date.now() / 1000 > access.deadline,
      opened,
    };
  }

  return {
    own,
    list(): PurchaseView[] {
      const opened = new Set(rows.openedIds());
      return reads.accessesOf(b.parts.address).filter(isPaid).reverse().map((a) => view(a, opened.has(a.id)));
    },
    /** Those whose price is still in escrow. */
    open: (): PurchaseView[] => reads.openAccesses().filter((a) => a.grantee === b.parts.address && isPaid(a)).map((a) => view(a, false)),
    detail(accessId: number): PurchaseDetail {
      const access = own(accessId);
      const opened = rows.opened(accessId);
      const dataset = reads.dataset(access.datasetId)!;
      const manifest = manifests.known(dataset);
      const trace = facts.ofAccess(access.datasetId, accessId);
      const seats = reads.seats(access.datasetId);
      const releases = reads.releases(accessId);
      const label = manifest?.label ?? labelOf(access.datasetId);
      return {
        ...view(access, opened !== undefined),
        tx: trace.find((e) => e.event === 'AccessOpened')?.tx ?? '0x',
        seats: seatsOf(access.seatedBits).map((index) => {
          const release = releases.find((r) => r.index === index);
          const at = trace.find((e) => e.event === 'ShareReleased' && e.details.seat === index)?.at;
          return { index, keeper: seats.find((s) => s.index === index)!.keeper, released: release !== undefined, disputed: release?.status === 'disputed', at: at === undefined ? null : at * 1000 };
        }),
        verification: opened ? (JSON.parse(opened.verification) as PurchaseDetail['verification']) : null,
        channels: manifest?.channels ?? [], durationSeconds: label?.durationSeconds ?? 0, report: manifest?.quality ?? null,
        exports: rows.exports(accessId),
      };
    },
  };
}
