import type { PlotLevels, PlotRange } from '../../shared/api/common.ts';
import type { Copy, ListingDetail, PurchaseDetail } from '../../shared/api/market.ts';
import { Role, type DatasetRow } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { summaryOf } from '../../shared/report-view.ts';
import { fingerprintQueries } from '../db/queries/fingerprints.ts';
import { customerRows, listingFacts } from '../db/queries/market-rows.ts';
import { reportSummaries } from '../db/queries/report-summaries.ts';
import { reputationQueries } from '../db/queries/reputation.ts';
import { systemClock } from '../market/ports.ts';
import { refundAccess } from '../market/refund.ts';
import { createPlots } from '../recordings/levels.ts';
import { errorView } from './error-view.ts';
import type { Backstage } from './backstage.ts';
import type { MarketApi } from './api-types.ts';
import { createBasket } from './market/buy-job.ts';
import { exportPurchase } from './market/export-job.ts';
import { createLabelFetcher } from './market/label-fetcher.ts';
import { createListings } from './market/listings.ts';
import { createManifests } from './market/manifests.ts';
import { openedStore, openIntoProfile } from './market/opened-store.ts';
import { createPurchases } from './market/purchases.ts';
import { quoteItems } from './market/quote.ts';
import { watchRefunds } from './market/refund-watch.ts';
import { createSavedSearches } from './market/saved-searches.ts';
import { createVerdicts } from './market/verdicts.ts';

/** How long a page waits for a manifest that is not here yet. */
const MANIFEST_MS = 6000;
const LOOK_MS = 300;
const COPIES_SHOWN = 10;

