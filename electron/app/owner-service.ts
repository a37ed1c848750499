import { randomBytes } from 'node:crypto';
import { parseEther } from 'ethers';
import { Role, type DatasetRow, type DatasetStatus } from '../../shared/domain/chain.ts';
import type { Label } from '../../shared/domain/label.ts';
import { AppError } from '../../shared/errors.ts';
import { publishRecording, type PublishRequest, type PublishStep } from '../market/publish.ts';
import { waitFor } from '../market/wait-for.ts';
import { withdrawDataset } from '../market/withdraw.ts';
import type { NodeParts } from './open-parts.ts';
import { createDatasetAccounts } from './owner/dataset-accounts.ts';
import { goToKeepers, serveSeats } from './owner/serve-seats.ts';
import { createDatasetKeyStore, createPublicationStore } from './secret-stores.ts';

export type PublishOptions = {
  signal?: AbortSignal;
  /** A publication to go on with. */
  id?: string;
  wait: 'listed' | 'seats' | 'certified';
  onStart?: (publication: string) => void;
  onStep?: (step: PublishStep, seconds: number) => void;
  onProgress?: (step: PublishStep, done: number, total: number | null) => void;
  /** The label of what was listed, where it was made in this run. */
  onLabel?: (label: Label, dataset: DatasetRow) => void;
  onState?: (state: 'listed' | 'seated' | 'certified') => void;
};
export type PublishedResult = {
  datasetId: number; cid: string; status: DatasetStatus; publication: string; rows: number; quality: number; score: number | null;
  sourceBytes: number; plainBytes: number; sealedBytes: number; gas: bigint;
};

/** How long keepers and validators are waited for before the command gives up; the listing stays. */
const PATIENCE_MS = 15 * 60_000;

export async function createOwner(parts: NodeParts) {
  const [chain, blobs] = await Promise.all([parts.chain(), parts.blobs()]);
  const { reads } = chain;
  const keys = createDatasetKeyStore(parts.db, parts.wallet);
  const publications = createPublicationStore(parts.db);
  const accounts = createDatasetAccounts(parts);

  return {
    async publish(request: PublishRequest, options: PublishOptions): Promise<PublishedResult> {
      const [{ minKeeperFee }] = (await chain.read('market', 'parameters', [])) as [{ minKeeperFee: bigint }];
      const minStake = BigInt((await chain.read('participants', 'minStake', []))[0] as bigint);
      const id = options.id ?? randomBytes(8).toString('hex');
      const account = accounts.of(publications, id, request);
      // A fresh account is in no registry: nothing on the chain says where its person can be reached.
      if (account === null) await chain.ensureRegistered(Role.owner, blobs.endpoint);
      const contact = parts.wallet.account(account).encryptionPublicKey;
      const { publication, datasetId, cid, sent, label } = await publishRecording(request, {
        reads, submit: chain.as(account), account, contact, network: chain.market, me: parts.address, recordings: parts.recordings, keepers: () => reads.participantsByRole(Role.keeper),
        minStake, maxPrice: parseEther('1000000000'), minKeeperFee, registry: parts.devices.registry, blobs: blobs.store, publications, keepDatasetKey: keys.keep, forgetDatasetKey: keys.forget, workDir: parts.profile.path('work'),
        reach: (keepers) => goToKeepers({ reads, store: blobs.store }, keepers),
      }, { signal: options.signal, onStep: options.onStep, onProgress: options.onProgress, onStart: options.onStart }, id).catch((error: unknown) => {
        // Nothing is left of it: its account serves another.
        if (account !== null && !publications.get(id)) parts.accounts.giveBack(account);
        throw error;
      });
      const status = () => reads.dataset(datasetId)!;
      if (label) options.onLabel?.(label, status());
      options.onState?.('listed');
      // The blobs are served from here until others hold them: an owner that left at once would leave an empty listing.
      const stopServing = serveSeats({ reads, store: blobs.store, mine: () => parts.accounts.mine() });
      try {
        if (options.wait !== 'listed') {
          await waitFor(chain.indexer, () => (status().acceptedSeats === status().seats || status().status !== 'published' ? true : undefined), { what: `the keepers of dataset ${datasetId}`, timeoutMs: PATIENCE_MS, signal: options.signal, hint: 'The listing stays. Run the command again with --resume to go on serving it.' });
          options.onState?.('seated');
        }
        if (options.wait === 'certified') {
          await waitFor(chain.indexer, () => (status().status === 'published' ? undefined : true), { what: `a certificate for dataset ${datasetId}`, timeoutMs: PATIENCE_MS, signal: options.signal, hint: 'The listing stays and waits for a validator.' });
          if (status().status !== 'certified') throw new AppError('quality-mismatch', `Dataset ${datasetId} was not certified: it is ${status().status}.`, { hint: 'See `phdex history --dataset` and the validator’s reasons.', details: { datasetId } });
          options.onState?.('certified');
        }
      } finally { stopServing(); }
      const sealed = publication.sealed!;
      return {
        datasetId, cid, status: status().status, publication: publication.id, rows: sealed.rows, quality: sealed.quality, score: status().score,
        sourceBytes: sealed.sourceBytes, plainBytes: sealed.plainBytes, sealedBytes: sealed.sealedBytes, gas: sent.gasUsed,
      };
    },

    async withdraw(datasetId: number, options: { waitMs?: number; signal?: AbortSignal }) {
      const { sent, freedBytes } = await withdrawDataset(datasetId, { reads, submitterOf: accounts.submitterOf(chain), blobs: blobs.store }, options.signal);
      const dataset = reads.dataset(datasetId)!;
      keys.forget(dataset.nonce);
      const destroyed = () => reads.seats(datasetId).filter((s) => s.status === 'destroyed').length;
      if (options.waitMs) {
        const holders = reads.seats(datasetId).filter((s) => s.status === 'accepted' || s.status === 'destroyed').length;
        await waitFor(chain.indexer, () => (destroyed() === holders ? true : undefined), { what: 'the keepers to destroy their shares', timeoutMs: options.waitMs, signal: options.signal }).catch(() => undefined);
      }
      return { datasetId, freedBytes, gas: sent?.gasUsed ?? 0n, seats: dataset.seats, destroyed: destroyed() };
    },
  };
}
