import { isAppError } from '../../../shared/errors.ts';
import { appendName, liveName } from '../../consent/scope.ts';
import type { Answer, Heard, SignedPacket } from '../../consent/talk.ts';
import type { ConsentBase } from './base.ts';
import type { Given, GivenStore } from './given.ts';
import { isRightOf } from './right-ids.ts';
import type { TakeBacks } from './take-backs.ts';

/** Base64 of one answer; the rest is asked for again. */
const MAX_ANSWER = 3_800_000;
const AT_ONCE = 16;
const PUSH_MS = 6000;

/** Whether a leaf that a grantee names is one of its right: a segment that was named, or one of a channel that is delivered as it is made. */
function inScope(names: readonly string[], wanted: string): boolean {
  if (names.includes(wanted)) return true;
  const made = /^\d+\/([a-z][a-z0-9-]{0,31})\/day-\d{3,5}$/.exec(wanted);
  return made !== null && names.includes(liveName(made[1]!));
}

/** The owner's side of the wire: packets go to whoever the chain says may have them now, and to nobody else. */
export function createSending(base: ConsentBase, store: GivenStore, takeBacks: Pick<TakeBacks, 'covers'>) {
  const { b } = base;
  const { rows } = store;
  const pushing = new Map<string, Promise<boolean>>();

  async function signed(given: Given, from: number): Promise<{ packets: SignedPacket[]; more: boolean }> {
    const signer = base.signer(given.account);
    const packets: SignedPacket[] = [];
    let size = 0;
    const waiting = rows.packets(given.key, from, AT_ONCE);
    for (const { seq, packet } of waiting) {
      if (packets.length > 0 && size + packet.length * 1.4 > MAX_ANSWER) break;
      size += packet.length * 1.4;
      packets.push(await base.talk.signPacket(given.rightId!, seq, packet, signer));
    }
    const last = packets.at(-1)?.seq;
    return { packets, more: last !== undefined && rows.packets(given.key, last + 1, 1).length > 0 };
  }

  /** @returns the right where it holds now, by the chain and by this clock */
  async function live(given: Given): Promise<boolean> {
    const right = given.rightId === null ? undefined : base.reads.right(given.rightId);
    // Never for another's right, whatever its number says.
    return right !== undefined && given.state === 'given' && isRightOf(given, right) && !takeBacks.covers(right) && base.isLive(right);
  }

  return {
    live,
    async answerFetch(message: Heard<'fetch'>): Promise<Answer> {
      const given = store.byRight(message.rightId);
      // The same word to a stranger as for a right that does not exist.
      if (!given || given.grantee !== message.from) return { v: 1, ok: false, code: 'unknown' };
      message.once();
      if (!(await live(given))) return { v: 1, ok: false, code: 'not-live' };
      if (!message.body.names.every((name) => inScope(given.facts.names, name) && name !== appendName(given.facts.category))) return { v: 1, ok: false, code: 'out-of-scope' };
      // Who asks from the fourth on has the first three.
      rows.delivered(given.key, Math.min(message.body.from, (rows.counts(given.key).last ?? -1) + 1));
      b.changed('consent');
      return { v: 1, ok: true, ...(await signed(given, message.body.from)) };
    },

    /** Brings what the grantee does not have yet, if it can be reached. @returns whether it has everything now */
    push(key: string, signal?: AbortSignal): Promise<boolean> {
      const running = pushing.get(key);
      if (running) return running;
      const work = (async () => {
        for (;;) {
          const given = store.byKey(key);
          if (!given || !(await live(given))) return false;
          const { packets, more } = await signed(given, given.delivered);
          if (packets.length === 0) return true;
          const addresses = [...new Set([...given.facts.addresses, ...base.endpoints(given.grantee)])];
          try {
            const { answer } = await base.messages().ask(addresses, async (peers) => base.talk.write('push', given.rightId!, { packets }, base.signer(given.account), peers), { timeoutMs: PUSH_MS, maxBytes: 4096, signal });
            if (!base.talk.readAnswer(answer).ok) return false;
          } catch (error) {
            // Away: it asks when it is back.
            if (isAppError(error)) return false;
            throw error;
          }
          rows.delivered(key, packets.at(-1)!.seq + 1);
          b.changed('consent');
          if (!more) return true;
        }
      })().finally(() => pushing.delete(key));
      pushing.set(key, work);
      return work;
    },
  };
}
export type Sending = ReturnType<typeof createSending>;
