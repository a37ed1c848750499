import { randomBytes } from 'node:crypto';
import { keccak256, toUtf8Bytes } from 'ethers';
import type { z } from 'zod';
import type { ContestIn, EmergencyIn, EmergencyView } from '../../../shared/api/records.ts';
import type { DatasetRow, Hex } from '../../../shared/domain/chain.ts';
import { Operation, type EmergencyRow } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { allowed } from '../../../shared/permissions.ts';
import { openReason, sealReason } from '../../consent/emergency/reason.ts';
import { consentReads } from '../../db/queries/consent-reads.ts';
import { labelQueries } from '../../db/queries/labels.ts';
import { keyValues } from '../../db/queries/profile-stores.ts';
import { createPlots } from '../../recordings/levels.ts';
import { openVault } from '../at-rest.ts';
import type { Backstage } from '../backstage.ts';
import type { Started } from '../api-types.ts';
import type { JobControl } from '../jobs.ts';
import { fetchListed } from '../market/fetch-listings.ts';
import { openedStore, openIntoProfile } from '../market/opened-store.ts';
import { createGranteeKeys } from '../secret-stores.ts';
import { watchEndings } from './emergency-ending.ts';
import { contractsOf } from './issue-record.ts';
import { partyViews } from './party.ts';

/** Of those that have a key; what is sealed to more does not fit on chain. */
const REGISTRARS = 2;
/** How long keepers may take: as for a purchase, though the first answer within seconds. */
const RELEASE_SECONDS = 3600;

const keyOf = (hex: string | undefined): Uint8Array[] => (hex && !/^0x0*$/.test(hex) ? [Buffer.from(hex.slice(2), 'hex')] : []);

type Objection = { reason: string; salt: Hex };
const hashOf = ({ salt, reason }: Objection): string => keccak256(toUtf8Bytes(`${salt}:${reason}`));

