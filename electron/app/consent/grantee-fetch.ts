import type { RightRow } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { packetHash } from '../../consent/packet.ts';
import type { Answer, Heard, SignedPacket } from '../../consent/talk.ts';
import type { ConsentBase } from './base.ts';
import type { HeldStore } from './held.ts';

const ASK_MS = 10_000;
/** Of all packets of one right: what an owner may make this profile keep. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;
const REFUSALS: Record<Exclude<Answer, { ok: true }>['code'], { code: 'access-expired' | 'access-unknown' | 'access-not-ready'; sentence: string; hint: string }> = {
  'not-live': { code: 'access-expired', sentence: 'Its owner’s app says that the right has ended.', hint: 'Ask again if you still need it.' },
  unknown: { code: 'access-unknown', sentence: 'Its owner’s app does not know of that right.', hint: 'It may have been given on another computer; ask its owner.' },
  'out-of-scope': { code: 'access-unknown', sentence: 'That is not part of what the right opens.', hint: 'Ask for it; its owner decides.' },
  'not-yet': { code: 'access-not-ready', sentence: 'Its owner’s app has not taken it yet.', hint: 'It goes on by itself.' },
  refused: { code: 'access-unknown', sentence: 'Its owner’s app refused.', hint: 'Ask its owner.' },
};
export const refusalOf = (answer: Exclude<Answer, { ok: true }>): AppError => { const { code, sentence, hint } = REFUSALS[answer.code]; return new AppError(code, sentence, { hint, retryable: answer.code === 'not-yet' }); };

/** Packets of rights that this profile holds: taken from whoever brings them if the owner signed them, asked for otherwise. */
export function createFetching(base: ConsentBase, store: HeldStore) {
  const { b } = base;
  const { rows } = store;

  /** Keeps packets in their order. The first is the one that stands on chain; the others are the owner's by signature. @returns how many were new */
  function keep(right: RightRow, packets: readonly SignedPacket[]): number {
    let kept = 0;
    for (const packet of [...packets].sort((a, z) => a.seq - z.seq)) {
      const sealed = base.talk.checkPacket(right.id, packet, right.owner);
      if (packet.seq === 0 && packetHash(sealed) !== right.envelope) throw new AppError('hash-mismatch', 'The keys that came are not those that the owner named on chain.', { hint: 'They were not taken.' });
      if (packet.seq > rows.nextSeq(right.id)) break;
      if (rows.packetBytes(right.id) + sealed.length > MAX_KEPT_BYTES) throw new AppError('quota-exceeded', 'The keys of this right take up more room than one may have.', { hint: 'Hand it back, and ask for less.' });
      if (rows.addPacket(right.id, packet.seq, sealed, Date.now())) kept += 1;
    }
    if (kept > 0) b.changed('held');
    return kept;
  }
  /** What came by an approval that the chain has taken back goes when the request is approved anew: it opens nothing of that one. */
  async function dropUndone(right: RightRow): Promise<void> {
    const first = right.status === 'approved' ? rows.packet(right.id, 0) : undefined;
    if (first && packetHash(first) !== right.envelope) await store.forget(right.id);
  }
  /** Where the owner may answer: as the newest packet said, and the invitation. */
  async function addressesOf(right: RightRow): Promise<string[]> {
    const last = rows.nextSeq(right.id) - 1;
    const told = last < 0 ? [] : (await store.packet(right, last)).addresses;
    return [...new Set([...told, ...(store.asked(right.id)?.addresses ?? []), ...base.endpoints(right.owner)])];
  }

  /** As the chain has it now: an approval may be on its way to this cache. */
  async function current(rightId: number): Promise<RightRow | undefined> {
    const right = base.reads.right(rightId);
    if (right && right.status !== 'pending') return right;
    await b.chain.indexer.catchUp();
    return base.reads.right(rightId);
  }

  return {
    addressesOf,
    current,
    /** The owner brings packets. */
    async takePush({ rightId, from, body, once }: Heard<'push'>): Promise<Answer> {
      const known = base.reads.right(rightId);
      if (known && (known.grantee !== b.parts.address || known.owner !== from)) return { v: 1, ok: false, code: 'unknown' };
      const right = await current(rightId);
      if (!right || right.status === 'pending') return { v: 1, ok: false, code: 'not-yet' };
      if (right.grantee !== b.parts.address || right.owner !== from || right.status !== 'approved') return { v: 1, ok: false, code: 'unknown' };
      once();
      await dropUndone(right);
      keep(right, body.packets);
      return body.packets.every((p) => p.seq < rows.nextSeq(rightId)) ? { v: 1, ok: true, packets: [], more: false } : { v: 1, ok: false, code: 'refused' };
    },

    /**
     * Asks the owner for what is new.
     * @param names leaves that are wanted: where one is not in scope, nothing comes
     * @throws AppError `storage-unreachable` away · `access-expired`, `access-unknown` refused
     */
    async pull({ id }: Pick<RightRow, 'id'>, { names = [], signal }: { names?: string[]; signal?: AbortSignal } = {}): Promise<number> {
      const right = (await current(id))!;
      if (right.status === 'pending') throw new AppError('access-not-ready', 'Its owner has not answered yet.', { hint: 'Wait for the answer.', retryable: true });
      await dropUndone(right);
      const addresses = await addressesOf(right);
      let kept = 0;
      for (;;) {
        const from = rows.nextSeq(right.id);
        const { answer } = await base.messages().ask(addresses, (peers) => base.talk.write('fetch', right.id, { from, names }, base.signer(null), peers), { timeoutMs: ASK_MS, signal });
        const told = base.talk.readAnswer(answer);
        if (!told.ok) throw refusalOf(told);
        const fresh = keep(right, told.packets);
        kept += fresh;
        // Asked again until nothing comes: the last question tells the owner what has arrived.
        if (fresh === 0) return kept;
      }
    },
  };
}
export type Fetching = ReturnType<typeof createFetching>;
