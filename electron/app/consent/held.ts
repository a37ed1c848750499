import type { Hex } from '../../../shared/domain/chain.ts';
import type { Category, Operations, RightRow, Scope } from '../../../shared/domain/consent.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';
import { AppError } from '../../../shared/errors.ts';
import { openPacket, type Packet } from '../../consent/packet.ts';
import { heldRecordingIndex, heldRows, type HeldRow } from '../../db/queries/consent-rows.ts';
import { createPlots } from '../../recordings/levels.ts';
import { createRecordingStore } from '../../recordings/store.ts';
import type { Channel } from '../../../shared/domain/recording.ts';
import type { ConsentBase } from './base.ts';

/** What a grantee wrote when it asked. */
export type AskedFacts = {
  owner: Hex; ownerKey: Hex; addresses: string[]; label: string; category: Category; operations: Operations; scope: Scope; purpose: Purpose; seconds: number;
  /** The call, so that a kill before the chain has it changes nothing. */
  args: { terms: { category: number; operations: number; duration: number; scopeRoot: Hex; purpose: Hex }; encryptionKey: Hex; details: Hex };
};
/** What was opened of one packet. Documents are kept in here, sealed. */
export type OpenedFacts = {
  /** `from` and `to`: first and last row, microseconds in the recording that keeps them; absent of a document. */
  segments: { name: string; rows: number; bytes: number; sha256: Hex; from?: number; to?: number }[];
  channels: Channel[];
  /** Time zero of the recording that keeps the rows: that of the first packet in it. */
  origin: number | null;
  title: string; simulated: boolean; documents: { name: string; mediaType: string; base64: string }[]; manifestSha256: Hex; cid: string;
};

export type HeldStore = ReturnType<typeof heldStore>;

/** Rights as their grantee keeps them. Packets stay sealed as they came; opened rows are in encrypted files. */
export function heldStore(base: Pick<ConsentBase, 'b' | 'vault' | 'context'>) {
  const { b, vault } = base;
  const rows = heldRows(b.parts.db);
  const what = (key: string) => `held/${key}`;
  const name = (id: string) => `held-recording/${id}`;
  const recordings = createRecordingStore({
    dir: b.parts.profile.path('held'), key: b.parts.wallet.storageKey('held'),
    index: heldRecordingIndex(b.parts.db, { seal: (id, text) => vault.sealBytes(name(id), Buffer.from(text)), open: (id, sealed) => Buffer.from(vault.openBytes(name(id), sealed)).toString('utf8') }),
  });
  const plots = createPlots({ dir: b.parts.profile.path('held'), key: b.parts.wallet.storageKey('held-levels'), store: recordings });
  /** Of an earlier run: one of this run may be about to be named. */
  const left = rows.orphans();
  const drop = async (id: string): Promise<void> => { await plots.remove(id); await recordings.remove(id); };
  const asked = (row: HeldRow | undefined): AskedFacts | null => (row ? vault.open<AskedFacts>(what(row.key), row.sealed) : null);

  return {
    rows, recordings, plots,
    asked: (rightId: number): AskedFacts | null => asked(rows.byRight(rightId)),
    waiting: (): { key: string; facts: AskedFacts }[] => rows.list().filter((r) => r.rightId === null).map((r) => ({ key: r.key, facts: asked(r)! })),
    add(key: string, facts: AskedFacts): void { rows.insert({ key, rightId: null, sealed: vault.seal(what(key), facts), createdAt: Date.now() }); },
    /** @throws AppError `access-not-ready` where its owner has not brought it, `envelope-unreadable` */
    async packet(right: RightRow, seq: number): Promise<Packet> {
      const sealed = rows.packet(right.id, seq);
      if (!sealed) throw new AppError('access-not-ready', 'Its owner has not sent what it opens.', { hint: 'They have to be online; it comes by itself.', retryable: true });
      return b.parts.wallet.account(null).withEncryptionKey((key) => openPacket(sealed, key, base.context(right), right.scopeRoot, seq));
    },
    opened: (rightId: number) => rows.opened(rightId).map((o) => ({ seq: o.seq, recordingId: o.recordingId, at: o.at, facts: vault.open<OpenedFacts>(`opened/${rightId}/${o.seq}`, o.sealed) })),
    /** All packets that one recording keeps, or none. */
    keepOpened: b.parts.db.transaction((rightId: number, recordingId: string | null, opened: Iterable<readonly [seq: number, OpenedFacts]>) => {
      for (const [seq, facts] of opened) rows.addOpened({ rightId, seq, recordingId, sealed: vault.seal(`opened/${rightId}/${seq}`, facts), at: Date.now() });
    }),
    drop,
    /** Removes what a killed run had decrypted and not yet put under its right: nothing else would ever. */
    async sweep(): Promise<void> { for (const id of left.splice(0)) await drop(id); },
    /** Everything that was opened by a right: rows, plots, documents. */
    async forget(rightId: number): Promise<void> {
      for (const { recordingId } of rows.opened(rightId)) if (recordingId) await drop(recordingId);
      rows.forgetOpened(rightId);
      rows.forgetPackets(rightId);
    },
  };
}
