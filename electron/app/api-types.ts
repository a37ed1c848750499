import type { z } from 'zod';
import type { CollectIn, FreshAccountView, SendIn, SendPreview, TraceQuery, TraceRow } from '../../shared/api/account.ts';
import type { DeviceListView, NameDeviceIn, UpdateDevicesIn } from '../../shared/api/devices.ts';
import type { CaptureEvent, CaptureState, EndedCapture, ScanIn, StartCaptureIn, StopCaptureIn } from '../../shared/api/capture.ts';
import type { GasCost, Page, PlotLevels, PlotRange } from '../../shared/api/common.ts';
import type { KeeperOverview, KeptShare, ReleaseView } from '../../shared/api/keeper.ts';
import type { BuyIn, ExportIn, ListingDetail, Listings, PurchaseDetail, PurchaseView, Quote, SavedSearch, SaveSearchIn, SearchPage } from '../../shared/api/market.ts';
import type { ErasureCertificate, ImportIn, ImportOutcome, ImportPreview, ImportPreviewIn, KeeperCandidate, ManualEntry, ManualEntryView, OwnDataset, OwnDatasetDetail, PublicationView, RecordingDetail, RecordingView, ShareIn, SharePreview, SimulateIn } from '../../shared/api/owner.ts';
import type { CheckView, DecidedRow, DecideIn, QueueRow } from '../../shared/api/validator.ts';
import type { Hex } from '../../shared/domain/chain.ts';

/**
 * What the API may ask of the app. A long operation answers at once with the id of its job; its progress, end and
 * error come as events. Everything throws AppError.
 */
export type Started = { jobId: string };
export type Enough<T> = T | Promise<T>;

export type OwnerApi = {
  recordings(): Enough<RecordingView[]>;
  recording(id: string): Enough<RecordingDetail>;
  /** What importing a file would give, and what to ask before. Reads it, keeps nothing. */
  previewImport(input: ImportPreviewIn, signal?: AbortSignal): Promise<ImportPreview>;
  /** The job's result: `recordingId` of the first recording (null where everything was there already), `recordings`, `rows`, `score`, `skipped`, `alreadyThere`. */
  importFile(input: ImportIn): Enough<Started>;
  /** What an import job made; null while it runs, and after a restart. */
  importOutcome(jobId: string): Enough<ImportOutcome | null>;
  /** Newest first. */
  manualEntries(): Enough<ManualEntryView[]>;
  addEntry(entry: ManualEntry): Promise<ManualEntryView>;
  /** May move it to the recording of another kind, name or unit. */
  editEntry(id: string, entry: ManualEntry): Promise<ManualEntryView>;
  /** The recording goes with its last entry. */
  deleteEntry(id: string): Promise<void>;
  /** The simulated watch; one may always record for oneself, a real network refuses to list it. */
  simulate(input: z.infer<typeof SimulateIn>): Enough<Started>;
  score(id: string): Enough<Started>;
  plot(id: string, range: PlotRange): Promise<PlotLevels>;
  forget(id: string): Promise<void>;
  preview(input: ShareIn): Promise<SharePreview>;
  keepers(): Promise<KeeperCandidate[]>;
  publish(input: ShareIn): Promise<Started>;
  publications(): Enough<PublicationView[]>;
  resume(publicationId: string): Enough<Started>;
  discard(publicationId: string): Promise<void>;
  datasets(): Enough<OwnDataset[]>;
  dataset(id: number): Promise<OwnDatasetDetail>;
  setPrice(datasetId: number, price: string): Promise<void>;
  /** No new access, keepers destroy their shares; the owner keeps its copy and its key. */
  stopSharing(datasetId: number): Enough<Started>;
  erase(datasetId: number, alsoRecording: boolean): Enough<Started>;
  certificate(datasetId: number): Enough<ErasureCertificate | null>;
  /** What a transaction of that kind costs at the price of now. */
  cost(act: 'setPrice' | 'withdraw'): Promise<GasCost>;
};

