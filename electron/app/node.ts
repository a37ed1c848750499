import { randomUUID } from 'node:crypto';
import { isAddress, parseEther } from 'ethers';
import type { AccessRow, Hex, HistoryRow, ParticipantRow } from '../../shared/domain/chain.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { ImportPreview } from '../../shared/api/imports.ts';
import type { RecordingInfo } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { previewImport, type ImportsOptions } from '../capture/import/index.ts';
import { relativeBatches } from '../datasets/segment.ts';
import { refundAccess } from '../market/refund.ts';
import { recognise } from '../quality/hardware/recognise.ts';
import { scoreRecording } from '../quality/score.ts';
import { readPassphrase } from '../wallet/passphrase.ts';
import { createWallet, restoreWallet } from '../wallet/wallet.ts';
import { openClinical } from './consent/clinical-service.ts';
import { openConsentService } from './consent/consent-service.ts';
import type { OwnerConsentOptions } from './consent/owner.ts';
import { openRecordsService } from './consent/records-service.ts';
import { openAnchors, type AnchorService } from './anchors/service.ts';
import { createMatching } from './consent/matching.ts';
import { createStudies } from './consent/studies/studies-api.ts';
import { createCaptures } from './capture/captures.ts';
import { createCustomer, type Customer } from './customer-service.ts';
import { devicesOf } from './devices-node.ts';
import { createFreshCoins } from './fresh-coins.ts';
import { keepImports, knownRows, type KeptImports } from './keep-imports.ts';
import { runKeeper, type KeeperOptions } from './keeper-service.ts';
import { openEntryStore } from './manual/entry-store.ts';
import { openNotes } from './manual/notes.ts';
import type { ManualRecordings } from './manual/manual-recordings.ts';
import { keystorePath, openParts, type NodeParts } from './open-parts.ts';
import { createOwner, type PublishOptions, type PublishedResult } from './owner-service.ts';
import { runRelay, type RelayOptions } from './relay/run-relay.ts';
import { createProfile, profileDir } from './profile.ts';
import { runValidator, type ValidatorOptions } from './validator-service.ts';
import type { PublishRequest } from '../market/publish.ts';
import { systemClock } from '../market/ports.ts';

export { verifyFolder } from './verify-folder.ts';

export type NodeOptions = { profile: string; network?: string; passphraseFile?: string; /** The own account may pay for fresh ones where there is no relayer. */ linkAccounts?: boolean };
type Long = { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void };

export async function createProfileWithWallet(options: NodeOptions): Promise<{ dir: string; address: Hex; mnemonic: string }> {
  const dir = profileDir(options.profile);
  const passphrase = await readPassphrase({ file: options.passphraseFile, confirm: true });
  return { dir, ...(await inNewProfile(dir, () => createWallet(keystorePath(dir), passphrase))) };
}

export async function restoreProfile(options: NodeOptions, mnemonic: string): Promise<{ dir: string; address: Hex }> {
  const dir = profileDir(options.profile);
  const passphrase = await readPassphrase({ file: options.passphraseFile });
  return { dir, ...(await inNewProfile(dir, () => restoreWallet(keystorePath(dir), mnemonic, passphrase))) };
}

/** A profile without a wallet is none: where `work` fails, the profile goes as well. */
async function inNewProfile<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const forget = createProfile(dir);
  try { return await work(); } catch (error) { forget(); throw error; }
}

/** What one process may do with one profile. The chain and the IPFS node come up when something first needs them. */
export type PhdexNode = Awaited<ReturnType<typeof openNode>>;

/**
 * Opens a profile: takes its lock, unlocks its wallet, opens its database.
 * @throws AppError `profile-missing`, `profile-in-use`, `passphrase-wrong`, `database-corrupt`
 */
export async function openNode(options: NodeOptions, { signal }: { signal?: AbortSignal } = {}) {
  const { parts, stop } = await openParts({ dir: profileDir(options.profile), passphrase: () => readPassphrase({ file: options.passphraseFile }), network: () => networkOf(options), chain: { mayLink: () => options.linkAccounts === true } }, signal);
  return { ...facade(parts, signal), stop };
}

function networkOf(options: NodeOptions): string {
  const named = options.network ?? process.env.PHDEX_NETWORK;
  if (!named) throw new AppError('invalid-argument', 'No network was named.', { hint: 'Start one with `phdex network start` and pass its file with --network, or set PHDEX_NETWORK.' });
  return named;
}

function checkAddress(text: string): void {
  if (!isAddress(text)) throw new AppError('invalid-argument', `«${text}» is no address.`, { hint: 'An address is 0x and 40 hexadecimal digits.' });
}