/** Emergency accesses: the institution's that opens one, and the owner's whose data it is. */
export function createEmergencies(b: Backstage, options: { releaseSeconds?: number } = {}) {
  const { chain, parts } = b;
  const reads = consentReads(parts.db);
  const labels = labelQueries(parts.db);
  const party = partyViews(parts.db);
  const keys = createGranteeKeys(parts.db, parts.wallet);
  const store = openedStore(b);
  const plots = createPlots({ store, dir: parts.profile.path('purchases'), key: parts.wallet.storageKey('purchase-plots') });
  const stopEndings = watchEndings(b, reads);
  const titleOf = (datasetId: number) => labels.labelOf(datasetId)?.title ?? null;
  const may = () => allowed(chain.reads.participant(parts.address)?.roles ?? 0, Operation.emergency, 0);
  const kept = keyValues(parts.db);
  const vault = openVault(parts.wallet, 'emergencies');
  const reasons = new Map<number, string | null>();
  function objections(accessId: number): Objection[] {
    const sealed = kept.get(`contest.${accessId}`);
    return sealed === undefined ? [] : vault.open<Objection[]>(`contest/${accessId}`, Buffer.from(sealed, 'base64'));
  }

  const contextOf = (owner: Hex, institution: Hex) => { const { chainId, consent } = contractsOf(chain); return { chainId, consent, owner, grantee: institution }; };

  /** The reason, by whichever of one's own keys opens it; null where none does. */
  async function reasonOf(e: EmergencyRow): Promise<string | null> {
    let known = reasons.get(e.accessId);
    if (known !== undefined) return known;
    known = null;
    for (const index of new Set([parts.accounts.indexOf(e.owner), null])) {
      if (index === undefined) continue;
      known = await parts.wallet.account(index).withEncryptionKey((key) => openReason(Buffer.from(e.reason.slice(2), 'hex'), key, contextOf(e.owner, e.institution), e.datasetId, e.reasonHash)).catch(() => null);
      if (known !== null) break;
    }
    reasons.set(e.accessId, known);
    return known;
  }

  async function view(e: EmergencyRow): Promise<EmergencyView> {
    return {
      accessId: e.accessId, datasetId: e.datasetId, datasetTitle: titleOf(e.datasetId), institution: party(e.institution), reason: await reasonOf(e), at: e.at * 1000,
      status: chain.reads.access(e.accessId)?.status ?? 'open', contestedAt: e.contestedAt === null ? null : e.contestedAt * 1000,
      released: chain.reads.releases(e.accessId).filter((r) => r.status === 'standing').length, threshold: chain.reads.dataset(e.datasetId)?.threshold ?? 0,
    };
  }

  /** To whom the reason is sealed: the owner by the listing's contact or else by the registry, whoever is registrar, and oneself. */
  async function readersOf(dataset: DatasetRow, signal: AbortSignal): Promise<Uint8Array[]> {
    const manifest = await fetchListed(dataset, { blobs: b.blobs.store, reads: chain.reads }, signal).catch(() => null);
    const owner = keyOf(manifest?.contact ?? chain.reads.participant(dataset.owner)?.encryptionKey);
    const registrars = reads.registrars().flatMap((a) => keyOf(chain.reads.participant(a)?.encryptionKey));
    return [...owner, parts.wallet.account(null).encryptionPublicKey, ...registrars.slice(0, REGISTRARS)];
  }

  /** @throws AppError `dataset-unknown`, `not-yours`, `dataset-not-for-sale` */
  function check(datasetId: number): DatasetRow {
    const dataset = chain.reads.dataset(datasetId);
    if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${datasetId} on this network.`, { hint: 'See which ones may be opened in an emergency.' });
    if (!may()) throw new AppError('not-yours', 'This account may not open data in an emergency.', { hint: 'The registrar accredits providers and institutions for it.' });
    if (!reads.isEmergencyReadable(datasetId)) throw new AppError('dataset-not-for-sale', `The owner of dataset ${datasetId} has not allowed it to be opened in an emergency.`, { hint: 'Ask for access instead.' });
    return dataset;
  }

  /** Ends the waiting for shares when the account loses the role: keepers may not answer it any more. */
  async function whileAccredited<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const lost = new AbortController();
    const stop = chain.indexer.onChange(() => { if (!may()) lost.abort(new AppError('not-yours', 'The registrar has suspended this account; keepers do not answer it any more.', { hint: 'Ask the registrar.' })); });
    try { return await work(AbortSignal.any([signal, lost.signal])); } catch (error) { throw lost.signal.aborted ? lost.signal.reason : error; } finally { stop(); }
  }

  async function run({ datasetId, reason }: z.infer<typeof EmergencyIn>, opened: { accessId?: number }, control: JobControl) {
    if (opened.accessId === undefined) {
      const dataset = check(datasetId);
      control.progress('opening', 0, null);
      const { sealed, hash } = await sealReason(reason.trim(), await readersOf(dataset, control.signal), contextOf(dataset.owner, parts.address), datasetId);
      control.signal.throwIfAborted();
      const name = `emergency:${datasetId}:${randomBytes(6).toString('hex')}`;
      const { px, py } = keys.allocateOnce(name);
      const sent = await chain.sendAndSee({ key: name, contract: 'consent', method: 'emergency', args: [datasetId, px, py, options.releaseSeconds ?? RELEASE_SECONDS, hash, sealed] });
      opened.accessId = Number(sent.events.find((e) => e.name === 'EmergencyOpened')!.args.accessId as bigint);
      control.subject({ accessId: opened.accessId });
      b.changed('records', 'history');
    }
    const { accessId } = opened;
    const result = await whileAccredited(control.signal, (signal) => openIntoProfile(b, { store, plots }, accessId, { ...control, signal }));
    b.changed('records');
    return { ...result, accessId };
  }

  const own = (accessId: number): { row: EmergencyRow; index: number | null } => {
    const row = reads.emergency(accessId);
    if (!row) throw new AppError('access-unknown', `There is no emergency access ${accessId} on this network.`, { hint: 'See what was opened of yours.' });
    const index = parts.accounts.indexOf(row.owner);
    if (index === undefined) throw new AppError('not-yours', `Access ${accessId} is to somebody else’s data.`, { hint: 'See what was opened of yours.' });
    return { row, index };
  };

  return {
    /** The institution's. Opens at once; what it opened stays in the profile, encrypted, as what was bought does. */
    open(input: z.infer<typeof EmergencyIn>): Started {
      check(input.datasetId);
      const opened: { accessId?: number } = {};
      return b.jobs.start({ kind: 'emergency', title: titleOf(input.datasetId) ?? `#${input.datasetId}`, subject: { datasetId: input.datasetId }, run: (control) => run(input, opened, control) });
    },
    readable: () => reads.emergencyReadable().map((datasetId) => ({ datasetId, title: titleOf(datasetId) })),
    opened: () => Promise.all(reads.emergenciesBy(parts.address).map(view)),

    /** The registrar's: everybody's, with the reasons that are sealed to this profile. */
    all: () => Promise.all(reads.emergencies().map(view)),

    /** The owner's. */
    ofMine: () => Promise.all(reads.emergenciesOf(parts.accounts.mine()).map(view)),
    isReadable: (datasetId: number) => reads.isEmergencyReadable(datasetId),
    async setReadable(datasetId: number, readable: boolean): Promise<void> {
      const dataset = chain.reads.dataset(datasetId);
      const index = dataset && parts.accounts.indexOf(dataset.owner);
      if (index === undefined) throw new AppError(dataset ? 'not-yours' : 'dataset-unknown', dataset ? `Dataset ${datasetId} belongs to somebody else.` : `There is no dataset ${datasetId} on this network.`, { hint: 'Go back to your datasets.' });
      if (reads.isEmergencyReadable(datasetId) === readable) return;
      await chain.as(index).send({ key: `emergency-readable:${datasetId}:${randomBytes(6).toString('hex')}`, contract: 'consent', method: 'setEmergencyReadable', args: [datasetId, readable] });
      b.changed('consent', 'history');
    },
    /** What was objected stays in the profile, sealed, with its salt; the chain gets its hash, keccak256(salt:reason). */
    async contest({ accessId, reason }: z.infer<typeof ContestIn>): Promise<void> {
      const { row, index } = own(accessId);
      if (row.contestedAt !== null) throw new AppError('invalid-argument', `Access ${accessId} is contested already.`, { hint: 'The registrar reads it.' });
      const words: Objection = { reason: reason.trim(), salt: `0x${randomBytes(32).toString('hex')}` };
      // A try before this one may have been signed and go out yet: its words stay beside these.
      kept.set(`contest.${accessId}`, Buffer.from(vault.seal(`contest/${accessId}`, [...objections(accessId), words])).toString('base64'));
      await chain.as(index).send({ key: `contest:${accessId}`, contract: 'consent', method: 'contest', args: [accessId, hashOf(words)] });
      b.changed('consent', 'history');
    },
    /** What this owner objected, by the hash on chain, to show to the registrar; null where it was said in another profile, or is not on chain yet. */
    objection(accessId: number): Objection | null {
      const hash = reads.emergency(accessId)?.contestHash;
      return objections(accessId).find((words) => hashOf(words) === hash) ?? null;
    },
    close: stopEndings,
  };
}
export type Emergencies = ReturnType<typeof createEmergencies>;
