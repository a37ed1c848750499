import { z } from 'zod';
import { Demographics, type Label } from '../domain/label.ts';
import type { DatasetStatus, Hex } from '../domain/chain.ts';
import type { AnyReport } from '../report-view.ts';
import type { Annotation, RecordingInfo } from '../domain/recording.ts';
import type { TraceRow } from './account.ts';
import { AddressIn, CoinsIn, RecordingId, Span, type Coins, type GasCost } from './common.ts';

export * from './imports.ts';
export * from './manual.ts';

export type RecordingView = {
  id: string; title: string; source: RecordingInfo['source']; createdAt: number;
  /** Unix milliseconds; null where the source has no clock. */
  startedAt: number | null;
  durationSeconds: number; rows: number; rateHz: number; channels: { name: string; kind: string; unit: string; components: string[] }[];
  quality: { score: number; worst: string | null } | null;
  /** Datasets made from it, and a publication under way. */
  datasetIds: number[]; publicationId: string | null;
  device: RecordingDevice;
};
/**
 * The hardware that made a recording. `id` null: none of the signed list, be it unknown or because none is meant (simulated,
 * written by hand); `name` is then what the source claims. `trusted`: it may be listed as far as hardware goes. `how`: told
 * by the device or its file, or named by the owner (`devices.name`). `nameable`: the owner may say which it was. `reason`: a
 * sentence that says why, or what to do.
 */
export type RecordingDevice = { id: string | null; name: string | null; manufacturer: string | null; trusted: boolean; how: 'recognised' | 'named' | null; nameable: boolean; reason: string };
export type RecordingDetail = RecordingView & { report: AnyReport | null; annotations: Annotation[]; importReport: RecordingInfo['report'] };

export const SimulateIn = z.object({ minutes: z.number().int().min(1).max(24 * 60), seed: z.number().int().nonnegative().optional() });

export type KeeperCandidate = {
  address: Hex; stake: string; online: boolean | null; /** 0–1 of the probes that this app made; null before the first. */ uptime: number | null;
  reputation: KeeperReputation; chosen: boolean;
};
export type KeeperReputation = { seats: number; released: number; missed: number; disputed: number; slashed: string; since: number | null; /** 0–100 from the above; null without history. */ score: number | null };
export type OwnerReputation = { datasets: number; certified: number; rejected: number; withdrawn: number; sales: number; refunded: number; since: number | null; score: number | null };

export const ShareIn = z.object({
  recordingId: RecordingId,
  title: z.string().max(200), description: z.string().max(2000), tags: z.array(z.string().max(60)).max(30), demographics: Demographics,
  /** Left out of the dataset: these never leave the machine. As many as a report has labelled spans, and some by hand. */
  exclude: z.array(Span).max(3000).default([]),
  price: CoinsIn, keepersBps: z.number().int().min(0).max(5000).default(1000), validatorBps: z.number().int().min(0).max(2000).default(200),
  keepers: z.number().int().min(2).max(32).default(5), threshold: z.number().int().min(2).max(32).default(3), namedKeepers: z.array(AddressIn).max(32).optional(),
  /** Publishes mean, deviation, least and greatest of each component in the label; never samples. */
  statistics: z.boolean().default(false),
});
export type ShareIn = z.infer<typeof ShareIn>;

export type SharePreview = {
  /** Null while a field is not valid; `problems` tells which. */
  label: Label | null;
  problems: { field: string; message: string; hint: string | null }[];
  report: AnyReport | null;
  rows: number; rowsLeftOut: number;
  keepers: KeeperCandidate[];
  /** For who has not chosen: what this network can give. */
  suggested: { keepers: number; threshold: number };
  /** Transactions: register where needed, publish. */
  gas: GasCost; balanceNative: string;
  perSale: { owner: Coins; keepers: Coins; validator: Coins };
  /** Reward for the first certification, at the schedule of now, and the least and greatest price that the contract takes. */
  reward: Coins; minPrice: Coins; maxPrice: Coins;
};

export type PublicationView = { id: string; recordingId: string; title: string; state: 'started' | 'sealed' | 'stored' | 'listed'; jobId: string | null };

export type OwnDataset = {
  id: number; title: string | null; label: Label | null; status: DatasetStatus; /** The owner's copy and key are gone. */ erased: boolean;
  price: Coins; version: number; score: number | null; seats: number; acceptedSeats: number; threshold: number; destroyedSeats: number;
  sales: number; openAccesses: number; earned: Coins; publishedAt: number; recordingId: string | null; cid: string;
};
export type OwnDatasetDetail = OwnDataset & {
  keepers: { index: number; address: Hex; status: 'named' | 'accepted' | 'resigned' | 'destroyed'; online: boolean | null; reputation: KeeperReputation }[];
  trace: TraceRow[];
  /** Sum by day, oldest first. */
  earnings: { day: number; amount: Coins }[];
  storedBytes: number;
  certificate: ErasureCertificate | null;
};

/** Canonical JSON of this is what «stop and erase» leaves behind. */
export type ErasureCertificate = {
  format: 'phdex/erasure/v1'; network: { chainId: number; market: Hex }; datasetId: number; owner: Hex; contentHash: Hex; cid: string;
  withdrawnAt: number; withdrawnTx: Hex | null;
  keepers: { index: number; address: Hex; confirmed: boolean; tx: Hex | null; at: number | null }[];
  ownerKeyForgotten: boolean; bytesFreed: number; recordingErased: boolean;
  /** Rights that opened it: ended with it, what was kept to serve them gone, the recipient's app told (and that it put away what it had) where it could be reached. `tellingUntil`: it is tried again until then; null where it was told, or is given up. Unix milliseconds. */
  grants: { rightId: number; grantee: Hex; ended: boolean; keysDestroyed: number; deliveriesUnpinned: number; told: boolean; toldAt: number | null; tellingUntil: number | null; problem: string | null }[];
  /** Health links that showed it and were taken back. */
  healthLinks: number;
  /** What stays, in words. */
  cannotBeErased: string;
  /** Accesses that were served before: what they hold cannot be called back. */
  openedBefore: number;
  issuedAt: number;
};
export const SetPriceIn = z.object({ datasetId: z.number().int(), price: CoinsIn });
export const EraseIn = z.object({ datasetId: z.number().int(), alsoRecording: z.boolean() });