/** The command line's view of a profile. */
export function facade(parts: NodeParts, signal?: AbortSignal) {
  const { recordings, address } = parts;
  const info = (id: string): RecordingInfo => {
    const found = recordings.get(id);
    if (!found) throw new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: '`phdex list --recordings` shows what is there.' });
    return found;
  };
  let manual: ManualRecordings | undefined;
  let anchors: AnchorService | undefined;
  let customer: Promise<Customer> | undefined;
  const asCustomer = () => (customer ??= createCustomer(parts));

  return {
    address,
    /** @param path of a file, an archive or a folder */
    importFile: (path: string, options: ImportsOptions = {}): Promise<KeptImports> => keepImports(recordings, path, { ...options, spoolDir: parts.profile.path('work') }),
    previewImport: (path: string, options: ImportsOptions = {}): Promise<ImportPreview> => previewImport(path, { ...options, known: knownRows(recordings), spoolDir: parts.profile.path('work') }),
    notes: () => (manual ??= openNotes(parts)),
    anchors: () => (anchors ??= openAnchors(parts)),
    matching: async () => createMatching({ parts, chain: await parts.chain(), blobs: await parts.blobs() }),
    studies: async () => createStudies({ parts, chain: await parts.chain(), blobs: await parts.blobs() }),
    /** Receipts, health links, the export of everything. */
    clinical: () => openClinical(parts),
    /** Both sides of sharing by consent; the caller closes it. */
    consentService: (options?: OwnerConsentOptions) => openConsentService(parts, options),
    /** Records, emergencies and the registrar's part; the caller closes it. */
    recordsService: () => openRecordsService(parts),
    recordings: (): RecordingInfo[] => recordings.list(),
    devices: devicesOf(parts, signal),
    /** Ids of what a run that was killed had recorded, taken up by this one. */
    recovered: recordings.recovered,
    /** Live capture; the caller closes it. */
    captures: () => createCaptures({ store: recordings }),
    async score(id: string, options: Long = {}): Promise<QualityReport> {
      const it = info(id);
      return scoreRecording({ channels: it.channels, simulated: it.source.simulated, device: recognise(it.source, parts.devices.registry()).entry }, relativeBatches(it, recordings.read(id)), { signal: options.signal, onProgress: (done: number) => options.onProgress?.(done, it.rows) });
    },
    async forget(id: string): Promise<void> {
      const { source } = info(id);
      if (source.kind === 'manual') openEntryStore(parts).removeSeries(source.series!);
      await recordings.remove(id);
    },
    async publish(request: PublishRequest, options: PublishOptions): Promise<PublishedResult> { return (await createOwner(parts)).publish(request, options); },
    async withdraw(datasetId: number, options: { waitMs?: number; signal?: AbortSignal }) { return (await createOwner(parts)).withdraw(datasetId, options); },
    startRelay: (options: RelayOptions) => runRelay(parts, options),
    startKeeper: (options: KeeperOptions) => runKeeper(parts, options),
    startValidator: (options: ValidatorOptions) => runValidator(parts, options),
    async listings(query: Parameters<Customer['listings']>[0]) { return (await asCustomer()).listings(query); },
    async quote(datasetId: number) { return (await asCustomer()).quote(datasetId); },
    async buy(datasetId: number, options: Parameters<Customer['buy']>[1]) { return (await asCustomer()).buy(datasetId, options); },
    async open(accessId: number, options: Parameters<Customer['open']>[1]) { return (await asCustomer()).open(accessId, options); },
    async refund(accessId: number): Promise<{ gas: bigint; amount: bigint }> {
      const chain = await parts.chain();
      const sent = await refundAccess(accessId, { reads: chain.reads, submit: chain.outbox, clock: systemClock }, signal);
      return { gas: sent.gasUsed, amount: BigInt((sent.events.find((e) => e.name === 'AccessRefunded')?.args.amount as bigint | undefined) ?? 0n) };
    },
    async keepers(): Promise<ParticipantRow[]> { return (await parts.chain()).reads.participantsByRole(Role.keeper); },
    async accesses(): Promise<AccessRow[]> { return (await parts.chain()).reads.accessesOf(address); },
    async balance(of: string) {
      checkAddress(of);
      const chain = await parts.chain();
      const person = chain.reads.participant(of as Hex);
      return { phd: chain.reads.balanceOf(of as Hex), earnings: person?.earnings ?? 0n, stake: person?.stake ?? 0n, compensation: person?.compensation ?? 0n, gas: await chain.nativeBalance(of) };
    },
    async totalSupply(): Promise<bigint> { return BigInt((await (await parts.chain()).read('coin', 'totalSupply', []))[0] as bigint); },
    async history(options: { dataset?: number; limit: number }): Promise<HistoryRow[]> {
      return (await parts.chain()).reads.history({ account: options.dataset === undefined ? [...parts.accounts.mine()] : undefined, datasetId: options.dataset, limit: options.limit });
    },
    /** Fresh accounts and what they have earned. */
    async freshAccounts() { return createFreshCoins(parts, await parts.chain()).accounts(); },
    /** Moves what fresh accounts have earned to the own one; all of them where none is named. Links them on the chain. */
    async collect(addresses?: readonly Hex[]) { return createFreshCoins(parts, await parts.chain()).collect(addresses); },
    async sendCoins(to: string, amount: string): Promise<{ gas: bigint }> {
      checkAddress(to);
      if (!/^\d{1,12}(\.\d{1,18})?$/.test(amount)) throw new AppError('price-invalid', `«${amount}» is no amount of coins.`, { hint: 'Write it as 12.5, with up to 18 decimals.' });
      const chain = await parts.chain();
      const sent = await chain.outbox.send({ key: `send:${randomUUID()}`, contract: 'coin', method: 'transfer', args: [to, parseEther(amount)] }, { signal });
      return { gas: sent.gasUsed };
    },
  };
}
