import type { Hex } from '../../../../shared/domain/chain.ts';
import type { EntryRow } from '../../../../shared/domain/studies.ts';
import type { StudyPorts } from '../../../consent/studies/ports.ts';
import { directoryOf, hashOfDirectory, MAX_REASON_BYTES, openReason, REASON_FILE, reasonHash, sealReason, strikeReason, type ReasonContext, type StrikeReason } from '../../../consent/studies/reason.ts';
import { studyNotes } from '../../../db/queries/study-reads.ts';
import { endpointsOf } from '../../../market/fetch-manifest.ts';
import { collectBytes } from '../../../vault/collect-bytes.ts';
import { openVault } from '../../at-rest.ts';
import type { Chain } from '../../chain-service.ts';
import { layOut } from '../../lay-out.ts';
import { createManifests } from '../../market/manifests.ts';
import type { NodeParts } from '../../open-parts.ts';
import type { Blobs } from '../../storage-service.ts';

const FETCH_MS = 6000;
const RETRY_MS = 60_000;

/** Reasons of strikes: sealed to who is struck by the researcher's app, fetched and opened by the owner's. */
export function createReasons({ parts, chain, blobs }: { parts: NodeParts; chain: Chain; blobs: Blobs }, ports: StudyPorts) {
  const notes = studyNotes(parts.db);
  const manifests = createManifests({ db: parts.db, reads: chain.reads, blobs: blobs.store });
  const context: ReasonContext = { chainId: chain.network.chainId, studies: ports.studiesAddress };
  const vault = openVault(parts.wallet, 'studies');
  const name = (callId: number, index: number) => `strike/${callId}/${index}`;
  const told = new Map<Hex, string>();
  const triedAt = new Map<Hex, number>();

  /** The key of the dataset's account: in its manifest, or for older listings in the registry. */
  async function keyOf(entry: EntryRow): Promise<Uint8Array | null> {
    const dataset = chain.reads.dataset(entry.datasetId);
    const manifest = dataset && (await manifests.get(dataset, { timeoutMs: FETCH_MS }).catch(() => null));
    const key = manifest?.contact ?? chain.reads.participant(entry.owner)?.encryptionKey;
    return key === undefined || /^0x0{64}$/.test(key) ? null : Buffer.from(key.slice(2), 'hex');
  }

  type Kept = StrikeReason & { /** What goes on chain with it; absent in what an older version kept. */ hash?: Hex };
  /** Of all tries: any of them may have been signed and reach the chain yet. */
  function tries(callId: number, index: number): Kept[] {
    const sealed = notes.reason(callId, index);
    if (sealed === undefined) return [];
    const kept = vault.open<Kept | Kept[]>(name(callId, index), sealed);
    return Array.isArray(kept) ? kept : [kept];
  }
  const keep = ({ callId, index }: EntryRow, kept: readonly Kept[]): void => { notes.saveReason(callId, index, vault.seal(name(callId, index), kept)); };

  /** Lays a reason out for its owner. @returns the hash to send */
  async function lay(entry: EntryRow, reason: StrikeReason): Promise<Hex> {
    const key = await keyOf(entry);
    if (key === null) return reasonHash(reason);
    return hashOfDirectory(await layOut(parts.profile, blobs.store, 'reason', { [REASON_FILE]: await sealReason(reason, key, context) }));
  }

  return {
    /** Keeps a reason, and lays it out for its owner. @returns the hash to send */
    async put(entry: EntryRow, words: string): Promise<Hex> {
      // The same words again are the same try: its hash may be out already.
      const before = tries(entry.callId, entry.index).find((it) => it.hash !== undefined && it.words === words);
      if (before) return before.hash!;
      const reason = strikeReason(entry.callId, entry.index, words);
      const hash = await lay(entry, reason);
      keep(entry, [...tries(entry.callId, entry.index), { ...reason, hash }]);
      return hash;
    },
    /** The researcher's own: the one whose hash is on chain. Null where it was said in another profile, or is not on chain yet. */
    kept(callId: number, index: number): StrikeReason | null {
      const onChain = ports.studies.entry(callId, index)?.reasonHash ?? null;
      // What has no hash was kept by an older version, which kept one.
      const found = onChain === null ? undefined : tries(callId, index).find((it) => (it.hash ?? onChain) === onChain);
      if (!found) return null;
      const { hash: _hash, ...reason } = found;
      return reason;
    },
    /** What the owner was told already. */
    known: (entry: EntryRow): string | null => (entry.reasonHash === null ? null : (told.get(entry.reasonHash) ?? null)),
    /** Asks the researcher's node for the reason of an entry of mine. @returns whether it came */
    async fetch(entry: EntryRow): Promise<boolean> {
      const hash = entry.reasonHash;
      const account = ports.indexOf(entry.owner);
      if (hash === null || account === undefined || told.has(hash) || (triedAt.get(hash) ?? 0) > Date.now() - RETRY_MS) return false;
      triedAt.set(hash, Date.now());
      try {
        const researcher = ports.studies.call(entry.callId)?.researcher;
        await blobs.store.connect(endpointsOf([researcher && chain.reads.participant(researcher)]), { timeoutMs: 2000 }).catch(() => undefined);
        const sealed = await collectBytes(blobs.store.readFile(directoryOf(hash), REASON_FILE, { timeoutMs: FETCH_MS, maxBytes: MAX_REASON_BYTES }));
        const { words } = await parts.wallet.account(account).withEncryptionKey((key) => openReason(sealed, key, context, entry.callId, entry.index));
        told.set(hash, words);
        return true;
      } catch { return false; }
    },
  };
}
export type Reasons = ReturnType<typeof createReasons>;
