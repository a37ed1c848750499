import { z } from 'zod';
import { AgeBand, type Label } from '../domain/label.ts';
import type { AccessStatus, DatasetStatus, Hex } from '../domain/chain.ts';
import { Specification } from '../domain/specification.ts';
import type { Verdict } from '../verdict.ts';
import type { AnyReport } from '../report-view.ts';
import { ChannelKind, type Channel } from '../domain/recording.ts';
import { AddressIn, CoinsIn, Id, type Coins, type ErrorView, type GasCost } from './common.ts';
import type { KeeperReputation, OwnerReputation } from './owner.ts';

/** What is searched for; also what a saved search keeps. */
export const Search = z.object({
  text: z.string().max(200).optional(),
  types: z.array(ChannelKind).optional(),
  minQuality: z.number().int().min(0).max(100).optional(),
  minHours: z.number().nonnegative().optional(), maxHours: z.number().positive().optional(),
  minRateHz: z.number().nonnegative().optional(),
  device: z.string().max(80).optional(), ageBand: AgeBand.optional(),
  minPrice: CoinsIn.optional(), maxPrice: CoinsIn.optional(),
  certifiedOnly: z.boolean().default(true), simulated: z.boolean().optional(), owner: AddressIn.optional(),
  /** What the data must show: what does not meet it is left out, unless `unfit` asks for it too. */
  specification: Specification.optional(), unfit: z.literal(true).optional(),
  sort: z.enum(['relevance', 'newest', 'price-asc', 'price-desc', 'score']).default('newest'),
});
export type Search = z.infer<typeof Search>;
export const SearchPage = Search.extend({ offset: z.number().int().nonnegative().default(0), limit: z.number().int().min(1).max(200).default(60) });
export type SearchPage = z.infer<typeof SearchPage>;

export type ListingView = {
  id: number; status: DatasetStatus; title: string | null; label: Label | null; price: Coins; version: number; score: number | null; owner: Hex; ownerReputation: number | null;
  publishedAt: number; sales: number; mine: boolean; bought: boolean;
  /** Where a specification was asked for; null while nothing is known of its report, or that says too little. */
  verdict?: Verdict | null;
};
export type Facets = { types: Record<string, number>; devices: { name: string; count: number }[]; ageBands: Record<string, number>; certified: number; simulated: number };
export type Listings = { rows: ListingView[]; total: number; facets: Facets };

/** Another dataset whose fingerprint says that both come from the same rows; `share` 0–1 of the smaller fingerprint. */
export type Copy = { id: number; title: string | null; status: DatasetStatus; share: number; publishedAt: number; earlier: boolean; sameOwner: boolean; bought: boolean };

export type ListingDetail = ListingView & {
  /** What it resembles too much on this network, the likest first, at most ten. */
  copies: Copy[];
  cid: string; contentHash: Hex; recordRoot: Hex; keepersBps: number; validatorBps: number; threshold: number;
  ownerHistory: OwnerReputation;
  certificate: { validator: Hex; score: number; reportHash: Hex; at: number; tx: Hex; accredited: boolean } | null;
  keepers: { index: number; address: Hex; status: string; online: boolean | null; reputation: KeeperReputation }[];
  /** From the manifest; null while it cannot be fetched, with the reason. */
  manifest: { report: AnyReport; channels: Channel[]; segments: { name: string; channel: string; day: number; rows: number; bytes: number }[]; sealedBytes: number } | null;
  manifestError: ErrorView | null;
  prices: { at: number; price: Coins }[];
  salesByDay: { day: number; count: number }[];
  accessIds: number[];
};

export const BuyIn = z.object({ items: z.array(z.object({ datasetId: Id, version: z.number().int(), maxPrice: CoinsIn })).min(1).max(50), again: z.boolean().default(false), purpose: z.string().max(120).optional() });
export type BuyIn = z.infer<typeof BuyIn>;
/** What was found out before anything is paid. */
export type Quote = {
  items: { datasetId: number; title: string | null; version: number; price: Coins; keepersOnline: number; keepers: number; threshold: number; bytes: number | null; reachable: boolean; alreadyOwned: number | null; problem: ErrorView | null }[];
  total: Coins; balance: Coins; gas: GasCost; balanceNative: string; affordable: boolean;
};

export type PurchaseView = {
  accessId: number; datasetId: number; title: string | null; label: Label | null; price: Coins; status: AccessStatus; openedAt: number; deadline: number; challengeEnd: number | null;
  shares: { have: number; want: number; standby: number }; /** Too few keepers released in time and the price can be taken back. */ refundable: boolean;
  opened: boolean;
};
export type PurchaseDetail = PurchaseView & {
  tx: Hex; seats: { index: number; keeper: Hex; released: boolean; disputed: boolean; at: number | null }[];
  verification: { checks: { name: string; ok: boolean; detail: string }[]; rows: number; bytes: number; at: number } | null;
  channels: Channel[]; durationSeconds: number; report: AnyReport | null;
  exports: { format: string; path: string; at: number; bytes: number }[];
};
export const ExportIn = z.object({ accessId: Id, format: z.enum(['parquet', 'csv', 'fhir']), dir: z.string().max(4096).optional() });
export type ExportIn = z.infer<typeof ExportIn>;

export type SavedSearch = { id: number; name: string; search: Search; notify: boolean; matches: number; unseen: number };
export const SaveSearchIn = z.object({ name: z.string().trim().min(1).max(60), search: Search, notify: z.boolean().default(true) });
