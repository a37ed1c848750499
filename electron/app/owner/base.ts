import type { Label } from '../../../shared/domain/label.ts';
import type { DatasetRow, Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { chainReads } from '../../db/queries/chain-reads.ts';
import { labelQueries } from '../../db/queries/labels.ts';
import { customerRows, listingFacts } from '../../db/queries/market-rows.ts';
import { ownDatasetFacts, ownerRows } from '../../db/queries/owner-rows.ts';
import { reputationQueries } from '../../db/queries/reputation.ts';
import { createPlots } from '../../recordings/levels.ts';
import { createDatasetKeyStore, createPublicationStore } from '../secret-stores.ts';
import type { Backstage } from '../backstage.ts';
import { openEntryStore } from '../manual/entry-store.ts';
import { createDatasetAccounts } from './dataset-accounts.ts';
import { createReports } from './reports.ts';

/** What the owner's parts share. */
export type OwnerBase = ReturnType<typeof createOwnerBase>;

export function createOwnerBase(b: Backstage) {
  const { db, wallet, profile, recordings } = b.parts;
  const reads = chainReads(db);
  const labels = labelQueries(db);
  const me = b.parts.address.toLowerCase() as Hex;
  const { accounts } = b.parts;
  const datasetAccounts = createDatasetAccounts(b.parts);
  return {
    b, me,
    /** Whose datasets these are: the own account's and those of the fresh ones. */
    mine: () => accounts.mine(),
    datasets: (): DatasetRow[] => [...accounts.mine()].flatMap((owner) => reads.datasetsOf(owner)).sort((a, b) => a.id - b.id),
    submitterOf: datasetAccounts.submitterOf(b.chain),
    reads, labels,
    rows: ownerRows(db), facts: ownDatasetFacts(db), listing: listingFacts(db), customer: customerRows(db), reputation: reputationQueries(db),
    entries: openEntryStore(b.parts), reports: createReports(b.parts), publications: createPublicationStore(db), keys: createDatasetKeyStore(db, wallet),
    plots: createPlots({ dir: profile.path('recordings'), key: wallet.storageKey('levels'), store: recordings }),
    labelOf: (id: number): Label | null => labels.labelOf(id),
    recording(id: string) {
      const found = recordings.get(id);
      if (!found) throw new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: 'It was forgotten; go back to your recordings.' });
      return found;
    },
    /** @throws AppError `dataset-unknown`, `not-yours` */
    own(id: number): DatasetRow {
      const dataset = reads.dataset(id);
      if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${id} on this network.`, { hint: 'Go back to your datasets.' });
      if (!accounts.mine().has(dataset.owner)) throw new AppError('not-yours', `Dataset ${id} belongs to somebody else.`, { hint: 'Open the profile that published it.' });
      return dataset;
    },
    runningJob: (kinds: readonly string[], subject: { recordingId?: string; publicationId?: string; datasetId?: number }) =>
      b.jobs.list().find((j) => j.state === 'running' && kinds.includes(j.kind) && Object.entries(subject).every(([k, v]) => j.subject[k as keyof typeof j.subject] === v)),
  };
}
