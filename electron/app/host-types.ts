import type { z } from 'zod';
import type { AppEvent, AppState, BackupIn, CreateWalletIn, Job, NetworkIn, Notice, RestoreBackupIn, RestoreWalletIn, Settings, UnlockIn } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { AccountApi, CaptureApi, DevicesApi, KeeperApi, MarketApi, OwnerApi, Started, ValidatorApi } from './api-types.ts';
import type { ConsentApi, GranteeApi, RecordsApi, StudiesApi } from './consent/api-types.ts';
import type { HealthLinks } from './consent/health-links.ts';
import type { AnchorsApi } from './anchors/anchors-api.ts';
import type { RestAccess } from './rest/tokens.ts';

/** Everything that needs an unlocked profile on a network. */
export type ReadyApi = { owner: OwnerApi; capture: CaptureApi; devices: DevicesApi; keeper: KeeperApi; market: MarketApi; validator: ValidatorApi; account: AccountApi; /** Absent on networks that were made without their contracts. */ consent?: ConsentApi; grantee?: GranteeApi; records?: RecordsApi; studies?: StudiesApi; /** For the server of health links; no page asks it. */ healthLinks?: HealthLinks; anchors?: AnchorsApi; rest?: RestAccess };

export type Host = {
  state(): AppState;
  jobs(): Job[];
  notices(): Notice[];
  settings(): Settings;
  /** Everything that changes from now on. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** @throws AppError `locked` while the profile is not ready */
  ready(): ReadyApi;
  createWallet(input: z.infer<typeof CreateWalletIn>): Promise<{ mnemonic: string; address: Hex }>;
  restoreWallet(input: z.infer<typeof RestoreWalletIn>): Promise<{ address: Hex }>;
  chooseNetwork(input: NetworkIn): Promise<void>;
  unlock(input: z.infer<typeof UnlockIn>): Promise<void>;
  lock(): Promise<void>;
  forgetPassphrase(): Promise<void>;
  set(settings: Partial<Settings>): Settings;
  cancelJob(id: string): void;
  retryJob(id: string): Started;
  dismissJob(id: string): void;
  readNotices(upTo: number): void;
  backup(input: z.infer<typeof BackupIn>): Started;
  /** Only in `welcome`. */
  restoreBackup(input: z.infer<typeof RestoreBackupIn>): Promise<void>;
  go(path: string): void;
  /** Takes a file that is sent; its bytes rest encrypted under a key that only this process has. @returns its id for `FileRef` */
  upload(name: string, body: AsyncIterable<Uint8Array>): Promise<{ upload: string; bytes: number }>;
  stop(): Promise<void>;
};