/** The customer's side. `close` ends what runs behind it; the jobs belong to `b.jobs`. */
export function createMarketApi(b: Backstage): MarketApi & { close(): Promise<void> } {
  const { db } = b.parts;
  const { reads } = b.chain;
  const me = b.parts.address;
  const rows = customerRows(db);
  const facts = listingFacts(db);
  const reputation = reputationQueries(db);
  const verdicts = createVerdicts(db, () => b.changed('listings', 'saved-searches'));
  const summaries = reportSummaries(db);
  const fingerprints = fingerprintQueries(db);
  const listings = createListings(db, me, { verdicts, mine: () => b.parts.accounts.mine() });
  const { labels } = listings;
  const manifests = createManifests({ db, reads, blobs: b.blobs.store });
  const labelOf = (id: number) => labels.labelOf(id) ?? (reads.dataset(id) ? manifests.known(reads.dataset(id)!)?.label ?? null : null);
  const titleOf = (id: number) => labelOf(id)?.title ?? null;
  const purchases = createPurchases(b, manifests, labelOf);
  const saved = createSavedSearches(b, listings);
  const refunds = watchRefunds(b, () => purchases.open());
  const store = openedStore(b);
  const plots = createPlots({ store, dir: b.parts.profile.path('purchases'), key: b.parts.wallet.storageKey('purchase-plots') });

  // A crash between keeping the rows and noting them leaves rows that nobody can find.
  const noted = new Set(rows.openedIds().map((id) => rows.opened(id)!.recording));
  for (const info of store.list()) if (!noted.has(info.id)) void store.remove(info.id);

  const fetcher = createLabelFetcher(b, (ids) => { saved.match(ids); b.changed('listings', 'saved-searches'); });
  /** Whether anything asks what listings' data shows. */
  const wantReports = () => { if (saved.specified()) fetcher.wantReports(); };
  let timer: NodeJS.Timeout | undefined;
  const stopListening = b.chain.indexer.onChange(() => {
    timer ??= setTimeout(() => { timer = undefined; saved.look(); refunds.look(); fetcher.poke(); }, LOOK_MS);
  });
  saved.look();
  refunds.look();
  fetcher.poke();
  wantReports();
  const stopPresence = b.presence.onChange(() => b.changed('listings'));

  const known = (id: number): DatasetRow => {
    const dataset = reads.dataset(id);
    if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${id} on this network.`, { hint: 'Look for it in the market again.' });
    return dataset;
  };
  const openedOf = (accessId: number) => {
    purchases.own(accessId);
    const opened = rows.opened(accessId);
    if (!opened || !store.get(opened.recording)) throw new AppError('access-not-ready', `Access ${accessId} was not opened in this profile yet.`, { hint: 'Open it first; it costs nothing.' });
    return opened;
  };
  /** One job at a time for one access. */
  const alone = (kind: 'open' | 'export', accessId: number, format?: string) => {
    const running = b.jobs.list().find((j) => j.kind === kind && j.state === 'running' && j.subject.accessId === accessId && (!format || j.title.endsWith(format)));
    return running && { jobId: running.id };
  };

  const copiesOf = (dataset: DatasetRow, fingerprint: string | undefined): Copy[] => (fingerprint === undefined ? [] : fingerprints.copies(fingerprint, dataset.id).flatMap(({ datasetId, share }): Copy[] => {
    const other = reads.dataset(datasetId);
    // What was rejected can be bought by nobody: no warning to the one that it was copied from.
    return other && other.status !== 'rejected' ? [{ id: datasetId, title: titleOf(datasetId), status: other.status, share, publishedAt: other.publishedAt * 1000, earlier: datasetId < dataset.id, sameOwner: other.owner === dataset.owner, bought: facts.accessIds(datasetId, me).length > 0 }] : [];
  }).slice(0, COPIES_SHOWN));

  return {
    search(query) {
      fetcher.poke();
      if (query.specification) fetcher.wantReports();
      return listings.search(query);
    },

    async listing(id): Promise<ListingDetail> {
      const dataset = known(id);
      let manifestError = null;
      const manifest = await manifests.get(dataset, { timeoutMs: MANIFEST_MS }).catch((error: unknown) => { manifestError = errorView(error); return null; });
      const label = manifest?.label ?? labelOf(id);
      if (manifest) summaries.save(id, dataset.contentHash, summaryOf(manifest.quality));
      const judged = dataset.validator === null || dataset.status === 'rejected' ? undefined : facts.certified(id);
      return {
        ...listings.view(dataset, label),
        cid: dataset.cid, contentHash: dataset.contentHash, recordRoot: dataset.recordRoot, keepersBps: dataset.keepersBps, validatorBps: dataset.validatorBps, threshold: dataset.threshold,
        ownerHistory: reputation.owner(dataset.owner),
        certificate: judged ? { validator: dataset.validator!, score: dataset.score ?? 0, reportHash: dataset.reportHash!, at: judged.at * 1000, tx: judged.tx, accredited: ((reads.participant(dataset.validator!)?.roles ?? 0) & Role.validator) !== 0 } : null,
        keepers: reads.seats(id).map((s) => ({ index: s.index, address: s.keeper, status: s.status, online: b.presence.known(s.keeper), reputation: reputation.keeper(s.keeper) })),
        manifest: manifest && {
          report: manifest.quality, channels: manifest.channels, sealedBytes: manifest.segments.reduce((n, s) => n + s.sealedBytes, 0),
          segments: manifest.segments.map((s) => ({ name: s.name, channel: s.channel, day: s.day, rows: s.rows, bytes: s.sealedBytes })),
        },
        manifestError, copies: copiesOf(dataset, label?.fingerprint),
        prices: facts.prices(id), salesByDay: facts.salesByDay(id), accessIds: facts.accessIds(id, me),
      };
    },

    quote: (ids) => quoteItems(b, ids, titleOf),

    buy(input) {
      const ids = input.items.map((i) => i.datasetId);
      if (new Set(ids).size !== ids.length) throw new AppError('invalid-argument', 'The basket holds a dataset twice.', { hint: 'Take one of them out.' });
      for (const id of ids) known(id);
      return b.jobs.start({
        kind: 'buy', title: ids.map((id) => titleOf(id) ?? `#${id}`).join(', ').slice(0, 120), subject: ids.length === 1 ? { datasetId: ids[0] } : {},
        run: createBasket(b, input, titleOf),
      });
    },

    purchases: () => purchases.list(),
    purchase: (accessId): PurchaseDetail => purchases.detail(accessId),

    open(accessId) {
      const access = purchases.own(accessId);
      return alone('open', accessId) ?? b.jobs.start({
        kind: 'open', title: titleOf(access.datasetId) ?? `#${access.datasetId}`, subject: { accessId, datasetId: access.datasetId },
        run: (control) => openIntoProfile(b, { store, plots }, accessId, control),
      });
    },

    async plot(accessId: number, range: PlotRange): Promise<PlotLevels> {
      return plots.levels(openedOf(accessId).recording, range);
    },

    exportAs(input) {
      const access = purchases.own(input.accessId);
      const opened = openedOf(input.accessId);
      const title = `${titleOf(access.datasetId) ?? `#${access.datasetId}`} · ${input.format}`;
      return alone('export', input.accessId, input.format) ?? b.jobs.start({
        kind: 'export', title, subject: { accessId: input.accessId, datasetId: access.datasetId },
        run: (control) => exportPurchase(b, store, { input, opened, dataset: known(access.datasetId), manifest: manifests.known(known(access.datasetId))! }, control),
      });
    },

    async refund(accessId) {
      purchases.own(accessId);
      await refundAccess(accessId, { reads, submit: b.chain.outbox, clock: systemClock });
      b.changed('purchases', 'history');
    },

    savedSearches: () => saved.list(),
    saveSearch(input) {
      const kept = saved.save(input);
      wantReports();
      return kept;
    },
    forgetSearch: (id) => saved.forget(id),
    seenSearch: (id) => saved.seen(id),

    async close() {
      stopListening();
      stopPresence();
      clearTimeout(timer);
      refunds.stop();
      verdicts.close();
      await fetcher.stop();
    },
  };
}
