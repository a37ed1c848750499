import { z } from 'zod';
import type { Hex, RoleName } from '../domain/chain.ts';
import type { Coins, ErrorView, Wei } from './common.ts';

/** What changed on the server, so that a page asks again for what it shows. */
export type Topic = 'recordings' | 'publications' | 'datasets' | 'listings' | 'purchases' | 'keeper' | 'validator' | 'history' | 'saved-searches' | 'settings'
  /** Rights that I gave and emergencies on my data; rights that I hold; records to me or by me, and emergencies that I opened; calls. */
  | 'consent' | 'held' | 'records' | 'studies';

export type AppState = {
  /** `welcome`: no wallet or no network yet; `locked`: the passphrase is wanted; `starting`: chain and storage come up. */
  phase: 'welcome' | 'locked' | 'starting' | 'ready' | 'failed';
  /** Whether a wallet is there; in `welcome` it tells which step comes next. */
  hasWallet: boolean;
  version: string;
  host: 'electron' | 'headless';
  address: Hex | null;
  roles: RoleName[];
  network: { name: string; chainId: number; local: boolean; allowSimulated: boolean; rpcUrl: string } | null;
  sync: { head: number; tip: number; state: 'catching-up' | 'live' | 'offline' } | null;
  balance: { phd: Coins; native: Wei; earnings: Coins; stake: Wei; compensation: Coins } | null;
  keeper: { running: boolean; paused: boolean; shares: number; pending: number };
  validator: { accredited: boolean; automatic: boolean };
  /** Whether the system can keep the passphrase, and whether it does. */
  passphrase: { canRemember: boolean; remembered: boolean };
  backup: { lastAt: number | null; due: boolean };
  /** The simulated people of the demo network. */
  demo: { state: 'off' | 'starting' | 'filling' | 'ready' | 'failed'; done: number; total: number; error: ErrorView | null };
  /** Notices that were not read. */
  unread: number;
  failure: ErrorView | null;
};

export type JobKind = 'import' | 'simulate' | 'score' | 'publish' | 'stop' | 'erase' | 'buy' | 'open' | 'export' | 'check' | 'decide' | 'backup' | 'issue' | 'accept' | 'emergency' | 'anchor'
  /** Of consent: an answer to a request, a right without one, what a grantee adds, a call that is opened. */
  | 'approve' | 'grant' | 'append' | 'study';
export type Job = {
  id: string; kind: JobKind;
  /** What it works on, in the person's words (a file name, a title); never a sentence. */
  title: string;
  step: string | null;
  done: number; total: number | null;
  startedAt: number; endedAt: number | null; secondsLeft: number | null;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  cancellable: boolean; retryable: boolean;
  error: ErrorView | null;
  result: Record<string, string | number | boolean | null> | null;
  subject: { recordingId?: string; publicationId?: string; datasetId?: number; accessId?: number; rightId?: number; recordId?: number; callId?: number };
};

export type NoticeKind = 'sale' | 'request' | 'payout' | 'release-failed' | 'certified' | 'rejected' | 'saved-search' | 'refund-due' | 'backup-due' | 'job-done' | 'job-failed' | 'slashed'
  | 'access-requested' | 'access-granted' | 'access-revoked' | 'right-undone' | 'record-issued' | 'emergency-opened' | 'emergency-for-registrar' | 'contested' | 'health-link-opened'
  | 'study-drawn' | 'study-struck' | 'study-abandoned' | 'study-approved';
export type Notice = { id: number; at: number; kind: NoticeKind; params: Record<string, string | number>; /** A place in the app: `/owner/datasets/7`. */ link: string | null; read: boolean };

export type AppEvent =
  | { type: 'state'; state: AppState }
  | { type: 'jobs'; jobs: Job[] }
  | { type: 'job'; job: Job }
  | { type: 'job-dismissed'; id: string }
  | { type: 'notice'; notice: Notice }
  | { type: 'changed'; topics: Topic[] }
  /** A deep link or a menu entry asks the page to go somewhere. */
  | { type: 'go'; path: string };

export const Settings = z.object({
  /** Bytes of others' ciphertext that this keeper pins at most. */
  quotaMb: z.number().int().min(16).max(10_000_000),
  autoRelease: z.boolean(),
  /** Keeps on keeping when the app starts. */
  keepOnStart: z.boolean(),
  autoCertify: z.boolean(),
  notifications: z.boolean(),
  startAtLogin: z.boolean(),
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['en']),
  /** Anchors what is new once a day: each batch is a public transaction of this account. */
  autoAnchor: z.boolean(),
  /** The profile's own account may send and pay for fresh ones where no relayer does: the chain then shows whose they are. */
  linkAccounts: z.boolean(),
  /** Between two deliveries of a continuous share while a capture runs. */
  liveSeconds: z.number().int().min(5).max(3600),
  homeRole: z.enum(['owner', 'keeper', 'customer', 'validator']),
});
export type Settings = z.infer<typeof Settings>;

export const Passphrase = z.string().min(8, 'A passphrase has at least 8 characters.').max(1000);
export const UnlockIn = z.object({ passphrase: z.string().max(1000), remember: z.boolean() });
export const CreateWalletIn = z.object({ passphrase: Passphrase, remember: z.boolean() });
export const RestoreWalletIn = CreateWalletIn.extend({ mnemonic: z.string().max(400) });
/** `file`: the text of a network file; its rpcUrl is replaced where another is given. */
export const NetworkIn = z.discriminatedUnion('kind', [z.object({ kind: z.literal('demo') }), z.object({ kind: z.literal('rpc'), rpcUrl: z.url().optional(), file: z.string().max(20_000) })]);
export type NetworkIn = z.infer<typeof NetworkIn>;
/** `path`: a folder or file on the machine that runs the app; the user's documents folder when left out. */
export const BackupIn = z.object({ path: z.string().max(4096).optional(), passphrase: Passphrase });
export const RestoreBackupIn = z.object({ source: z.union([z.object({ path: z.string().max(4096) }), z.object({ upload: z.string() })]), passphrase: z.string().max(1000), /** The profile's own passphrase stays the one of the backup. */ remember: z.boolean() });