export type KeeperApi = {
  overview(): Promise<KeeperOverview>;
  shares(): Enough<KeptShare[]>;
  releases(limit: number): Enough<ReleaseView[]>;
  start(stake: string | null): Promise<void>;
  stop(): Promise<void>;
  pause(paused: boolean): Promise<void>;
  addStake(amount: string): Promise<void>;
  requestUnstake(amount: string): Promise<void>;
  withdrawStake(): Promise<void>;
  withdrawEarnings(): Promise<void>;
  /** By hand, where automatic release is off. */
  release(accessId: number, index: number): Promise<void>;
  checkHealth(): Promise<KeptShare[]>;
};

export type MarketApi = {
  search(query: SearchPage): Enough<Listings>;
  listing(id: number): Promise<ListingDetail>;
  quote(ids: number[]): Promise<Quote>;
  buy(input: BuyIn): Enough<Started>;
  purchases(): Enough<PurchaseView[]>;
  purchase(accessId: number): Enough<PurchaseDetail>;
  /** Verifies and keeps the data encrypted in the profile. */
  open(accessId: number): Enough<Started>;
  plot(accessId: number, range: PlotRange): Promise<PlotLevels>;
  exportAs(input: ExportIn): Enough<Started>;
  refund(accessId: number): Promise<void>;
  savedSearches(): Enough<SavedSearch[]>;
  saveSearch(input: z.infer<typeof SaveSearchIn>): Enough<SavedSearch>;
  forgetSearch(id: number): Enough<void>;
  seenSearch(id: number): Enough<void>;
};

export type ValidatorApi = {
  queue(): Enough<QueueRow[]>;
  decided(): Enough<DecidedRow[]>;
  check(datasetId: number): Enough<Started>;
  /** The check that this session made; null when there is none. */
  checked(datasetId: number): Enough<CheckView | null>;
  decide(input: DecideIn): Enough<Started>;
  automatic(on: boolean): Promise<void>;
};

export type AccountApi = {
  trace(query: TraceQuery): Enough<Page<TraceRow>>;
  previewSend(input: z.infer<typeof SendIn>): Promise<SendPreview>;
  send(input: z.infer<typeof SendIn>): Promise<{ tx: Hex }>;
  withdrawEarnings(): Promise<{ tx: Hex }>;
  /** The fresh accounts of the profile. */
  accounts(): Enough<FreshAccountView[]>;
  /** Moves coins of fresh accounts to the own one, which links them on the chain. */
  collect(input: z.infer<typeof CollectIn>): Promise<{ tx: Hex; amount: string }>;
};

/** The signed list of validated hardware, and what a recording was made with. */
export type DevicesApi = {
  list(): DeviceListView;
  /** The owner's word where neither device nor file says it; scores the recording again. @throws AppError `device-unknown` */
  name(input: NameDeviceIn): Promise<Started>;
  /** @throws AppError `devices-refused`: not signed, not newer, or not readable */
  update(input: UpdateDevicesIn): Promise<DeviceListView>;
  /** Takes the network's list where it is newer. */
  refresh(): Promise<DeviceListView>;
};

/** Live capture: devices near, and what is being recorded now. */
export type CaptureApi = {
  state(): CaptureState;
  /** First what is, then what changes; `onClose`: nothing comes any more. @returns how to stop listening */
  onEvent(listener: (event: CaptureEvent) => void, onClose?: () => void): () => void;
  /** Opens the adapter at its first use. @throws AppError with what to do on this system where there is none */
  scan(input: ScanIn): Promise<void>;
  stopScan(): Promise<void>;
  /** Answers with the captures' ids at once; connecting goes on behind it. */
  start(input: StartCaptureIn): Promise<{ captures: string[] }>;
  /** Finishes the recordings; jobs score them. */
  stop(input: StopCaptureIn): Promise<EndedCapture[]>;
};
