import type { AccessRow, DatasetRow, Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { endpointsOf, fetchManifest } from './fetch-manifest.ts';
import type { GranteeKeys } from './grantee-keys.ts';
import type { Clock, MarketReads, Sent, Submitter } from './ports.ts';

export type Permit = { deadline: number; v: number; r: Hex; s: Hex };

export type BuyDeps = {
  reads: MarketReads;
  submit: Submitter;
  keys: GranteeKeys;
  clock: Clock;
  me: Hex;
  blobs: Pick<BlobStore, 'readFile' | 'connect' | 'probe'>;
  /** Signs an EIP-2612 permit that lets the market take exactly `amount`, the price of the listing's version. */
  signPermit(amount: bigint, deadlineSeconds: number): Promise<Permit>;
  minReleaseSeconds: number;
};

export type BuyOptions = {
  /** Highest price in PHD wei that the buyer agrees to; the listing's price of now when left out. */
  maxPrice?: bigint;
  releaseSeconds?: number;
  purpose?: Hex;
  /** Buys what this account can already open. */
  again?: boolean;
  /** The probe that was made a moment ago, where there was one. */
  probe?: Probe;
  signal?: AbortSignal;
};

export type Probe = { keepersOnline: Hex[]; keepersSilent: Hex[]; blobs: number; bytes: number };
export type Bought = { accessId: number; datasetId: number; price: bigint; sent: Sent; probe: Probe };

const NO_PURPOSE: Hex = `0x${'00'.repeat(32)}`;
const DEFAULT_RELEASE_SECONDS = 3600;

/** Accesses of `account` to a dataset that can still be opened, now or after the keepers' releases. */
export function openableAccesses(reads: MarketReads, account: Hex, datasetId: number): AccessRow[] {
  return reads.accessesOf(account).filter((a) => a.datasetId === datasetId && a.kind === 'purchase' && a.status !== 'refunded');
}

/**
 * Finds out, before coins move, whether k keepers answer and every blob can be fetched.
 * A keeper answers when a libp2p connection to the peer of its registered endpoint stands.
 * @throws AppError `keepers-too-few`, `blob-unreachable`, `hash-mismatch`
 */
export async function probeDataset(dataset: DatasetRow, deps: Pick<BuyDeps, 'reads' | 'blobs'>, signal?: AbortSignal): Promise<Probe> {
  const seated = deps.reads.seats(dataset.id).filter((s) => s.status === 'accepted');
  const answers = await Promise.all(
    seated.map(async ({ keeper }) => {
      const addresses = endpointsOf([deps.reads.participant(keeper)]);
      return { keeper, online: addresses.length > 0 && (await deps.blobs.connect(addresses).then(() => true, () => false)) };
    }),
  );
  const keepersOnline = answers.filter((a) => a.online).map((a) => a.keeper);
  const keepersSilent = answers.filter((a) => !a.online).map((a) => a.keeper);
  if (keepersOnline.length < dataset.threshold) {
    throw new AppError('keepers-too-few', `Only ${keepersOnline.length} of ${seated.length} keepers of dataset ${dataset.id} answer; ${dataset.threshold} are needed to rebuild its key.`, {
      hint: 'Nothing was paid. Try again when more keepers are online.', retryable: true, details: { online: keepersOnline.length, threshold: dataset.threshold },
    });
  }
  await deps.blobs.connect(endpointsOf([deps.reads.participant(dataset.owner)])).catch(() => undefined);
  const { manifest } = await fetchManifest(dataset, { blobs: deps.blobs }, signal);
  try {
    await deps.blobs.probe(dataset.cid, { timeoutMs: 15_000, signal });
  } catch (cause) {
    throw new AppError('blob-unreachable', `Not every blob of dataset ${dataset.id} can be fetched.`, { hint: 'Nothing was paid. Its keepers or its owner have to come online first.', retryable: true, cause });
  }
  return { keepersOnline, keepersSilent, blobs: manifest.segments.length, bytes: manifest.segments.reduce((n, s) => n + s.sealedBytes, 0) };
}

/**
 * Buys a dataset in one transaction: permit, escrow and access together. Names the listing's version and a highest
 * price, so that a change in between costs nobody more than it agreed to.
 */
export async function buyDataset(datasetId: number, deps: BuyDeps, options: BuyOptions = {}): Promise<Bought> {
  const { reads } = deps;
  const dataset = reads.dataset(datasetId);
  if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See `phdex list`.' });
  if (dataset.status !== 'certified') {
    throw new AppError('dataset-not-for-sale', `Dataset ${datasetId} is ${dataset.status}, not certified.`, { hint: dataset.status === 'published' ? 'Wait until a validator has certified it.' : 'Choose another dataset.', retryable: dataset.status === 'published' });
  }
  const owned = openableAccesses(reads, deps.me, datasetId)[0];
  if (owned && !options.again) {
    throw new AppError('dataset-owned', `You already bought dataset ${datasetId}: access ${owned.id}.`, { hint: `Open it with \`phdex open ${owned.id}\`; it costs nothing.`, details: { accessId: owned.id } });
  }
  const maxPrice = options.maxPrice ?? dataset.price;
  if (maxPrice < dataset.price) throw new AppError('price-changed', `Dataset ${datasetId} costs ${dataset.price} (in 10^-18 PHD), more than the ${maxPrice} that you agreed to.`, { hint: 'Look at the new price and agree to it, or leave it.' });
  const balance = reads.balanceOf(deps.me);
  if (balance < dataset.price) {
    throw new AppError('coins-too-few', `Dataset ${datasetId} costs ${dataset.price} (in 10^-18 PHD) and this account holds ${balance}.`, { hint: 'Earn coins by listing a dataset, or receive some from another account.' });
  }
  const probe = options.probe ?? (await probeDataset(dataset, deps, options.signal));
  const again = reads.accessesOf(deps.me).filter((a) => a.datasetId === datasetId && a.kind === 'purchase').length;
  const purpose = `buy:${datasetId}:${again}`;
  const key = deps.keys.allocateOnce(purpose);
  const permit = await deps.signPermit(dataset.price, Math.floor(deps.clock.now() / 1000) + 1800);
  const releaseSeconds = Math.max(deps.minReleaseSeconds, options.releaseSeconds ?? DEFAULT_RELEASE_SECONDS);
  const sent = await deps.submit.send(
    {
      key: purpose, contract: 'market', method: 'buyWithPermit',
      args: [datasetId, dataset.version, maxPrice, key.px, key.py, releaseSeconds, options.purpose ?? NO_PURPOSE, permit.deadline, permit.v, permit.r, permit.s],
    },
    { signal: options.signal },
  );
  const opened = sent.events.find((e) => e.name === 'AccessOpened');
  return { accessId: Number(opened!.args.accessId), datasetId, price: BigInt(opened!.args.price as bigint), sent, probe };
}
