import { createAccountApi } from './account-api.ts';
import { gasCost } from './gas-costs.ts';
import type { Backstage } from './backstage.ts';
import type { OwnerApi } from './api-types.ts';
import { createOwnerBase } from './owner/base.ts';
import { createDatasets } from './owner/datasets.ts';
import { createErasing, type EndGrants } from './owner/erasing.ts';
import { createImports } from './owner/imports.ts';
import { createManual } from './owner/manual.ts';
import { createRecordings } from './owner/recordings.ts';
import { serveSeats } from './owner/serve-seats.ts';
import { createSharing } from './owner/sharing.ts';

/** The owner's side. `close` ends what runs behind it; the jobs belong to `b.jobs`. */
export function createOwnerApi(b: Backstage, options: { /** How long an erasure waits for keepers. */ patienceMs?: number } = {}): OwnerApi & { /** How an erasure ends what was given of a dataset. */ endsGrants(end: EndGrants): void; close(): Promise<void> } {
  const base = createOwnerBase(b);
  const recordings = createRecordings(base);
  const imports = createImports(base, recordings);
  const manual = createManual(base, recordings);
  const sharing = createSharing(base);
  /** Sharing by consent comes up after this: until then there is nothing of it to end. */
  const grants: { current: EndGrants | null } = { current: null };
  const erasing = createErasing(base, recordings.drop, options.patienceMs, grants);
  const datasets = createDatasets(base, erasing, createAccountApi(b).trace);
  const stopServing = serveSeats({ reads: b.chain.reads, store: b.blobs.store, mine: base.mine });
  const stopPresence = b.presence.onChange(() => b.changed('datasets'));

  return {
    recordings: () => recordings.list(),
    recording: (id) => recordings.detail(id),
    previewImport: (input, signal) => imports.preview(input, signal),
    importFile: (input) => imports.start(input),
    importOutcome: (jobId) => imports.outcome(jobId),
    manualEntries: () => manual.list(),
    addEntry: (entry) => manual.add(entry),
    editEntry: (id, entry) => manual.edit(id, entry),
    deleteEntry: (id) => manual.remove(id),
    simulate: (input) => recordings.simulate(input),
    score: (id) => recordings.score(id),
    plot: (id, range) => base.plots.levels(id, range),
    forget: (id) => recordings.forget(id),
    preview: (input) => sharing.preview(input),
    keepers: () => sharing.keepers(),
    publish: (input) => sharing.publish(input),
    publications: () => sharing.publications(),
    resume: (id) => sharing.resume(id),
    discard: (id) => sharing.discard(id),
    datasets: () => datasets.list(),
    dataset: (id) => datasets.detail(id),
    setPrice: (id, price) => datasets.setPrice(id, price),
    stopSharing: (id) => erasing.stopSharing(id),
    erase: (id, alsoRecording) => erasing.erase(id, alsoRecording),
    certificate: (id) => erasing.certificate(id),
    cost: (act) => gasCost(b.chain, { act }),
    endsGrants(end) { grants.current = end; },
    async close() { stopPresence(); stopServing(); sharing.close(); },
  };
}
