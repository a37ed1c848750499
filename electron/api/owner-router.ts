import { z } from 'zod';
import { Id, PlotRange, RecordingId } from '../../shared/api/common.ts';
import { EraseIn, ImportIn, ImportPreviewIn, ManualEditIn, ManualEntryId, ManualEntryIn, SetPriceIn, ShareIn, SimulateIn } from '../../shared/api/owner.ts';
import { ready, router } from './trpc.ts';

export const ownerRouter = router({
  recordings: ready.query(({ ctx }) => ctx.ready.owner.recordings()),
  recording: ready.input(RecordingId).query(({ ctx, input }) => ctx.ready.owner.recording(input)),
  previewImport: ready.input(ImportPreviewIn).query(({ ctx, input, signal }) => ctx.ready.owner.previewImport(input, signal)),
  importFile: ready.input(ImportIn).mutation(({ ctx, input }) => ctx.ready.owner.importFile(input)),
  importOutcome: ready.input(z.uuid()).query(({ ctx, input }) => ctx.ready.owner.importOutcome(input)),
  manualEntries: ready.query(({ ctx }) => ctx.ready.owner.manualEntries()),
  addEntry: ready.input(ManualEntryIn).mutation(({ ctx, input }) => ctx.ready.owner.addEntry(input)),
  editEntry: ready.input(ManualEditIn).mutation(({ ctx, input }) => ctx.ready.owner.editEntry(input.id, input.entry)),
  deleteEntry: ready.input(ManualEntryId).mutation(({ ctx, input }) => ctx.ready.owner.deleteEntry(input)),
  simulate: ready.input(SimulateIn).mutation(({ ctx, input }) => ctx.ready.owner.simulate(input)),
  score: ready.input(RecordingId).mutation(({ ctx, input }) => ctx.ready.owner.score(input)),
  plot: ready.input(z.object({ id: RecordingId, range: PlotRange })).query(({ ctx, input }) => ctx.ready.owner.plot(input.id, input.range)),
  forget: ready.input(RecordingId).mutation(({ ctx, input }) => ctx.ready.owner.forget(input)),
  preview: ready.input(ShareIn).query(({ ctx, input }) => ctx.ready.owner.preview(input)),
  keepers: ready.query(({ ctx }) => ctx.ready.owner.keepers()),
  publish: ready.input(ShareIn).mutation(({ ctx, input }) => ctx.ready.owner.publish(input)),
  publications: ready.query(({ ctx }) => ctx.ready.owner.publications()),
  resume: ready.input(z.string().max(64)).mutation(({ ctx, input }) => ctx.ready.owner.resume(input)),
  discard: ready.input(z.string().max(64)).mutation(({ ctx, input }) => ctx.ready.owner.discard(input)),
  datasets: ready.query(({ ctx }) => ctx.ready.owner.datasets()),
  dataset: ready.input(Id).query(({ ctx, input }) => ctx.ready.owner.dataset(input)),
  setPrice: ready.input(SetPriceIn).mutation(({ ctx, input }) => ctx.ready.owner.setPrice(input.datasetId, input.price)),
  stopSharing: ready.input(Id).mutation(({ ctx, input }) => ctx.ready.owner.stopSharing(input)),
  erase: ready.input(EraseIn).mutation(({ ctx, input }) => ctx.ready.owner.erase(input.datasetId, input.alsoRecording)),
  certificate: ready.input(Id).query(({ ctx, input }) => ctx.ready.owner.certificate(input)),
  cost: ready.input(z.enum(['setPrice', 'withdraw'])).query(({ ctx, input }) => ctx.ready.owner.cost(input)),
});
