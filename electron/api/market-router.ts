import { z } from 'zod';
import { Id, PlotRange } from '../../shared/api/common.ts';
import { BuyIn, ExportIn, SaveSearchIn, SearchPage } from '../../shared/api/market.ts';
import { ready, router } from './trpc.ts';

export const marketRouter = router({
  search: ready.input(SearchPage).query(({ ctx, input }) => ctx.ready.market.search(input)),
  listing: ready.input(Id).query(({ ctx, input }) => ctx.ready.market.listing(input)),
  quote: ready.input(z.array(Id).min(1).max(50)).query(({ ctx, input }) => ctx.ready.market.quote(input)),
  buy: ready.input(BuyIn).mutation(({ ctx, input }) => ctx.ready.market.buy(input)),
  purchases: ready.query(({ ctx }) => ctx.ready.market.purchases()),
  purchase: ready.input(Id).query(({ ctx, input }) => ctx.ready.market.purchase(input)),
  open: ready.input(Id).mutation(({ ctx, input }) => ctx.ready.market.open(input)),
  plot: ready.input(z.object({ accessId: Id, range: PlotRange })).query(({ ctx, input }) => ctx.ready.market.plot(input.accessId, input.range)),
  exportAs: ready.input(ExportIn).mutation(({ ctx, input }) => ctx.ready.market.exportAs(input)),
  refund: ready.input(Id).mutation(({ ctx, input }) => ctx.ready.market.refund(input)),
  savedSearches: ready.query(({ ctx }) => ctx.ready.market.savedSearches()),
  saveSearch: ready.input(SaveSearchIn).mutation(({ ctx, input }) => ctx.ready.market.saveSearch(input)),
  forgetSearch: ready.input(Id).mutation(({ ctx, input }) => ctx.ready.market.forgetSearch(input)),
  seenSearch: ready.input(Id).mutation(({ ctx, input }) => ctx.ready.market.seenSearch(input)),
});
